import Consent
import Proof
import Wire
import XMPP

@testable import Edges

/// What people, scripts and phones write to the program: settings, paths of requests, verifiers, keywords, sentences to the server.
/// What is read has one meaning and prints as it; no sentence with a no in it turns anything on or ends anything.
func fuzzEdges(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let interval = Interval(text) {
        precondition(Interval(interval.description) == interval, "another interval when read again")
        precondition((0...86_400_000).contains(interval.milliseconds))
    }
    if let endpoint = Endpoint(text) {
        precondition(Endpoint(endpoint.description) == endpoint, "another endpoint when read again")
        precondition((0...65_535).contains(endpoint.port) && !endpoint.host.isEmpty)
    }
    if let price = Price(text) {
        precondition(Price(price.description) == price && price.tenThousandths >= 0, "another price when read again")
    }
    if let verifier = ScramVerifier(text: text) {
        precondition(ScramVerifier(text: verifier.text) == verifier, "another verifier when read again")
        precondition(verifier.iterations >= 4096 && verifier.salt.count >= 8, "a verifier that is too weak")
    }
    checkPath(text)
    if let keyword = Keyword(text), text.utf8.count < 60 {
        precondition(Keyword(" " + text + "!") == keyword, "marks around it change a keyword")
    }
    checkSentence(text)
}

/// A path that is understood can be looked up below a folder as it stands.
private func checkPath(_ text: String) {
    guard let route = WebRoute(path: text) else { return }
    precondition(text.utf8.count <= WebRoute.longest && text.utf8.allSatisfy { (0x21...0x7E).contains($0) })
    precondition(!text.contains("..") && !text.contains("//") && !text.contains("%") && !text.contains("\\"))
    switch route {
    case .start: precondition(text == "/")
    case .terms(let version): precondition(text == "/terms/\(version).json" && version > 0)
    case .export(let token): precondition(text == "/export/\(token)" && token.utf8.count == 22)
    case .log(let region, let number, let file):
        precondition(text == "/log/\(region)/\(number)/\(file.path)", "two spellings of one file")
        guard case .tile(let path) = file else { return }
        precondition(Tile(path: path) != nil || path.utf8.count > 24, "a file that no log has")
    }
}

private func checkSentence(_ text: String) {
    let command = ChatCommand(text)
    if case .code(let digits) = command {
        precondition(digits.utf8.allSatisfy { (0x30...0x39).contains($0) } && (1...16).contains(digits.utf8.count))
    }
    precondition(ChatCommand(text) == command, "it means one thing, then another")
    for negation in ["don't ", "do not ", "never "] {
        switch ChatCommand(negation + text) {
        case .on, .off, .fallback, .leave, .leaveNow: preconditionFailure("a no was taken for a yes")
        default: break
        }
    }
}
