// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import XMPP

/// What a verb asks of the server that holds the folder. One JSON document a line, over a socket in the folder.
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
}

/// What the server answers, in the same form.
enum ControlAnswer: Codable, Sendable {
    case added(taken: [String])
    case people([Member])
    case removed
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

extension ByteBuffer {
    /// A message and its line end.
    static func line(_ message: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer(bytes: try JSONEncoder().encode(message))
        buffer.writeInteger(UInt8(ascii: "\n"))
        return buffer
    }

    /// A message without its line end.
    func message<Message: Decodable>(_ type: Message.Type) throws -> Message {
        try JSONDecoder().decode(type, from: Data(readableBytesView))
    }
}

/// Cuts a stream of bytes into lines, none longer than a bound.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    static let longest = 4 * 1024 * 1024

    struct TooLong: Error {}

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard buffer.readableBytes <= Self.longest else { throw TooLong() }
            return .needMoreData
        }
        let length = end - buffer.readerIndex
        guard length <= Self.longest, let line = buffer.readSlice(length: length) else { throw TooLong() }
        buffer.moveReaderIndex(forwardBy: 1)
        context.fireChannelRead(Self.wrapInboundOut(line))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        // A line that nobody ended was cut off: not a message.
        .needMoreData
    }
}
