// SPDX-License-Identifier: Apache-2.0

import Logging
import Server

/// The composition root: the one place where the parts of a running server are put together.
enum Composition {
    /// The server that `hoopoe serve` runs.
    @Sendable
    static func server(
        _ configuration: Configuration, _ logger: Logger, _ onReady: @escaping Serving.OnReady
    ) async throws -> Served {
        throw Failure(.internalError, "this build holds no messaging server")
    }

    /// Runs `body` with the people of a folder that nobody serves; the caller holds its lock.
    static func withStoredPeople<Result>(
        of configuration: Configuration, _ body: (any People) async throws -> Result
    ) async throws -> Result {
        throw Failure(.internalError, "this build holds no store")
    }
}
