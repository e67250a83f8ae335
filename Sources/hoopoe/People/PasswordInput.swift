// SPDX-License-Identifier: Apache-2.0

import Foundation
package import XMPP

/// Where a password comes from: a terminal, a pipe or a file; never the command line, which others can see.
package enum PasswordInput {
    /// More than a password may have, so that too long is told from cut off.
    private static let most = 4_096

    /// From a file with nothing else in it.
    package static func file(_ path: String) throws(Failure) -> Password {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Failure(.noInput, "\(path) cannot be read")
        }
        defer { try? handle.close() }
        return try password(in: handle)
    }

    /// From standard input; a terminal is asked twice and does not show what is typed.
    package static func standardInput(for name: String) throws(Failure) -> Password {
        guard isatty(STDIN_FILENO) == 1 else { return try password(in: .standardInput) }
        let first = try typed("Password for \(name): ")
        guard try typed("Again: ") == first else { throw Failure(.badData, "the two passwords differ") }
        return try password(first)
    }

    private static func typed(_ prompt: String) throws(Failure) -> String {
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else {
            throw Failure(.inputOutput, "the terminal cannot be asked: \(systemMessage())")
        }
        var quiet = settings
        quiet.c_lflag &= ~tcflag_t(ECHO)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet)
        defer {
            _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            StandardError.write("\n")
        }
        StandardError.write(prompt)
        guard let line = readLine() else { throw Failure(.noInput, "no password was typed") }
        return line
    }

    private static func password(in handle: FileHandle) throws(Failure) -> Password {
        var bytes = Data()
        while bytes.count <= most, let more = try? handle.read(upToCount: most), !more.isEmpty { bytes += more }
        guard var text = String(data: bytes, encoding: .utf8) else {
            throw Failure(.badData, "the password is not UTF-8 text")
        }
        if text.last?.isNewline == true { text.removeLast() }
        guard !text.contains(where: \.isNewline) else { throw Failure(.badData, "the password must be one line") }
        return try password(text)
    }

    private static func password(_ text: String) throws(Failure) -> Password {
        guard let password = Password(text) else {
            throw Failure(
                .badData, "that cannot be a password: 1 to \(Password.maximumLength) bytes, no control characters")
        }
        return password
    }
}
