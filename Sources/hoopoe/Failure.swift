// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Why the program stopped: a sentence for the person, a status for the script.
package struct Failure: Error, Equatable, CustomStringConvertible {
    package let status: ExitReason
    package let message: String

    package init(_ status: ExitReason, _ message: String) {
        self.status = status
        self.message = message
    }

    package var description: String { message }
}

/// Exit statuses, those of `sysexits.h` where it has one.
package enum ExitReason: Int32, CaseIterable, Sendable {
    case success = 0
    case failed = 1
    case usage = 64
    case badData = 65
    case noInput = 66
    case noPerson = 67
    case unavailable = 69
    case internalError = 70
    case cannotCreate = 73
    case inputOutput = 74
    case locked = 75
    case configuration = 78

    /// What `--help` and the documentation say.
    package var explanation: String {
        switch self {
        case .success: "all went well"
        case .failed: "check or one of the verify verbs found something that must be put right"
        case .usage: "the command line is wrong"
        case .badData: "an input file or a backup is malformed; the message says where"
        case .noInput: "a file, folder or message named on the command line is missing or unreadable"
        case .noPerson: "there is no such person"
        case .unavailable: "an address cannot be listened on, or a server cannot be reached"
        case .internalError: "a mistake of the program itself"
        case .cannotCreate: "something is there already or cannot be created"
        case .inputOutput: "reading or writing the data folder failed"
        case .locked: "another hoopoe is serving this folder"
        case .configuration: "hoopoe.yaml, --set, the certificate, or the files of the store do not fit"
        }
    }

    /// The table for `--help`.
    static var table: String {
        "EXIT STATUS:\n"
            + allCases.map { status in
                let number = String(status.rawValue)
                return "  \(number)\(String(repeating: " ", count: 4 - number.count))\(status.explanation)"
            }.joined(separator: "\n")
    }
}
