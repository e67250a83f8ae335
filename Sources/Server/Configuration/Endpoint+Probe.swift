// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

extension Endpoint {
    /// Why this address cannot be listened on now, or nil if it can.
    package func refusalToListen() async -> String? {
        do {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port).get()
            try await channel.close()
            return nil
        } catch {
            return SystemFailure(behind: error)?.description ?? "the host is not known"
        }
    }
}
