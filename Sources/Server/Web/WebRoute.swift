// SPDX-License-Identifier: Apache-2.0

/// What a request's path names; anything that isn't written exactly so names nothing.
///
/// The grammar has no percent signs, dots that climb, doubled slashes or queries, so a path that is understood can be
/// looked up below a folder as it stands.
enum WebRoute: Equatable, Sendable {
    /// `/`
    case start
    /// `/log/REGION/N/…`: a file of a region's log.
    case log(region: String, number: Int, LogFile)
    /// `/terms/N.json`
    case terms(Int)
    /// `/export/TOKEN`
    case export(token: String)

    /// The longest path that can mean something.
    static let longest = 256

    init?(path: String) {
        // Visible ASCII only: a mark behind a slash would make one character of both.
        guard path.utf8.count <= Self.longest, path.utf8.first == UInt8(ascii: "/"),
            path.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        switch parts.first {
        case "" where parts.count == 1:
            self = .start
        case "terms" where parts.count == 2:
            guard parts[1].hasSuffix(".json"), let version = Self.number(parts[1].dropLast(".json".count)) else {
                return nil
            }
            self = .terms(version)
        case "export" where parts.count == 2:
            guard OneTimeLinks.isToken(parts[1]) else { return nil }
            self = .export(token: String(parts[1]))
        case "log" where parts.count >= 4:
            guard Self.isLabel(parts[1]), let number = Self.number(parts[2]), let file = LogFile(parts[3...]) else {
                return nil
            }
            self = .log(region: String(parts[1]), number: number, file)
        default:
            return nil
        }
    }

    /// 1 to 999,999,999 without leading zeros.
    static func number(_ text: Substring) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), text.utf8.first != UInt8(ascii: "0")
        else { return nil }
        return Int(text)
    }

    private static func isLabel(_ text: Substring) -> Bool {
        (1...32).contains(text.utf8.count) && text.utf8.first.map { $0 >= 0x61 && $0 <= 0x7a } == true
            && text.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7a) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    fileprivate static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}

/// A file of a log, as C2SP tlog-tiles and tlog-policy name it.
enum LogFile: Equatable, Sendable {
    case checkpoint
    case policy
    /// `tile/L/N[.p/W]` or `tile/entries/N[.p/W]`, as written.
    case tile(String)

    /// The path below the log's own folder.
    var path: String {
        switch self {
        case .checkpoint: "checkpoint"
        case .policy: "policy"
        case .tile(let path): path
        }
    }

    fileprivate init?(_ parts: ArraySlice<Substring>) {
        switch parts.first {
        case "checkpoint" where parts.count == 1: self = .checkpoint
        case "policy" where parts.count == 1: self = .policy
        case "tile" where parts.count >= 3:
            let level = parts[parts.startIndex + 1]
            guard level == "entries" || Self.isLevel(level), Self.isIndex(parts.dropFirst(2)) else { return nil }
            self = .tile(parts.joined(separator: "/"))
        default: return nil
        }
    }

    /// 0 to 63.
    private static func isLevel(_ text: Substring) -> Bool {
        text == "0" || (WebRoute.number(text).map { $0 <= 63 } ?? false)
    }

    /// Zero-padded groups of three digits, all but the last behind an `x`; a partial tile ends in `.p/W`.
    private static func isIndex(_ parts: ArraySlice<Substring>) -> Bool {
        var groups = parts
        if let last = groups.dropLast().last, last.hasSuffix(".p") {
            guard let width = WebRoute.number(groups.removeLast()), width <= 255 else { return false }
            groups[groups.endIndex - 1] = last.dropLast(2)
        }
        // 2⁶⁴ leaves need 19 digits of tile index at most.
        guard let last = groups.last, groups.count <= 7, isGroup(last), groups.count == 1 || groups.first != "x000"
        else { return false }
        return groups.dropLast().allSatisfy { $0.hasPrefix("x") && isGroup($0.dropFirst()) }
    }

    private static func isGroup(_ text: Substring) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy(WebRoute.isDigit)
    }
}
