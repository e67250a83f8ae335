// SPDX-License-Identifier: Apache-2.0

package import Server

/// A line typed into `hoopoe smsc`.
package enum HandsetCommand: Sendable {
    case carrier(PocketSMSC.Command)
    case help
    case quit
    case nothing

    /// A line that isn't understood, with what would be.
    package struct Wrong: Error, Hashable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// What can be typed.
    package static let listing = """
          from +4915112345678 to +447700900001 : text    the handset texts one of the server's numbers
          off +4915112345678                             switches a handset off; texts wait
          on +4915112345678                              switches it on, and makes it an ordinary one again
          fail +4915112345678                            accepts its texts and reports them undeliverable
          silent +4915112345678                          never answers what is sent to it
          early +4915112345678                           sends the receipt before the answer
          throttle 3                                     answers the next three submits with "too fast"
          cut                                            ends every connection without a word
          help, quit
        """

    /// Reads a line.
    package static func read(_ line: String) -> Result<HandsetCommand, Wrong> {
        let words = line.split(separator: " ", omittingEmptySubsequences: true)
        guard let verb = words.first?.lowercased() else { return .success(.nothing) }
        switch (verb, words.count) {
        case ("quit", 1): return .success(.quit)
        case ("help", 1): return .success(.help)
        case ("cut", 1): return .success(.carrier(.cut))
        case ("throttle", 2):
            guard let times = Int(words[1]), (0...1_000_000).contains(times) else {
                return .failure(Wrong(description: "throttle takes a number, such as: throttle 3"))
            }
            return .success(.carrier(.throttle(times)))
        case ("on", 2), ("off", 2), ("fail", 2), ("silent", 2), ("early", 2):
            guard let number = digits(words[1]) else { return .failure(wrongNumber(words[1])) }
            return .success(.carrier(command(verb, number)))
        case ("from", 5...):
            return reply(line, words)
        default:
            return .failure(Wrong(description: "not understood: \(verb); type help for the commands"))
        }
    }

    private static func command(_ verb: String, _ number: String) -> PocketSMSC.Command {
        switch verb {
        case "off": .off(number)
        case "fail": .set(.fails, number)
        case "silent": .set(.silent, number)
        case "early": .set(.early, number)
        default: .on(number)
        }
    }

    private static func reply(_ line: String, _ words: [Substring]) -> Result<HandsetCommand, Wrong> {
        guard words[2].lowercased() == "to", let colon = line.firstIndex(of: ":") else {
            return .failure(Wrong(description: "a text goes: from +4915112345678 to +447700900001 : text"))
        }
        guard let from = digits(words[1]) else { return .failure(wrongNumber(words[1])) }
        let target = words[3].hasSuffix(":") ? words[3].dropLast() : words[3]
        guard let to = digits(target) else { return .failure(wrongNumber(target)) }
        var text = line[line.index(after: colon)...]
        if text.first == " " { text.removeFirst() }
        return .success(.carrier(.type(String(text), from: from, to: to)))
    }

    /// The digits of a number in international form; short codes may go without the plus.
    private static func digits(_ word: Substring) -> String? {
        let digits = word.hasPrefix("+") ? word.dropFirst() : word
        guard (3...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return String(digits)
    }

    private static func wrongNumber(_ word: Substring) -> Wrong {
        Wrong(description: "not a number: \(word); numbers look like +4915112345678")
    }
}
