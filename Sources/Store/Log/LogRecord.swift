import Consent
import Foundation
import Wire

/// What the log commits to besides receipts: canonical JSON (RFC 8785) that says one thing that happened.
///
/// Each names its log, so that a record can't be moved to another server's. Times are milliseconds since 1970, days are
/// dates (UTC), and numbers of decisions are texts, as not every reader keeps 64 bits.
enum LogRecord {
    /// A day's uses by virtue of one yes.
    static func uses(_ uses: UseCount, address: String, _ signer: LogSigner) -> [UInt8] {
        record(
            "uses", signer,
            [
                "address": .string(address), "count": JSON(uses.count), "day": .string(date(uses.day)),
                "decision": .string("\(uses.decision.rawValue)"), "purpose": .string(uses.purpose.rawValue)
            ])
    }

    /// An administrator looked at somebody, with this command.
    static func look(verb: String, address: String, at: Int64, _ signer: LogSigner) -> [UInt8] {
        record("look", signer, ["address": .string(address), "at": JSON(at), "verb": .string(verb)])
    }

    /// Somebody asked to leave at `due`, or takes that back.
    static func leave(address: String, due: Int64?, at: Int64, _ signer: LogSigner) -> [UInt8] {
        var members: [String: JSON] = ["address": .string(address), "at": JSON(at)]
        if let due { members["due"] = JSON(due) }
        return record(due == nil ? "stay" : "leave", signer, members)
    }

    /// A version of the terms is in force from now on; `digest` is the SHA-256 of its document.
    static func terms(version: Int, digest: [UInt8], at: Int64, _ signer: LogSigner) -> [UInt8] {
        record("terms", signer, ["at": JSON(at), "sha256": .string(Hex.encode(digest)), "version": JSON(version)])
    }

    /// This log follows another, whose last checkpoint (nil if it had none) is quoted.
    static func continuation(of origin: String, checkpoint: [UInt8]?, at: Int64, _ signer: LogSigner) -> [UInt8] {
        var members: [String: JSON] = ["at": JSON(at), "follows": .string(origin)]
        if let checkpoint { members["checkpoint"] = .string(String(decoding: checkpoint, as: UTF8.self)) }
        return record("log", signer, members)
    }

    private static func record(_ event: String, _ signer: LogSigner, _ members: [String: JSON]) -> [UInt8] {
        var object = JSON.Object(members.map { ($0.key, $0.value) })
        object["event"] = .string(event)
        object["log"] = .string(signer.origin)
        return JSON.object(object).canonical
    }

    /// `2026-11-22` for a day counted from 1970.
    static func date(_ day: Int32) -> String {
        Date(timeIntervalSince1970: Double(day) * 86_400).formatted(.iso8601.year().month().day())
    }
}
