// SPDX-License-Identifier: Apache-2.0

import Logging
import Server
import ServiceLifecycle

/// The composition root: the one place where the parts of a running server are put together.
enum Composition {
    /// The server that `hoopoe serve` runs.
    @Sendable
    static func server(
        _ configuration: Configuration, _ logger: Logger, _ onReady: @escaping Serving.OnReady
    ) async throws -> any Service {
        throw Failure(.internalError, "this build holds no messaging server")
    }
}
