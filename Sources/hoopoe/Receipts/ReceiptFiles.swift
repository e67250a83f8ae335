// SPDX-License-Identifier: Apache-2.0

import Foundation
import Proof

/// A receipt or a record as files: `NAME.receipt.jws` or `NAME.record.json`, and its proof `NAME.tlog-proof` beside it.
package struct ReceiptFiles: Equatable, Sendable {
    package static let receipt = ".receipt.jws"
    package static let record = ".record.json"
    package static let proof = ".tlog-proof"

    /// Everything before the ending, folders included.
    package let name: String

    /// The pairs that files named on the command line belong to, each once, in their order: one of the two is enough.
    ///
    /// - Throws: ``ExitReason/usage`` if a name has another ending.
    package static func pairs(_ files: [String]) throws(Failure) -> [ReceiptFiles] {
        var pairs: [ReceiptFiles] = []
        for file in files {
            guard let ending = [receipt, record, proof].first(where: file.hasSuffix) else {
                throw Failure(
                    .usage,
                    "\(file) is neither a receipt nor a proof by its name; save them as NAME\(receipt) and NAME\(proof)"
                )
            }
            let pair = ReceiptFiles(name: String(file.dropLast(ending.count)))
            if !pairs.contains(pair) { pairs.append(pair) }
        }
        return pairs
    }

    /// Whether it is a record: then there is no receipt of that name.
    package var isRecord: Bool {
        !FileManager.default.fileExists(atPath: name + Self.receipt)
            && FileManager.default.fileExists(atPath: name + Self.record)
    }

    /// The receipt or record without the line end that an editor may have added: it is on one line and has none.
    package func content() throws(Failure) -> [UInt8] {
        let read = try readInput(name + (isRecord ? Self.record : Self.receipt), limit: JWS.maximumSize)
        let bytes = read.withoutEditorsMark
        let end = bytes.lastIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: " ") }
        return end.map { Array(bytes[...$0]) } ?? []
    }

    /// The proof with line ends as they were before a chat app or an editor changed them.
    package func proof() throws(Failure) -> [UInt8] {
        let path = name + Self.proof
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(
                .noInput,
                "\(path) is missing: a receipt is checked with its proof, which the server hands out once the log has it"
            )
        }
        var bytes = try readInput(path, limit: SignedNote.maximumSize).withoutEditorsMark
        bytes.removeAll { $0 == UInt8(ascii: "\r") }
        while bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return bytes + [UInt8(ascii: "\n")]
    }
}

extension [UInt8] {
    /// The bytes without the mark that some editors put before a text (U+FEFF in UTF-8).
    var withoutEditorsMark: [UInt8] {
        starts(with: [0xef, 0xbb, 0xbf]) ? Array(dropFirst(3)) : self
    }
}
