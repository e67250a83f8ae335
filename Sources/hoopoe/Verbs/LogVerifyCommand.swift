// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Proof
import Server
import Wire

/// `hoopoe log verify URL|DIR`.
struct LogVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a whole log: signature, every entry, every hash, and that it only grew.",
        discussion: """
            Reads the log from its web address or from a folder with its files, and computes everything anew. With \
            --checkpoint it also finds a log that has taken entries back, changed them, or shows different people \
            different histories; so keep the file, and use it each time.

            Take the policy from who runs the server over a way that you trust. Without one, the policy that lies beside \
            the log is used: that shows whether the log agrees with itself, not whose it is.

            Ends with status 0 if the log is sound, 1 if it is not, 65 if the policy is malformed, 66 if there is no log \
            or file of that name, and 69 if the web server cannot be reached.
            """)

    @Argument(help: ArgumentHelp("The log's address (https://…) or folder.", valueName: "url|dir"))
    var log: String

    @Option(help: ArgumentHelp("Which logs and witnesses to trust (C2SP tlog-policy).", valueName: "file"))
    var policy: String?

    @Option(
        help: ArgumentHelp(
            "The last checkpoint that you saw: compared, then replaced if all is well; written if there is none.",
            valueName: "file"))
    var checkpoint: String?

    @Option(help: ArgumentHelp("Trust the certificates in FILE (PEM) instead of the machine's.", valueName: "file"))
    var ca: String?

    func run() async throws {
        let trusted = try policy.map(readPolicy)
        var earlier: [UInt8]?
        if let checkpoint, FileManager.default.fileExists(atPath: checkpoint) {
            earlier = try readInput(checkpoint, limit: SignedNote.maximumSize)
        }
        do {
            let verified =
                if log.contains("://") {
                    try await PublishedLog.with(address: log, authority: ca) { published in
                        let policy =
                            if let trusted { trusted } else { try own(try await published.read("policy")) }
                        return try await published.verify(policy: policy, earlier: earlier)
                    }
                } else {
                    try inFolder(trusted, earlier)
                }
            try report(verified)
        } catch let fault as LogFault {
            throw failure(fault)
        } catch let error as TileError {
            throw failure(.file(error))
        }
    }

    private func inFolder(_ trusted: Policy?, _ earlier: [UInt8]?) throws -> VerifiedLog {
        let reader = LogFolderReader(log)
        let policy = if let trusted { trusted } else { try own(try reader.read("policy")) }
        return try LogVerification.verify(reader, policy: policy, earlier: earlier)
    }

    /// The policy that lies beside the log.
    private func own(_ bytes: [UInt8]) throws -> Policy {
        StandardError.write(
            "hoopoe: no --policy given, so the log's own is used. This shows whether the log agrees with itself, not whose "
                + "it is: whoever put it there could have made the key too.\n")
        do {
            return try Policy(parsing: bytes)
        } catch {
            throw Failure(.badData, "the log's own policy, \(error)")
        }
    }

    private func report(_ verified: VerifiedLog) throws {
        let now = verified.checkpoint.checkpoint
        let origin = String(decoding: now.origin, as: UTF8.self)
        var lines = [
            "The log \(origin) is sound: \(counted(now.size)), root hash \(Base64.encodeString(now.root.bytes)).",
            "Its checkpoint is signed by \(verified.checkpoint.log.shortText)."
        ]
        for sighting in verified.checkpoint.sightings {
            let time = Date(timeIntervalSince1970: Double(sighting.time)).formatted(.iso8601)
            lines.append("The witness \(String(decoding: sighting.witness, as: UTF8.self)) saw it on \(time).")
        }
        if let earlier = verified.earlier {
            lines.append("It has grown from the \(counted(earlier.checkpoint.size)) of the checkpoint seen earlier.")
        }
        if let checkpoint {
            try replaceFile(checkpoint, verified.checkpoint.note.bytes)
            lines.append("This checkpoint is kept in \(checkpoint).")
        }
        StandardOutput.write(lines.map { $0 + "\n" }.joined())
    }

    private func counted(_ entries: Int) -> String { entries == 1 ? "1 entry" : "\(entries) entries" }

    private func failure(_ fault: LogFault) -> Failure {
        switch fault {
        case .file(.missing) where FileManager.default.fileExists(atPath: "\(log)/hoopoe.yaml"):
            Failure(
                .noInput,
                "\(log) is a data folder: name the log in it, such as \(log)/regions/REGION/log/1, or its https:// address"
            )
        case .file(.missing("checkpoint")), .file(.missing("policy")):
            Failure(
                .noInput, "there is no log at \(log): \(fault). A log's folder or address holds the file 'checkpoint'.")
        case .file(.unreadable):
            Failure(log.contains("://") ? .unavailable : .noInput, "\(log): \(fault)")
        case .untrustedEarlier, .otherLog:
            Failure(
                .failed,
                "\(fault). A server that was put back from a backup begins a new log: keep a checkpoint file for each log."
            )
        case .untrusted:
            Failure(.failed, "\(fault). If the policy is of another log, name the right one with --policy.")
        default:
            Failure(
                .failed,
                "\(log) is not sound: \(fault). Keep a copy of its files and of your checkpoint, and ask who runs it.")
        }
    }
}
