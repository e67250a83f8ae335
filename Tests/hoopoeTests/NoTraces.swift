// SPDX-License-Identifier: Apache-2.0

import Server

@testable import hoopoe

/// Where nobody's messages are.
struct NoTraces: Tracing {
    func trace(_ id: String) async throws(Failure) -> MessageTrace { throw Failure(.noInput, "no messages here") }
}
