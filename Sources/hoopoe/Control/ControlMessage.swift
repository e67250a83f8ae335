// SPDX-License-Identifier: Apache-2.0

import Foundation
import Server
import XMPP

/// What a verb asks of the server that holds the folder. One JSON document a line, over a socket in the folder.
///
/// None of these decides anything for anybody: consents are given in the chat with the server, by the person alone.
enum ControlRequest: Codable, Sendable {
    /// Verifiers as RFC 5803 text.
    struct Entry: Codable, Sendable {
        let name: String
        let sha1: String
        let sha256: String
    }

    case add([Entry])
    case list(after: String, limit: Int)
    case remove(String)
    case code(String)
    /// A document, as UTF-8 text.
    case termsDiff(String)
    case termsPublish(String)
    case show(String)
    /// A message's id.
    case trace(String)
    /// The certificate, from its files.
    case reload
}

/// What the server answers, in the same form.
enum ControlAnswer: Codable, Sendable {
    case added(taken: [String])
    case people([Member])
    case removed(FinalEvidence)
    case code(String)
    case terms(TermsReport)
    case counts(PersonCounts)
    case trace(MessageTrace)
    case reloaded(until: Date)
    case failed(status: Int32, message: String)
}

extension ControlRequest.Entry {
    init(_ member: NewMember) {
        self.init(name: member.name, sha1: member.verifiers.sha1.text, sha256: member.verifiers.sha256.text)
    }

    /// Nil if the verifiers are not what they should be.
    var member: NewMember? {
        guard let sha1 = ScramVerifier(text: sha1), let sha256 = ScramVerifier(text: sha256),
            let verifiers = ScramVerifiers(sha1, sha256)
        else { return nil }
        return NewMember(name: name, verifiers: verifiers)
    }
}

/// A message is one line: JSON has no line end inside.
protocol ControlMessage: Codable {}

extension ControlRequest: ControlMessage {}
extension ControlAnswer: ControlMessage {}

extension ControlMessage {
    /// Nil if the line isn't such a message.
    init?(line: [UInt8]) {
        guard let message = try? JSONDecoder().decode(Self.self, from: Data(line)) else { return nil }
        self = message
    }

    /// Strings and numbers always encode.
    var line: [UInt8] { (try? JSONEncoder().encode(self)).map { [UInt8]($0) } ?? [] }
}
