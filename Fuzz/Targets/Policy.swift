import Proof

/// Policies of any shape: an error names a line that is there, and what is read prints as a policy of the same meaning.
func fuzzPolicy(_ bytes: [UInt8]) {
    do {
        let policy = try Proof.Policy(parsing: bytes)
        guard let again = try? Proof.Policy(parsing: policy.bytes) else { preconditionFailure("ours is no policy") }
        precondition(again == policy, "another policy came back")
        precondition(again.bytes == policy.bytes)
        for log in policy.logs { precondition(policy.log(named: log.key.shortText) != nil) }
    } catch {
        let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
        precondition((1...lines).contains(error.line), "no such line")
    }
}
