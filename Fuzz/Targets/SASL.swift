import Crypto
import Wire

@testable import XMPP

/// A server's side of SASL, spoken to in whatever order and words the input says, beside a client that knows the password and
/// computes proofs by itself. Nobody gets in but by a right proof, or by a right password and a yes; whoever has either gets in.
///
/// There is no channel binding here: a client that insists on one (`p=`) must be refused like any other bad header.
func fuzzSASL(_ input: [UInt8]) {
    var choices = Choices(input)
    let mechanism = SASLMechanism.allCases[choices.below(SASLMechanism.allCases.count)]
    var conversation = SASLConversation(mechanism)
    while !choices.isEmpty, conversation.count < 24 { conversation.step(&choices) }
}

private struct SASLConversation {
    private static let password = "r0m30myr0m30"
    private static let verifiers = Password(password).flatMap {
        try? ScramVerifiers.deriveBoth($0, iterations: 1, salts: (sha1: [1, 2, 3], sha256: [4, 5, 6]))
    }
    private static let serverNonce = Array("3rfcNHYJY1ZVvWVs7j".utf8)

    private(set) var count = 0
    private let mechanism: SASLMechanism
    private var negotiation: SASLNegotiation
    private var hasEnded = false
    /// What was asked about; success must name it.
    private var username: String?
    /// Whether the verifiers given were the account's; a decoy's let nobody in.
    private var isKnown = false
    /// The client's first message without its header, the header, and the server's answer.
    private var first: (header: [UInt8], bare: [UInt8])?
    private var challenge: [UInt8]?
    private var isChecking = false
    private var sentPassword: Password?

    init(_ mechanism: SASLMechanism) {
        self.mechanism = mechanism
        negotiation = SASLNegotiation(mechanism, domain: "capulet.example")
    }

    mutating func step(_ choices: inout Choices) {
        count += 1
        switch choices.below(8) {
        case 0: receive(choices.bytes())
        case 1: receive(firstMessage(&choices))
        case 2, 3: answerLookUp(isKnown: true)
        case 4: answerLookUp(isKnown: false)
        case 5: answerCheck()
        case 6: receive(finalMessage(&choices, isDamaged: false))
        default: receive(finalMessage(&choices, isDamaged: true))
        }
        precondition(!hasEnded || !negotiation.isWaitingForAnswer, "ended, and waits")
    }

    // MARK: What the client says

    /// A first message of the mechanism, with one field that the input chose.
    private func firstMessage(_ choices: inout Choices) -> [UInt8] {
        let name = choices.below(3) == 0 ? choices.bytes() : Array("juliet".utf8)
        switch mechanism {
        case .plain:
            let password = choices.below(3) == 0 ? choices.bytes() : Array(Self.password.utf8)
            let identity = choices.below(4) == 0 ? choices.bytes() : []
            return identity + [0] + name + [0] + password
        case .scramSHA1, .scramSHA256:
            let header = [
                Array("n,,".utf8), Array("y,,".utf8), Array("n,a=juliet@capulet.example,".utf8),
                Array("p=tls-exporter,,".utf8), Array("n,a=".utf8) + choices.bytes() + Array(",".utf8)
            ][choices.below(5)]
            let nonce = choices.below(4) == 0 ? choices.bytes() : Array("fyko+d2lbbFgONRv9qkxdawL".utf8)
            let more = choices.below(4) == 0 ? Array(",".utf8) + choices.bytes() : []
            return header + Array("n=".utf8) + name + Array(",r=".utf8) + nonce + more
        }
    }

    /// A last message with the right proof for what it says, then damaged if asked.
    private func finalMessage(_ choices: inout Choices, isDamaged: Bool) -> [UInt8] {
        guard let first, let challenge else { return choices.bytes() }
        let nonce = Array(challenge.dropFirst(2).prefix { $0 != UInt8(ascii: ",") })
        var without = Array("c=".utf8) + Base64.encode(first.header) + Array(",r=".utf8) + nonce
        switch choices.below(6) {
        case 0: without += Array(",x=".utf8) + choices.bytes()
        case 1: without = Array("c=".utf8) + Base64.encode(choices.bytes()) + Array(",r=".utf8) + nonce
        case 2: without.append(contentsOf: choices.bytes())
        default: break
        }
        var message = without + Array(",p=".utf8) + Base64.encode(proof(without))
        guard isDamaged, !message.isEmpty else { return message }
        let place = choices.below(message.count)
        switch choices.below(4) {
        case 0: message[place] ^= UInt8(1 << choices.below(8))
        case 1: message.remove(at: place)
        case 2: message.insert(contentsOf: choices.bytes(), at: place)
        default: message.removeSubrange(place...)
        }
        return message
    }

    /// ClientProof (RFC 5802 §3), computed beside the room's own code.
    private func proof(_ without: [UInt8]) -> [UInt8] {
        let comma = [UInt8(ascii: ",")]
        let auth = (first?.bare ?? []) + comma + (challenge ?? []) + comma + without
        let salted: [UInt8]
        switch mechanism {
        case .scramSHA1:
            salted = mac(Insecure.SHA1.self, Array(Self.password.utf8), [1, 2, 3, 0, 0, 0, 1])
            return prove(Insecure.SHA1.self, salted, auth)
        case .scramSHA256, .plain:
            salted = mac(SHA256.self, Array(Self.password.utf8), [4, 5, 6, 0, 0, 0, 1])
            return prove(SHA256.self, salted, auth)
        }
    }

