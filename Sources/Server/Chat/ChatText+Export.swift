// SPDX-License-Identifier: Apache-2.0

/// What is said about taking everything along.
extension ChatText {
    static func export(_ link: String) -> String {
        """
        Everything about you, as one archive: what is kept, your decisions with their receipts and proofs, uses by \
        day, administrators' looks, and a list of all files with their digests. Open the link within an hour and press \
        the button, which works once, and for whoever has the link, so don't pass it on:
        \(link)
        """
    }

    static let noExport = """
        This server hands out no files over HTTPS, so there is no link to give. Its administrator can turn that on \
        with the key listen.https. Your receipts come by chat all the same: receipts
        """
}
