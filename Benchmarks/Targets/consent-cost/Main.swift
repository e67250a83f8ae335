import Consent
import Measuring
import Store

/// Stores texts by number between people who said yes, asking the vault as often as the server asks it for each, and prints
/// the CPU time a text took. Built twice: with the vault, and with one that asks nobody.
///
/// `consent-cost TEXTS`: so many texts; one in four also goes by SMS.
@main
struct ConsentCost {
    static func main() async throws {
        let texts = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100_000
        guard let region = Region("bench") else { throw StoreError.missing("region") }
        try await inScratchFolder { folder in
            try RegionFiles(folder: folder, region: region).create()
            let store = try RegionStore(folder: folder, region: region, issuer: Issuer(domain: "bench.example"))
            defer { store.close() }
            let people = try await Self.people(100, in: store)
            _ = try await run(texts / 10, people, store)

            let before = cpuTime()
            let refused = try await run(texts, people, store)
            let cost = (cpuTime() - before) / Double(texts) * 1e6
            let asking = timed {
                for text in 0..<texts * 10 {
                    let (sender, recipient) = (people[text % people.count], people[(text &* 31 &+ 7) % people.count])
                    _ = asks(store.vault, sender, recipient, bySMS: text % 4 == 0)
                }
            }
            report([
                "texts": Double(texts), "refused": Double(refused), "cpu_us_per_text": cost,
                "asking_us_per_text": asking.cpu / Double(texts * 10) * 1e6
            ])
        }
    }

    /// People with number-texting and sms on, each with a number of their own.
    static func people(_ count: Int, in store: RegionStore) async throws -> [(PersonID, digits: [UInt8])] {
        let verifier = Verifier(salt: [1], iterations: 4_096, storedKey: [2], serverKey: [3])
        let added = try await store.writer.add(
            (0..<count).map { NewPerson(name: "p\($0)", verifiers: Verifiers(sha1: verifier, sha256: verifier)) })
        var people: [(PersonID, digits: [UInt8])] = []
        for (index, result) in added.enumerated() {
            let person = try result.get()
            let digits = Array("44770090\(1000 + index)".utf8)
            try await store.writer.claim(digits, by: person) { _, _ in true }
            guard let code = try await store.writer.renewCode(for: person) else { throw StoreError.conflict }
            _ = try await store.writer.confirmNumber(by: person, entry: code)
            _ = try await store.writer.grant(.sms, by: person)
            people.append((person, digits))
        }
        return people
    }

    /// Asks what the router asks for one text: the sender's way and face, who is at the number, the face again at delivery, and
    /// for an SMS the permit to send it.
    static func asks(
        _ vault: Vault, _ sender: (PersonID, digits: [UInt8]), _ recipient: (PersonID, digits: [UInt8]), bySMS: Bool
    ) -> Bool {
        guard case .success = vault.allows(.sms, for: sender.0),
            case .success = vault.allows(.numberTexting, for: sender.0),
            vault.person(at: vault.index(recipient.digits)) == recipient.0,
            case .success = vault.allows(.numberTexting, for: recipient.0),
            case .success = vault.allows(.numberTexting, for: sender.0)
        else { return false }
        return !bySMS || (try? vault.withPermit(SMS.self, for: sender.0) { _ in true }) == true
    }

    /// - Returns: how many were refused, which must be none.
    static func run(_ texts: Int, _ people: [(PersonID, digits: [UInt8])], _ store: RegionStore) async throws -> Int {
        let payload = [UInt8](repeating: 0x61, count: 300)
        var refused = 0
        for start in stride(from: 0, to: texts, by: 256) {
            let count = min(256, texts - start)
            await withTaskGroup(of: Bool.self) { group in
                for text in start..<start + count {
                    let sender = people[text % people.count]
                    let recipient = people[(text &* 31 &+ 7) % people.count]
                    let bySMS = text % 4 == 0
                    guard asks(store.vault, sender, recipient, bySMS: bySMS) else {
                        refused += 1
                        continue
                    }
                    let copies = (
                        Text.Copy(
                            owner: sender.0, correspondent: recipient.digits, payload: payload, pending: false,
                            isSMS: bySMS),
                        Text.Copy(owner: recipient.0, correspondent: sender.digits, payload: payload, pending: true)
                    )
                    let repeatKey = Text.RepeatKey(
                        to: recipient.digits, id: Array("\(text)".utf8), payload: payload, isOriginID: true,
                        afterBrokenSession: false)
                    group.addTask {
                        await withCheckedContinuation { done in
                            store.writer.store(
                                Text(sender: copies.0, recipient: bySMS ? nil : copies.1, repeatKey: repeatKey)
                            ) { result in
                                if case .failure = result {
                                    done.resume(returning: false)
                                } else {
                                    done.resume(returning: true)
                                }
                            }
                        }
                    }
                }
                for await isStored in group where !isStored { refused += 1 }
            }
        }
        return refused
    }
}
