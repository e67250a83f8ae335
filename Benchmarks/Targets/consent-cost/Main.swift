import Consent
import Foundation
import Store

/// Stores texts by number between people who said yes, asking the vault as often as the server asks it for each, and prints
/// the CPU time a text took. Built twice: with the vault, and with one that asks nobody.
///
/// `consent-cost TEXTS`: so many texts; one in four also goes by SMS.
@main
struct ConsentCost {
    static func main() async throws {
        let texts = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 100_000
        let region = Region("bench")!
        let folder = NSTemporaryDirectory() + "hoopoe-bench-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try RegionFiles(folder: folder, region: region).create()
        let store = try RegionStore(folder: folder, region: region, issuer: Issuer(domain: "bench.example"))
        defer { store.close() }
        let people = try await Self.people(100, in: store)
        _ = try await run(texts / 10, people, store)

        let before = cpuTime()
        let refused = try await run(texts, people, store)
        let cost = (cpuTime() - before) / Double(texts) * 1e6
        print(#"{"texts": \#(texts), "refused": \#(refused), "cpu_us_per_text": \#(String(format: "%.3f", cost))}"#)
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
                    // As the router asks: the sender's way and face, who is at the number, the face again at delivery.
                    guard case .success = store.vault.allows(.sms, for: sender.0),
                        case .success = store.vault.allows(.numberTexting, for: sender.0),
                        store.vault.person(at: store.vault.index(recipient.digits)) == recipient.0,
                        case .success = store.vault.allows(.numberTexting, for: recipient.0),
                        case .success = store.vault.allows(.numberTexting, for: sender.0)
                    else {
                        refused += 1
                        continue
                    }
                    if bySMS, (try? store.vault.withPermit(SMS.self, for: sender.0) { _ in true }) != true { refused += 1 }
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
                                if case .failure = result { done.resume(returning: false) } else { done.resume(returning: true) }
                            }
                        }
                    }
                }
                for await isStored in group where !isStored { refused += 1 }
            }
        }
        return refused
    }

    /// User and system time of this process, in seconds.
    static func cpuTime() -> Double {
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF, &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Double(seconds) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}
