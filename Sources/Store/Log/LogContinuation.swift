import Consent
import Foundation
import Proof
import Wire

/// The first record of a log that follows another: which one, and that one's last checkpoint as far as this store knows.
///
/// Public, like its salt. Whoever followed the old log finds here where this store left it.
enum LogContinuation {
    /// Canonical JSON; `checkpoint` is the old log's signed note, nil if it never published one, `at` milliseconds since 1970.
    static func record(following old: LogSigner, checkpoint: [UInt8]?, at: Int64) -> [UInt8] {
        let moment = Date(timeIntervalSince1970: Double(at) / 1_000)
        var members: JSON.Object = [
            "record": "log", "profile": 1, "domain": .string(old.issuer.domain), "region": .string(old.region.name),
            "follows": .string(old.key.verifier.text), "event_time": .string(moment.ISO8601Format())
        ]
        members["checkpoint"] = checkpoint.map { .string(String(decoding: $0, as: UTF8.self)) }
        return JSON.object(members).canonical
    }
}
