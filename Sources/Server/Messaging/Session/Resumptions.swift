// SPDX-License-Identifier: Apache-2.0

import Store
import Synchronization
import Wire
import XMPP

/// The sessions that can be resumed, by what their clients call them (XEP-0198 §5).
final class Resumptions: Sendable {
    private let sessions = Mutex<[SessionID: (session: SessionHandle, account: Account)]>([:])

    func add(_ session: SessionHandle, of account: Account) {
        sessions.withLock { $0[session.id] = (session, account) }
    }

    func remove(_ id: SessionID) {
        _ = sessions.withLock { $0.removeValue(forKey: id) }
    }

    func find(_ id: SessionID, of username: String) -> SessionHandle? {
        sessions.withLock { sessions in
            guard let found = sessions[id], found.account.name == username else { return nil }
            return found.session
        }
    }
}

/// What came of asking for an earlier session.
enum ResumptionOutcome: Sendable {
    case resumed(SessionHandle, JID, handled: UInt32)
    /// There is none; `handled` is what the disk still knows of it.
    case failed(handled: UInt32?)
}

extension Services {
    /// Takes up an earlier session over a new connection.
    func resume(
        _ previousID: String, of username: String, handled: UInt32, over connection: ConnectionHandle
    ) async -> ResumptionOutcome {
        guard let id = SessionID(text: previousID) else { return .failed(handled: nil) }
        guard let session = resumptions.find(id, of: username) else {
            return .failed(handled: await handledBeforeCrash(previousID, of: username))
        }
        return await withCheckedContinuation { continuation in
            session.post { resumed in
                let address = resumed.address
                resumed.resume(handled: handled, over: connection) { handled in
                    let outcome = handled.map { ResumptionOutcome.resumed(session, address, handled: $0) }
                    continuation.resume(returning: outcome ?? .failed(handled: nil))
                }
            }
        }
    }

    /// How many stanzas of a session of an earlier run were stored for certain.
    private func handledBeforeCrash(_ id: String, of username: String) async -> UInt32? {
        guard let account = await account(named: username) else { return nil }
        let stored = try? await store.read { snapshot throws(StoreError) in try snapshot.session(id) }
        guard let (owner, handled) = stored ?? nil, owner == account.person else { return nil }
        return handled
    }
}

extension SessionID {
    var text: String { Hex.encode(bytes) }

    init?(text: String) {
        guard let bytes = Hex.decode(text) else { return nil }
        self.init(bytes: bytes)
    }
}
