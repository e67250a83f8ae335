extension Policy {
    /// A policy from its file.
    ///
    /// - Throws: ``PolicyError``, which names the line.
    package init(parsing bytes: [UInt8]) throws(PolicyError) {
        guard bytes.count <= Self.maximumSize else { throw PolicyError(line: 1, .tooLong) }
        var parser = PolicyParser()
        var number = 0
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if line.endIndex == bytes.endIndex {
                // What follows the last line feed.
                guard line.isEmpty else { throw PolicyError(line: number, .unfinished) }
                break
            }
            do throws(PolicyError.Reason) {
                try parser.read(line)
            } catch {
                throw PolicyError(line: number, error)
            }
        }
        guard parser.hasQuorum else { throw PolicyError(line: max(number - 1, 1), .noQuorum) }
        self = parser.policy
    }
}

extension PolicyError.Reason: Error {}

/// Reads a policy line by line.
private struct PolicyParser {
    private(set) var policy = Policy()
    private(set) var hasQuorum = false
    /// Of witnesses and groups.
    private var names: Set<[UInt8]> = []
    private var members: Set<[UInt8]> = []

    private static let none = Array("none".utf8)

    mutating func read(_ line: ArraySlice<UInt8>) throws(PolicyError.Reason) {
        if let byte = line.first(where: { ($0 < 0x20 && $0 != UInt8(ascii: "\t")) || $0 == 0x7F }) {
            throw .badCharacter(byte)
        }
        let items = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map(Array.init)
        guard let keyword = items.first, keyword[0] != UInt8(ascii: "#") else { return }
        switch String(decoding: keyword, as: UTF8.self) {
        case "log": try log(items)
        case "witness": try witness(items)
        case "group": try group(items)
        case "quorum": try quorum(items)
        case let word: throw .unknownKeyword(word)
        }
    }

    private mutating func log(_ items: [[UInt8]]) throws(PolicyError.Reason) {
        guard (2...3).contains(items.count) else { throw .wrongForm("log VKEY [URL]") }
        let key = try key(items[1], .ed25519)
        guard !policy.logs.contains(where: { $0.key.publicKey == key.publicKey }) else { throw .duplicateKey }
        policy.logs.append(Policy.Log(key: key, url: items.count > 2 ? items[2] : nil))
    }

    private mutating func witness(_ items: [[UInt8]]) throws(PolicyError.Reason) {
        guard (3...4).contains(items.count) else { throw .wrongForm("witness NAME VKEY [URL]") }
        let key = try key(items[2], .cosignature)
        guard !policy.witnesses.contains(where: { $0.key.publicKey == key.publicKey }) else { throw .duplicateKey }
        try define(items[1])
        policy.witnesses.append(Policy.Witness(name: items[1], key: key, url: items.count > 3 ? items[3] : nil))
    }

    private mutating func group(_ items: [[UInt8]]) throws(PolicyError.Reason) {
        guard items.count >= 4 else { throw .wrongForm("group NAME all|any|NUMBER NAME…") }
        let listed = Array(items[3...])
        let threshold: Int
        switch String(decoding: items[2], as: UTF8.self) {
        case "all": threshold = listed.count
        case "any": threshold = 1
        case let text:
            guard let number = decimal(items[2]), (1...listed.count).contains(number) else { throw .badThreshold(text) }
            threshold = number
        }
        for name in listed {
            guard name != Self.none else { throw .reservedName }
            guard names.contains(name) else { throw .unknownName(String(decoding: name, as: UTF8.self)) }
            guard members.insert(name).inserted else { throw .memberTwice(String(decoding: name, as: UTF8.self)) }
        }
        try define(items[1])
        policy.groups.append(Policy.Group(name: items[1], threshold: threshold, members: listed))
    }

    private mutating func quorum(_ items: [[UInt8]]) throws(PolicyError.Reason) {
        guard items.count == 2 else { throw .wrongForm("quorum NAME, or: quorum none") }
        guard !hasQuorum else { throw .secondQuorum }
        hasQuorum = true
        guard items[1] != Self.none else { return }
        guard names.contains(items[1]) else { throw .unknownName(String(decoding: items[1], as: UTF8.self)) }
        policy.quorum = items[1]
    }

    private func key(_ text: [UInt8], _ algorithm: VerifierKey.Algorithm) throws(PolicyError.Reason) -> VerifierKey {
        let key: VerifierKey
        do {
            key = try VerifierKey(text)
        } catch {
            throw .badKey(error)
        }
        guard key.algorithm == algorithm else { throw .wrongKeyType }
        return key
    }

    private mutating func define(_ name: [UInt8]) throws(PolicyError.Reason) {
        guard name != Self.none else { throw .reservedName }
        guard names.insert(name).inserted else { throw .duplicateName(String(decoding: name, as: UTF8.self)) }
    }
}
