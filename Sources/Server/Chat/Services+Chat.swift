// SPDX-License-Identifier: Apache-2.0

import Consent
import Numbers
import Store
import Synchronization
import XMPP

/// What the server says to a person who writes to its own address. Every client app can reach the settings this way.
extension Services {
    /// Does what was asked. - Returns: what to say, a message each.
    func chat(_ text: String, by account: Account) async -> [String] {
        do throws(StoreError) {
            return try await answer(ChatCommand(text), by: account)
        } catch {
            return [error.description]
        }
    }

    private func answer(_ command: ChatCommand, by account: Account) async throws(StoreError) -> [String] {
        switch command {
        case .help:
            return [ChatText.help(standings(of: account), domain: domain.domain)]
        case .notUnderstood:
            return ["I didn't understand that.\n\n" + ChatText.help(standings(of: account), domain: domain.domain)]
        case .whichPurpose(let turningOn):
            return [ChatText.which(turningOn: turningOn, store.vault.terms.offered)]
        case .on(let purpose, let argument):
            return try await turnOn(purpose, argument, account)
        case .off(let purpose):
            return try await turnOff(purpose, account)
        case .fallback(let isTaken):
            try await setFallback(isTaken, of: account)
            return [ChatText.fallback(isTaken)]
        case .code(let entry):
            return try await confirm(entry, account)
        case .refuse(let purpose):
            return try await refuse(purpose, by: account)
        case .whichRefusal:
            return [ChatText.whichNo(store.vault.terms.offered)]
        case .question(let question):
            return try await answer(question, by: account)
        case .leave:
            return try await leave(account)
        case .leaveNow:
            return try await leaveNow(account)
        case .stay:
            return try await stay(account)
        case .howToLeave:
            return [ChatText.howToLeave(days: configuration.leave.days)]
        }
    }

    private func answer(_ question: ChatQuestion, by account: Account) async throws(StoreError) -> [String] {
        switch question {
        case .whatDoYouKnow: try await facts(about: account)
        case .uses: try await uses(of: account)
        case .receipts: try await receipts(of: account)
        case .receipt(let number): try await receipt(number, of: account)
        case .export: export(account)
        case .terms: try await terms(for: account)
        }
    }

    /// What is on and off, of what the terms offer.
    private func standings(of account: Account) -> [(purpose: PurposeCode, state: String)] {
        store.vault.terms.offered.map { purpose in
            switch store.vault.allows(purpose, for: account.person) {
            case .success: (purpose, "on")
            case .failure(.staleTerms): (purpose, "off since the terms changed")
            case .failure: (purpose, "off")
            }
        }
    }

    // MARK: On and off

    private func turnOn(_ purpose: PurposeCode, _ argument: String, _ account: Account) async throws(StoreError)
        -> [String]
    {
        let terms = store.vault.terms
        guard let text = terms.text(of: purpose, in: store.vault.region) else {
            return [ChatText.notOffered(purpose)]
        }
        if case .success = store.vault.allows(purpose, for: account.person), argument.isEmpty {
            return ["\(purpose.rawValue) is on already. To turn it off, write: off \(purpose.rawValue)"]
        }
        // A number proven under earlier terms is proven still; only the yes is to be given again.
        var isRenewal = false
        if case .failure(.staleTerms) = store.vault.allows(purpose, for: account.person) {
            isRenewal = argument.isEmpty
        }
        if purpose == .numberTexting, !isRenewal { return try await claim(argument, account) }
        let decision: Decision
        do throws(StoreError) {
            decision = try await store.writer.grant(purpose, by: account.person, shown: terms.version)
        } catch {
            guard error == .denied(.staleTerms) else { throw error }
            return [ChatText.changedJustNow(purpose)]
        }
        let agreed = store.vault.terms.wording(of: purpose, version: decision.terms, in: store.vault.region)
        return [ChatText.turnedOn(purpose, agreed ?? text, terms: decision.terms)]
    }

    private func turnOff(_ purpose: PurposeCode, _ account: Account) async throws(StoreError) -> [String] {
        do throws(StoreError) {
            let withdrawal = try await store.writer.withdraw(purpose, by: account.person)
            forget(purpose, of: account)
            return [ChatText.turnedOff(purpose, rows: withdrawal.rows)]
        } catch {
            guard error == .denied(.noConsent) else { throw error }
            return ["\(purpose.rawValue) isn't on. Nothing is kept for it."]
        }
    }

    /// What memory holds for a purpose that is off now: nothing reads it any more.
    func forget(_ purpose: PurposeCode, of account: Account) {
        switch purpose {
        case .sms:
            unsent.forget(account.person)
            fallbacks.forget([account.person])
        case .numberTexting: account.withState { $0.faces = [:] }
        default: break
        }
    }

    // MARK: Numbers

    private func claim(_ argument: String, _ account: Account) async throws(StoreError) -> [String] {
        guard !argument.isEmpty else { return [ChatText.needsNumber] }
        let number: E164
        do throws(NumberRefusal) {
            number = try E164(normalising: argument, region: CountryCode(rawValue: configuration.numbers.country))
            if let refusal = number.refusal(of: NumberKind.neverSentCodes) { throw refusal }
        } catch {
            return [error.sentence]
        }
        let texting = texting
        let refusal = Mutex<CodeRefusal?>(nil)
        try await store.writer.claim(Array(number.digits.utf8), by: account.person) { code, permit in
            do throws(CodeRefusal) {
                try texting.sendCode(code, to: permit)
                return true
            } catch {
                refusal.withLock { $0 = error }
                // Without a route the administrator may hand a code over: the claim waits for it.
                return error == .noRoute
            }
        }
        if let refusal = refusal.withLock({ $0 }) { return [refusal.description] }
        // Read only now: terms published since have dropped the claim, so a code that works is a yes to this text.
        let terms = store.vault.terms
        guard let text = terms.text(of: .numberTexting, in: store.vault.region) else {
            return [ChatText.notOffered(.numberTexting)]
        }
        return [ChatText.codeSent(text, terms: terms.version)]
    }

    private func confirm(_ entry: String, _ account: Account) async throws(StoreError) -> [String] {
        switch try await store.writer.confirmNumber(by: account.person, entry: entry) {
        case .confirmed(let decision, let displaced):
            if let displaced, let account = await accounts.load(displaced) {
                forget(.numberTexting, of: account)
                await say(ChatText.displaced, to: account)
            }
            return [ChatText.confirmed(decision.terms)]
        case .wrong(let left): return [ChatText.wrongCode(left: left)]
        case .expired: return [ChatText.codeExpired]
        case .spent: return [ChatText.codeSpent]
        case .none: return [ChatText.noCode]
        }
    }
}
