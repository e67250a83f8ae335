/// Which line of a policy file is wrong, counted from 1, and why.
package struct PolicyError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case tooLong
        /// Bytes other than printable ones, tab and line feed.
        case badCharacter(UInt8)
        /// A line is ended by a line feed; without one, something may have been cut off.
        case unfinished
        case unknownKeyword(String)
        /// How the line should look.
        case wrongForm(String)
        case badKey(NoteError)
        /// Logs sign with type 1, witnesses with type 4.
        case wrongKeyType
        case duplicateKey
        case duplicateName(String)
        case reservedName
        /// Names are defined on an earlier line.
        case unknownName(String)
        /// A name is a member of one group, once.
        case memberTwice(String)
        /// A threshold lies between 1 and the number of members.
        case badThreshold(String)
        case secondQuorum
        case noQuorum
    }

    package let line: Int
    package let reason: Reason

    package init(line: Int, _ reason: Reason) {
        self.line = line
        self.reason = reason
    }
}

extension PolicyError: CustomStringConvertible {
    package var description: String { "line \(line) of the policy: \(reason)" }
}

extension PolicyError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong: "it is longer than \(Policy.maximumSize) bytes"
        case .badCharacter(let byte):
            "byte \(byte) isn't allowed; use spaces and tabs between words and a line feed after lines"
        case .unfinished: "the last line doesn't end with a line feed; the file may have been cut"
        case .unknownKeyword(let word): "'\(word)' isn't log, witness, group or quorum"
        case .wrongForm(let form): "it should be: \(form)"
        case .badKey(let error): "\(error)"
        case .wrongKeyType: "the key's type doesn't fit: logs have type 1 (Ed25519), witnesses type 4 (cosignature)"
        case .duplicateKey: "this key is listed already"
        case .duplicateName(let name): "the name '\(name)' is taken"
        case .reservedName: "'none' can't be a name"
        case .unknownName(let name): "no witness or group '\(name)' is defined on a line before"
        case .memberTwice(let name): "'\(name)' is a member of a group already"
        case .badThreshold(let text): "'\(text)' isn't all, any or a number from 1 to that of the members"
        case .secondQuorum: "there is a quorum line already"
        case .noQuorum: "there is no quorum line; without witnesses it reads: quorum none"
        }
    }
}
