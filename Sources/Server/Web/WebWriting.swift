// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import HummingbirdCore
import NIOCore
import Store
import Wire

/// Puts answers on the wire: the one place of the server where bytes leave by HTTP.
struct WebWriting: Sendable {
    /// How long a client may take over one piece of an answer.
    private static let patience = TimeAmount.seconds(30)
    private static let pieceSize = 65_536
    /// How long a client that is to go may still read why.
    private static let farewell = TimeAmount.seconds(2)

    let responder: any WebAnswering
    /// Nil where addresses aren't told apart.
    var requests: RequestGate?
    var throttled: @Sendable () -> Void = {}

    @concurrent
    func respond(
        to request: Request, _ writer: consuming ResponseWriter, on channel: any Channel
    ) async throws {
        let head = request.head
        let asked = WebRequest(
            method: head.method.rawValue, path: head.path ?? "", hasBody: Self.hasBody(head.headerFields))
        let answer: WebAnswer
        if let wait = channel.remoteAddress.flatMap(IPAddress.init).flatMap({ requests?.wait(of: $0) }) {
            throttled()
            answer = .wait(wait)
        } else {
            answer = await responder.answer(to: asked)
        }
        // What is still to come from somebody who sends what nobody asked for is read and dropped, but not for long.
        if answer.closes { channel.eventLoop.scheduleTask(in: Self.farewell) { channel.close(promise: nil) } }
        switch answer.body {
        case .bytes(let bytes):
            var response = Self.head(answer)
            response.headerFields[.contentLength] = String(bytes.count)
            let body = head.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            let late = Self.deadline(on: channel)
            defer { late.cancel() }
            try await writer.write(response: response, body: body)
        case .export(let archive):
            var body = try await writer.writeHead(Self.head(answer))
            try await archive.write { bytes in
                for start in stride(from: 0, to: bytes.count, by: Self.pieceSize) {
                    let late = Self.deadline(on: channel)
                    defer { late.cancel() }
                    let piece = bytes[start..<min(start + Self.pieceSize, bytes.count)]
                    try await body.write(ByteBuffer(bytes: piece))
                }
            }
            try await body.finish(nil)
        }
    }

    private static func deadline(on channel: any Channel) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: patience) { channel.close(promise: nil) }
    }

    private static func hasBody(_ fields: HTTPFields) -> Bool {
        fields[.transferEncoding] != nil || fields[.contentLength].map { $0 != "0" } ?? false
    }

    /// The head of an answer. It names no program, and asks browsers to do nothing with it but show it.
    ///
    /// No Strict-Transport-Security: the domain's other ports are its operator's business.
    private static func head(_ answer: WebAnswer) -> HTTPResponse {
        var fields = HTTPFields()
        fields[.date] = HTTPDate(Timestamp(milliseconds: WallClock.system.now())).description
        fields[.contentType] = answer.media.rawValue
        fields[.cacheControl] = answer.caching.rawValue
        fields[.xContentTypeOptions] = "nosniff"
        fields[.contentSecurityPolicy] =
            "default-src 'none'; base-uri 'none'; form-action '\(answer.hasForm ? "self" : "none")'; "
            + "frame-ancestors 'none'"
        for (name, value) in [
            ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin")
        ] {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        if let allow = answer.allow { fields[.allow] = allow }
        if let seconds = answer.retryAfter { fields[.retryAfter] = String(seconds) }
        if answer.media == .zip { fields[.contentDisposition] = #"attachment; filename="hoopoe-export.zip""# }
        if answer.closes { fields[.connection] = "close" }
        return HTTPResponse(status: .init(code: answer.status.rawValue), headerFields: fields)
    }
}
