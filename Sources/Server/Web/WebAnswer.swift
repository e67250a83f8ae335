// SPDX-License-Identifier: Apache-2.0

/// What a request is answered with.
struct WebAnswer: Sendable {
    /// RFC 9110 §15.
    enum Status: Int, Sendable {
        case ok = 200
        case badRequest = 400
        case notFound = 404
        case methodNotAllowed = 405
        case contentTooLarge = 413
        case tooManyRequests = 429
        case unavailable = 503
    }

    enum Media: String, Sendable {
        case text = "text/plain; charset=utf-8"
        /// Prometheus' text exposition format.
        case metrics = "text/plain; version=0.0.4; charset=utf-8"
        case html = "text/html; charset=utf-8"
        case json = "application/json"
        case bytes = "application/octet-stream"
        case zip = "application/zip"
    }

    /// How long others may keep a copy (RFC 9111 §5.2.2).
    enum Caching: String, Sendable {
        case never = "no-store"
        case shortly = "public, max-age=60"
        /// The name stands for these bytes for ever (RFC 8246).
        case always = "public, max-age=31536000, immutable"
    }

    enum Body: Sendable {
        case bytes([UInt8])
        /// Written as it is read, so that its length isn't known before.
        case export(ExportArchive)
    }

    var status = Status.ok
    var media = Media.text
    var caching = Caching.never
    var body: Body
    /// The methods that would do, on a 405.
    var allow: String?
    /// Seconds to wait before the next request, on a 429 (RFC 6585 §4).
    var retryAfter: Int64?
    /// A page with a form that is sent to this server.
    var hasForm = false
    /// The connection ends with this answer.
    var closes = false

    /// Plain words about why there is nothing else.
    static func words(_ status: Status, _ text: String) -> WebAnswer {
        WebAnswer(status: status, body: .bytes(Array((text + "\n").utf8)))
    }

    static func wait(_ seconds: Int64) -> WebAnswer {
        var answer = words(.tooManyRequests, "Too many requests from your network; wait \(seconds) s.")
        answer.retryAfter = seconds
        return answer
    }

    static let notFound = words(.notFound, "There is nothing here. The page / says what there is.")
    static let linkSpent = words(
        .notFound,
        "This link doesn't work: it was used, or it is more than an hour old, or it was replaced by a newer one. "
            + "Write to the server again for a new one: export")
}
