// SPDX-License-Identifier: Apache-2.0

/// A request as far as it matters here.
struct WebRequest: Sendable {
    var method: String
    var path: String
    /// Whether something follows the headers; no request here needs it.
    var hasBody = false

    /// Whether it only asks to be shown something.
    var isFetching: Bool { method == "GET" || method == "HEAD" }
}

/// Decides what a request is answered with.
protocol WebAnswering: Sendable {
    func answer(to request: WebRequest) async -> WebAnswer
}

extension WebAnswer {
    /// What every answerer says to requests that send something; nil for others.
    static func refusal(ofBody request: WebRequest) -> WebAnswer? {
        guard request.hasBody else { return nil }
        var answer = words(.contentTooLarge, "Nothing can be sent here, only fetched.")
        answer.closes = true
        return answer
    }

    static var onlyFetching: WebAnswer {
        var answer = words(.methodNotAllowed, "Only GET and HEAD are understood here.")
        answer.allow = "GET, HEAD"
        return answer
    }
}
