// SPDX-License-Identifier: Apache-2.0

package import Proof

/// What came out of checking one receipt or record.
package struct ReceiptOpinion: Encodable, Equatable, Sendable {
    package let name: String
    package let holds: Bool
    /// What it says if it holds, else what is wrong, in sentences.
    package let sentences: [String]
    /// Which log has it, where, and how many entries that log had.
    package private(set) var log: String?
    package private(set) var index: Int?
    package private(set) var size: Int?

    /// Checks a pair of files.
    ///
    /// - Throws: ``Failure`` if one can't be read at all.
    package init(_ files: ReceiptFiles, policy: Policy) throws(Failure) {
        name = files.name
        let content = try files.content()
        let proof = try files.proof()
        do {
            let place: PlaceInLog
            if files.isRecord {
                let verified = try ReceiptVerification.verify(record: content, proof: proof, policy: policy)
                sentences = [verified.record.sentence, verified.place.sentence]
                place = verified.place
            } else {
                let verified = try ReceiptVerification.verify(receipt: content, proof: proof, policy: policy)
                sentences = verified.receipt.sentences + [verified.place.sentence]
                place = verified.place
            }
            holds = true
            log = String(decoding: place.checkpoint.checkpoint.origin, as: UTF8.self)
            index = place.index
            size = place.checkpoint.checkpoint.size
        } catch {
            holds = false
            sentences = ["\(error)"]
        }
    }

    /// For people: the verdict, then the sentences, indented.
    package var text: String {
        ([holds ? "\(name): holds." : "\(name): does NOT hold."] + sentences.map { "  \($0)" }).map { $0 + "\n" }
            .joined()
    }
}