    private func prove<H: HashFunction>(_ hash: H.Type, _ salted: [UInt8], _ auth: [UInt8]) -> [UInt8] {
        let key = mac(hash, salted, Array("Client Key".utf8))
        return zip(key, mac(hash, Array(H.hash(data: key)), auth)).map { $0 ^ $1 }
    }

    private func mac<H: HashFunction>(_ hash: H.Type, _ key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
        Array(HMAC<H>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
    }

    // MARK: What the server makes of it

    private mutating func receive(_ message: [UInt8]) {
        let isRight = isKnown && !hasEnded && challenge != nil && self.isRight(message)
        let wasWaiting = negotiation.isWaitingForAnswer
        let action = negotiation.received(message)
        switch action {
        case .success(let name, let content):
            precondition(isRight, "somebody got in without a proof")
            precondition(!wasWaiting && name == username, "somebody got in as somebody else")
            precondition(content?.starts(with: "v=".utf8) == true, "the server didn't prove itself")
            end()
        case .failure:
            precondition(!isRight || wasWaiting, "a right proof was refused")
            end()
        case .lookUp(let name):
            precondition(!hasEnded && username == nil, "asked twice")
            precondition((try? JID(local: name, domain: "capulet.example"))?.local == name, "not a prepared name")
            username = name
            note(message)
        case .challenge, .check: preconditionFailure("nothing was looked up")
        }
    }

    /// Keeps of a first message what the proof depends on.
    private mutating func note(_ message: [UInt8]) {
        if mechanism == .plain {
            let fields = message.split(separator: 0, omittingEmptySubsequences: false)
            precondition(fields.count == 3)
            sentPassword = Password(String(decoding: fields[2], as: UTF8.self))
            return
        }
        let commas = message.indices.filter { message[$0] == UInt8(ascii: ",") }
        precondition(message.first != UInt8(ascii: "p") && commas.count >= 3, "a header that can't be taken")
        first = (Array(message[...commas[1]]), Array(message[(commas[1] + 1)...]))
    }

    /// Whether the message has the header, the nonce, extensions that may be ignored and the proof for all of it.
    private func isRight(_ message: [UInt8]) -> Bool {
        guard let first, let challenge, mechanism != .plain else { return false }
        let fields = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { Array($0) }
        let nonce = Array(challenge.dropFirst(2).prefix { $0 != UInt8(ascii: ",") })
        guard fields.count >= 3, fields[0] == Array("c=".utf8) + Base64.encode(first.header),
            fields[1] == Array("r=".utf8) + nonce, message.count <= 4096, !message.contains(0),
            String(validating: message, as: UTF8.self) != nil,
            fields[2..<(fields.count - 1)].allSatisfy({ field in
                field.count > 2 && field[1] == UInt8(ascii: "=") && field[0] != UInt8(ascii: "m")
                    && Unicode.Scalar(field[0]).properties.isAlphabetic && field[0] < 0x80
            })
        else { return false }
        let without = Array(message.dropLast(fields[fields.count - 1].count + 1))
        return fields[fields.count - 1] == Array("p=".utf8) + Base64.encode(proof(without))
    }

    private mutating func answerLookUp(isKnown: Bool) {
        guard let known = Self.verifiers else { preconditionFailure("no verifiers") }
        let wasAsked = negotiation.username
        let decoy = ScramVerifiers.decoy(username: wasAsked ?? "", secret: [9], iterations: 1)
        guard let action = negotiation.lookedUp(isKnown ? known : decoy, serverNonce: Self.serverNonce) else {
            precondition(wasAsked == nil, "an answer was passed over")
            return
        }
        precondition(wasAsked != nil && wasAsked == username, "an answer nobody waited for")
        self.isKnown = isKnown
        switch action {
        case .challenge(let message):
            precondition(mechanism != .plain && message.starts(with: "r=".utf8))
            challenge = message
        case .check(let check):
            precondition(mechanism == .plain)
            let isRight = isKnown && sentPassword?.bytes == Array(Self.password.utf8)
            precondition(check.run() == isRight, "the check is wrong about a password")
            isChecking = true
        case .success, .failure, .lookUp: preconditionFailure("too soon")
        }
    }

    private mutating func answerCheck() {
        let isRight = isKnown && sentPassword?.bytes == Array(Self.password.utf8)
        switch negotiation.checked(isRight) {
        case nil: precondition(!isChecking, "an answer was passed over")
        case .success(let name, nil): precondition(isChecking && isRight && name == username, "somebody got in")
        case .failure(.notAuthorized): precondition(isChecking && !isRight, "a right password was refused")
        default: preconditionFailure("another answer to a check")
        }
        if isChecking { end() }
    }

    private mutating func end() {
        hasEnded = true
        isChecking = false
        challenge = nil
    }
}
