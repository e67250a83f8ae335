// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import Server

/// Why an address cannot be listened on now, or nil if it can.
func refusalToListen(_ endpoint: Endpoint) async -> String? {
    do {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: endpoint.host, port: endpoint.port).get()
        try await channel.close()
        return nil
    } catch let error as IOError {
        return systemMessage(error.errnoCode)
    } catch {
        return "the host is not known"
    }
}
