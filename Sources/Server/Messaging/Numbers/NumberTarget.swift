// SPDX-License-Identifier: Apache-2.0

import Consent
import Numbers
import Store
import Wire
import XMPP

/// What becomes of a text to a number.
enum NumberTarget: Sendable {
    /// Somebody here who can be reached by it. `face` is what they see of the sender; `fallback` takes the text if they
    /// don't acknowledge it in time.
    case person(Account, face: JID, fallback: Route?)
    case sms(Route)
    case refused(StanzaError)
}

extension Services {
    /// When texts to numbers that nobody here is reached by are answered, counted from their arrival: longer than any of the ways to one
    /// takes, so that the time tells as little as the words do.
    private static let answerTime = Duration.milliseconds(60)

    /// Decides where a text to a number goes; `byNetwork` if it must leave by SMS, as the thread it belongs to did.
    func target(
        of number: E164, from account: Account, address: JID, content: MessageContent, byNetwork: Bool
    ) async -> NumberTarget {
        let answer = ContinuousClock.now + Self.answerTime
        let target = await decide(number, account, address, content, byNetwork)
        switch target {
        case .person: break
        case .sms, .refused: try? await Task.sleep(until: answer, clock: .continuous)
        }
        return target
    }

    private func decide(
        _ number: E164, _ account: Account, _ address: JID, _ content: MessageContent, _ byNetwork: Bool
    ) async -> NumberTarget {
        let digits = Array(number.digits.utf8)
        guard account.admit(number: store.vault.limitHash(digits), day: now.day, limit: configuration.numbers.newPerDay)
        else { return .refused(NumberAnswers.tooManyNumbers) }
        // Found or not, the sender's own way is decided: the same work for every number.
        let way = smsWay(to: number, of: account, content: content)
        guard !byNetwork, let holder = await holder(of: digits, for: account, address: address) else {
            switch way {
            case .success(let route): return .sms(route)
            case .failure(let error):
                if case .failure = store.vault.allows(.sms, for: account.person) { store.vault.noteDenial(of: .sms) }
                return .refused(error)
            }
        }
        // To oneself there is no face: one's own number isn't kept outside the key of number-texting.
        let face = holder.person == account.person ? account.address : await face(of: account, towards: holder)
        if holder.blocks(face) {
            return (try? way.get()).map { .sms($0) } ?? .refused(way.failure ?? NumberAnswers.smsIsOff)
        }
        guard content.traits.contains(.body), holder.person != account.person, case .success(let route) = way,
            await takesFallback(holder)
        else { return .person(holder, face: face, fallback: nil) }
        return .person(holder, face: face, fallback: route)
    }

    /// Who here is reached by the number, if the sender may know.
    private func holder(of digits: [UInt8], for account: Account, address: JID) async -> Account? {
        guard let person = store.vault.person(at: store.vault.index(digits)),
            case .success = store.vault.allows(.numberTexting, for: person),
            let holder = await accounts.load(person), !holder.blocks(address)
        else { return nil }
        return holder
    }

    /// The sender's way to the phone network, or what they are told instead.
    private func smsWay(to number: E164, of account: Account, content: MessageContent) -> Result<Route, StanzaError> {
        switch store.vault.allows(.sms, for: account.person) {
        case .success: break
        case .failure(.staleTerms): return .failure(NumberAnswers.smsIsStale)
        case .failure: return .failure(NumberAnswers.smsIsOff)
        }
        guard !content.isEncrypted else { return .failure(NumberAnswers.encrypted) }
        switch texting.way(to: number) {
        case .route(let route): return .success(route)
        case .ownNumber: return .failure(StanzaError(.notAllowed, text: "\(TextRefusal.ownNumber)"))
        case .none: return .failure(NumberAnswers.noRoute)
        }
    }
}

extension Result where Failure == StanzaError {
    fileprivate var failure: StanzaError? {
        if case .failure(let error) = self { error } else { nil }
    }
}

extension Timestamp {
    /// Days since 1970 (UTC).
    var day: Int64 { milliseconds / 86_400_000 }
}
