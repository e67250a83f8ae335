// SPDX-License-Identifier: Apache-2.0

import Store

/// What somebody who left has in hand: the receipt of it, and the proof that it stands in the log.
package struct FinalEvidence: Sendable, Equatable, Codable {
    /// A compact JWS: the content of a `.receipt.jws` file.
    package let receipt: String
    /// The content of a `.tlog-proof` file; nil if the log couldn't be published.
    package let proof: String?

    package init(receipt: String, proof: String?) {
        self.receipt = receipt
        self.proof = proof
    }

    init(_ receipt: FinalReceipt, proof: [UInt8]?) {
        self.init(
            receipt: String(decoding: receipt.receipt, as: UTF8.self),
            proof: proof.map { String(decoding: $0, as: UTF8.self) })
    }
}
