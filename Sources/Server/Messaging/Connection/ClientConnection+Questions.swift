// SPDX-License-Identifier: Apache-2.0

import Consent
import Wire
import XMPP

/// What the stream asks the rest of the server, off the loop, and how it goes on with the answers.
extension ClientConnection {
    func lookUp(_ username: String) {
        switch services.logins.begin(username, from: admission?.source) {
        case .wait(let seconds):
            services.metrics.throttled(.failedLogins)
            return perform(stream.deferred(seconds: seconds))
        case .go(let attempt): self.attempt = attempt
        }
        ask { services in
            await services.verifiers(of: username)
        } answer: { connection, verifiers in
            connection.username = username
            return connection.stream.lookedUp(verifiers)
        }
    }

    func run(_ check: PasswordCheck) {
        ask { services in
            await services.run(check)
        } answer: { connection, isMatch in
            guard let isMatch else {
                connection.services.metrics.throttled(.passwordChecks)
                return connection.stream.deferred(seconds: nil)
            }
            return connection.stream.checked(isMatch)
        } abandoned: { connection, isMatch in
            // Whoever hangs up before the answer has guessed as well.
            if isMatch == false { connection.endAttempt { connection.services.logins.failed($0) } }
        }
    }

    /// The password that was asked for turned out right or wrong.
    func endAttempt(_ tell: (GuessTable.Attempt) -> Void) {
        if let attempt { tell(attempt) }
        attempt = nil
    }

    func bind(_ resource: String?) {
        let (username, mailbox) = (username, mailbox)
        ask { services in
            await services.account(named: username)
        } answer: { connection, account in
            guard let account, let mailbox else {
                return connection.stream.bound(.failure(StanzaError(.notAllowed)))
            }
            if let refused = resource.flatMap({ RefusedIdentifier.find(in: $0, .numbers) }) {
                return connection.stream.bound(.failure(StanzaError(refused)))
            }
            let resource = resource ?? Hex.encode(Randomness.bytes(6))
            guard let address = try? account.address.with(resource: resource), let resource = address.resource else {
                return connection.stream.bound(.failure(StanzaError(.badRequest)))
            }
            guard account.hasRoom(for: resource) else {
                return connection.stream.bound(
                    .failure(StanzaError(.resourceConstraint, text: "Too many devices are connected already.")))
            }
            let session = Session(
                account: account, resource: resource, address: address, services: connection.services,
                mailbox: mailbox,
                followsBrokenSession: account.takeBroken(resource) || account.session(resource) != nil)
            guard connection.attach(session) else {
                session.end()
                return connection.stream.bound(
                    .failure(StanzaError(.resourceConstraint, text: "The account is being loaded. Try again.")))
            }
            return connection.stream.bound(.success(address))
        }
    }

    /// - Returns: false if the account isn't in use any more as it was found.
    private func attach(_ session: Session) -> Bool {
        let handle = session.handle
        let isConnected = services.accounts.connect(handle, of: session.account) { replaced in
            replaced.post { $0.replaced() }
        }
        guard isConnected else { return false }
        endDeadline()
        self.session = handle
        session.connection = connectionHandle
        return true
    }

    func enable(_ isResumable: Bool, maximumSeconds: Int?) {
        let handle = connectionHandle
        // What it will be asked about is on disk first; the client isn't read meanwhile.
        setReading(false)
        session?.run { session in
            session.enable(isResumable: isResumable, maximumSeconds: maximumSeconds) { grant in
                handle?.run { connection in
                    connection.setReading(true)
                    connection.perform(connection.stream.enabled(grant))
                    connection.proceed()
                }
            }
        }
    }

    func resume(_ previousID: String, handled: UInt32) {
        let username = username
        guard let handle = connectionHandle else { return }
        ask { services in
            await services.resume(previousID, of: username, handled: handled, over: handle)
        } answer: { connection, outcome in
            switch outcome {
            case .resumed(let session, let address, let handled):
                connection.endDeadline()
                connection.session = session
                connection.perform(connection.stream.resumed(.resumed(address, handled: handled)))
                session.post { $0.sendAgain() }
                return []
            case .failed(let handled):
                return connection.stream.resumed(.failed(handled: handled))
            }
        } abandoned: { connection, outcome in
            // The session was taken up by a connection that is gone already: it waits for the next one.
            guard case .resumed(let session, _, _) = outcome else { return }
            session.post { [id = connection.id] session in
                if session.connection?.id == id { session.connectionLost() }
            }
        }
    }

    /// Runs `question` off the loop and goes on with its answer; with `abandoned` if the client is gone by then.
    private func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (Services) async -> Answer,
        answer: @escaping @Sendable (ClientConnection, Answer) -> [ClientStream.Action],
        abandoned: @escaping @Sendable (ClientConnection, Answer) -> Void = { _, _ in }
    ) {
        guard let handle = connectionHandle else { return }
        setReading(false)
        let services = services
        Task {
            let value = await question(services)
            handle.post { connection in
                connection.setReading(true)
                guard !connection.isClosing else { return abandoned(connection, value) }
                connection.perform(answer(connection, value))
                connection.proceed()
            }
        }
    }

    private var connectionHandle: ConnectionHandle? {
        guard context != nil else { return nil }
        return mailbox.map { ConnectionHandle(self, mailbox: $0) }
    }
}
