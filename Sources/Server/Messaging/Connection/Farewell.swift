// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Says a few last words to a connection that isn't admitted, and closes it.
///
/// Whoever closes a socket with bytes in it that nobody read resets it, and the words are lost. So the sending side is closed first, and
/// what still comes is dropped until the peer hangs up, for a second at most.
final class Farewell: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// How long a refused peer may take to read why.
    private static let patience = TimeAmount.seconds(1)
    /// With so many of them being told, further ones are closed without a word.
    private static let mostAtOnce = 256
    private static let atOnce = Atomic<Int>(0)

    private let words: [UInt8]

    private init(_ words: [UInt8]) {
        self.words = words
    }

    /// Call on the channel's loop while it is set up. The channel isn't to get other handlers.
    static func say(_ words: [UInt8], to channel: any Channel) -> EventLoopFuture<Void> {
        guard !words.isEmpty, atOnce.wrappingAdd(1, ordering: .relaxed).oldValue < mostAtOnce else {
            if !words.isEmpty { atOnce.wrappingSubtract(1, ordering: .relaxed) }
            return channel.close()
        }
        channel.closeFuture.whenComplete { _ in atOnce.wrappingSubtract(1, ordering: .relaxed) }
        do {
            try channel.pipeline.syncOperations.addHandler(Farewell(words))
            return channel.eventLoop.makeSucceededVoidFuture()
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: words)), promise: nil)
        context.close(mode: .output, promise: nil)
        context.eventLoop.scheduleTask(in: Self.patience) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
