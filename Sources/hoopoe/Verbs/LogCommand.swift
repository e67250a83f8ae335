// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Proof

/// `hoopoe log …`.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Check a transparency log, or print whom to trust about one.",
        discussion: """
            Everything decided about consent is entered in a log that anybody may read and nobody can change unseen: a \
            Merkle tree (RFC 6962) in the formats of C2SP. The log shows no names and no numbers, only salted hashes.
            """,
        subcommands: [LogVerifyCommand.self, LogPolicyCommand.self])
}

/// A small file named on the command line, as bytes.
///
/// - Throws: ``ExitReason/noInput`` if it can't be read, ``ExitReason/badData`` if it is longer than `limit`.
func readInput(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    let data: Data?
    do {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        data = try file.read(upToCount: limit + 1)
    } catch {
        throw Failure(.noInput, "cannot read \(path); is it there, and may this user read it?")
    }
    let bytes = [UInt8](data ?? Data())
    guard bytes.count <= limit else { throw Failure(.badData, "\(path) is longer than \(limit) bytes") }
    return bytes
}

/// A policy file.
///
/// - Throws: ``ExitReason/noInput``, ``ExitReason/badData`` with the line.
func readPolicy(_ path: String) throws(Failure) -> Policy {
    // Line ends as they were before a chat app or an editor changed them.
    let bytes = try readInput(path, limit: Policy.maximumSize).withoutEditorsMark.filter { $0 != UInt8(ascii: "\r") }
    do {
        return try Policy(parsing: bytes)
    } catch {
        throw Failure(.badData, "\(path), \(error)")
    }
}
