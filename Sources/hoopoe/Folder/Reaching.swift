// SPDX-License-Identifier: Apache-2.0

import Server

/// Runs `body` with what a folder's verbs ask for (`People`, `Publishing`, `Tracing`): that of the running server, or of the
/// store if nobody serves it, which `stored` opens while this process holds the folder.
func withFolder<Asked, Result>(
    of settings: Configuration, served: (ControlClient) -> Asked,
    stored: (Configuration) throws -> Composition.Opened<Asked>,
    _ body: (Asked) async throws -> Result
) async throws -> Result {
    let folder = DataFolder(settings.folder)
    let client = ControlClient(folder)
    // Another verb may hold the folder for a moment, or a server may be about to answer.
    for _ in 0..<50 {
        if await client.isAnswered() { return try await body(served(client)) }
        do {
            let lock = try folder.hold()
            let result = try await stored(settings).use(body)
            _ = consume lock
            return result
        } catch let failure as Failure where failure.status == .locked {
            try await Task.sleep(for: .milliseconds(100))
        }
    }
    throw Failure(.locked, "another hoopoe holds \(folder.path) and does not answer; try again, or stop it")
}

/// Runs `body` with the people of a folder.
func withPeople<Result>(
    of settings: Configuration, _ body: (any People) async throws -> Result
) async throws -> Result {
    try await withFolder(of: settings, served: { $0 }, stored: Composition.storedPeople, body)
}

/// Runs `body` with the terms of a folder.
func withTerms<Result>(
    of settings: Configuration, _ body: (any Publishing) async throws -> Result
) async throws -> Result {
    try await withFolder(of: settings, served: { $0 }, stored: Composition.storedTerms, body)
}

/// Runs `body` with the messages of a folder.
func withTraces<Result>(
    of settings: Configuration, _ body: (any Tracing) async throws -> Result
) async throws -> Result {
    try await withFolder(of: settings, served: { $0 }, stored: Composition.storedTraces, body)
}
