// SPDX-License-Identifier: Apache-2.0

import Foundation

extension Configuration {
    /// The one line in a file that a key such as `password-file` names, without its line end.
    ///
    /// - Throws: a ``ConfigurationError`` that names the key and the file, never the content.
    package func secret(inFile configured: String, key: String) throws(ConfigurationError) -> String {
        let path = path(configured)
        func wrong(_ explanation: String) -> ConfigurationError {
            .init(.init(place: Self.fileName, key: key, explanation: "\(path) \(explanation)"))
        }
        guard let file = FileHandle(forReadingAtPath: path) else { throw wrong("cannot be read") }
        defer { try? file.close() }
        guard let bytes = try? file.read(upToCount: 1025) else { throw wrong("is empty") }
        guard bytes.count <= 1024, var text = String(data: bytes, encoding: .utf8) else {
            throw wrong("is not a line of text of at most 1,024 bytes")
        }
        if text.last?.isNewline == true { text.removeLast() }
        guard !text.isEmpty, !text.contains(where: \.isNewline) else { throw wrong("must hold exactly one line") }
        return text
    }
}
