// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Wire
import XMPP

/// Everything about one person, as a ZIP archive that is read from the store while it is written, and never kept.
///
/// What rests on a purpose is opened row by row under the person's permit, so a yes that is taken back meanwhile ends it
/// in the middle. Memory holds one page of rows and one file of about a megabyte at a time.
struct ExportArchive: Sendable {
    /// Rows read at once.
    private static let pageSize = 100

    let services: Services
    let account: Account
    /// Held while the archive is being written.
    let seat: ExportDesk.Seat

    private var person: PersonID { account.person }

    /// Writes the archive to `sink`. What it throws leaves the archive unfinished, which every reader of ZIPs notices.
    func write(to sink: @escaping ExportWriter.Sink) async throws {
        let moment = services.now
        var writer = ExportWriter(at: moment, to: sink)
        try await writer.add(
            "README.txt",
            Array(ExportReadme(domain: services.domain.domain, name: account.name, moment: moment).text.utf8))
        try await writeAccount(to: &writer, moment)
        try await writeKept(to: &writer)
        try await writeEvidence(to: &writer)
        try await writeNumbers(to: &writer)
        try await writeMessages(to: &writer)
        try await writer.end()
    }

    // MARK: The account

    private func writeAccount(to writer: inout ExportWriter, _ moment: Timestamp) async throws {
        let person = person
        let (found, leaving, sessions) = try await services.store.read { snapshot throws(StoreError) in
            (
                try snapshot.person(person), try snapshot.leaving(of: person),
                try snapshot.sessionTimes(of: person)
            )
        }
        guard let found else { throw StoreError.noSuchPerson }
        var members: [(String, JSON)] = [
            ("address", .string(account.address.description)), ("name", .string(found.name)),
            ("created", Self.time(found.created)), ("region", .string(services.store.vault.region.name)),
            ("exported", Self.time(moment.milliseconds)), ("sessions", .array(sessions.map(Self.time)))
        ]
        if let leaving { members.append(("leaving", Self.time(leaving))) }
        try await writer.add("account.json", .object(.init(members)))
    }

    private func writeKept(to writer: inout ExportWriter) async throws {
        let account = account
        let roster = try await services.store.read { snapshot throws(StoreError) in
            try snapshot.rosterItems(of: account)
        }
        try await writer.add(
            "roster.json",
            .array(roster.sorted { $0.jid.description < $1.jid.description }.map(Self.rosterItem)))
        let blocked = try await kept(.blocked).map { Self.text($0.name) }.sorted()
        try await writer.add("blocklist.json", .array(blocked.map { .string($0) }))
        let settings = try await kept(.setting).map { (Self.text($0.name), JSON.string(Self.text($0.value))) }
        try await writer.add("settings.json", .object(.init(settings)))
        for card in try await kept(.vCard) { try await writer.add("vcard.xml", card.value) }
        let notes = try await kept(.privateXML).sorted { $0.name.lexicographicallyPrecedes($1.name) }
        for (index, note) in notes.enumerated() {
            try await writer.add("private/\(Self.numbered(index + 1)).xml", note.value)
        }
    }

    private func kept(_ kind: KeptKind) async throws(StoreError) -> [Kept] {
        let person = person
        return try await services.store.read { snapshot throws(StoreError) in try snapshot.kept(kind, owner: person) }
    }

    private static func rosterItem(_ item: RosterItem) -> JSON {
        var members: [(String, JSON)] = [
            ("address", .string(item.jid.description)), ("groups", .array(item.groups.map { .string($0) })),
            ("subscription", .string(item.subscription.state.attribute)), ("listed", .boolean(item.isListed))
        ]
        if let name = item.name { members.append(("name", .string(name))) }
        return .object(.init(members))
    }

    // MARK: Decisions and what proves them

    private func writeEvidence(to writer: inout ExportWriter) async throws {
        let person = person
        let (ledger, receipts, uses, looks) = try await services.store.read { snapshot throws(StoreError) in
            (
                try snapshot.ledger(of: person), try snapshot.receipts(of: person), try snapshot.uses(of: person),
                try snapshot.looks(at: person)
            )
        }
        try await writer.add("decisions.json", .array(ledger.map(Self.decision)))
        try await writer.add(
            "uses.json",
            .array(
                uses.map { use in
                    [
                        "purpose": .string(use.purpose.rawValue), "day": Self.day(use.day), "count": JSON(use.count),
                        "decision": .string("\(use.decision.rawValue)")
                    ]
                }))
        try await writer.add(
            "looks.json", .array(looks.map { ["command": .string($0.verb), "time": Self.time($0.at)] }))
        for (index, receipt) in receipts.enumerated() {
            let name = "receipts/\(Self.numbered(index + 1))"
            try await writer.add(name + (receipt.isReceipt ? ".receipt.jws" : ".record.json"), receipt.bytes)
            // What isn't published yet has no proof yet.
            if let proof = try await proof(of: receipt) { try await writer.add(name + ".tlog-proof", proof) }
        }
        for (number, policy) in await policies() { try await writer.add("receipts/log-\(number).policy", policy) }
    }

    private func proof(of receipt: KeptReceipt) async throws -> [UInt8]? {
        let log = services.store.log
        return try await services.onSlowThread { try log.proof(of: receipt) }
    }

    /// What a verifier needs of each of the region's logs, as published.
    private func policies() async -> [(number: Int, bytes: [UInt8])] {
        let configuration = services.configuration
        let read = try? await services.onSlowThread { () -> [(number: Int, bytes: [UInt8])] in
            let files = PublishedFiles(configuration)
            return files.logNumbers().compactMap { number in
                files.file(.policy, ofLog: number, region: configuration.region).map { (number, $0) }
            }
        }
        return read ?? []
    }

    private static func decision(_ decision: Decision) -> JSON {
        [
            "id": .string("\(decision.id.rawValue)"), "purpose": .string(decision.purpose.rawValue),
            "action": .string(decision.action.rawValue), "terms": JSON(decision.terms),
            "region": .string(decision.region.name), "time": time(decision.at)
        ]
    }

    // MARK: What rests on a purpose

    private func writeNumbers(to writer: inout ExportWriter) async throws {
        let (store, person) = (services.store, person)
        let number = try await services.onSlowThread { try store.exportedNumber(of: person) }
        if let number {
            try await writer.add("number.json", ["number": JSON(number: number), "purpose": "number-texting"])
        }
        let faces = try await store.read { snapshot throws(StoreError) in try snapshot.exportedFaces(of: person) }
        if !faces.isEmpty {
            try await writer.add(
                "conversations-by-number.json", .array(faces.map { ["shown": JSON(face: $0)] }))
        }
        var lines = ExportLines("sms")
        var last: ArchiveID?
        repeat {
            let after = last
            let page = try await store.read { snapshot throws(StoreError) in
                try snapshot.exportedTexts(of: person, after: after, limit: Self.pageSize)
            }
            for text in page.rows { lines.add(Self.sms(text)) }
            try await lines.flush(to: &writer)
            last = page.last
        } while last != nil
        try await lines.flush(to: &writer, isLast: true)
        let parts = try await store.read { snapshot throws(StoreError) in try snapshot.exportedParts(of: person) }
        if !parts.isEmpty {
            try await writer.add("sms-unfinished.json", .array(parts.map { ["deliver_sm": JSON(part: $0)] }))
        }
    }

    private static func sms(_ text: ExportedText) -> JSON {
        [
            "id": .string(text.id.text), "time": time(text.id.milliseconds), "route": .string(text.route),
            "state": .string("\(text.state)"), "text": JSON(sms: text.content)
        ]
    }

    // MARK: Messages

    private func writeMessages(to writer: inout ExportWriter) async throws {
        let (store, person) = (services.store, person)
        await store.writer.settled(person)
        var lines = ExportLines("messages")
        var last: ArchiveID?
        repeat {
            let after = last
            let page = try await store.read { snapshot throws(StoreError) in
                try snapshot.messages(of: person, after: after, limit: Self.pageSize)
            }
            for row in page.rows {
                if let message = StoredMessage(encoded: row.payload) { lines.add(line(row.id, message)) }
            }
            try await lines.flush(to: &writer)
            last = page.last
        } while last != nil
        try await lines.flush(to: &writer, isLast: true)
    }

    /// One message as its owner's archive shows it.
    private func line(_ id: ArchiveID, _ message: StoredMessage) -> JSON {
        let isIncoming = JID(message.to)?.bare == account.address
        let other = isIncoming ? message.from : message.to
        let stanza = message.bytes(archiveID: nil, owner: account.address, standsAlone: true)
        var members: [(String, JSON)] = [
            ("id", .string(id.text)), ("time", Self.time(id.milliseconds)),
            ("direction", isIncoming ? "in" : "out"), ("with", .string(JID(other)?.bare.description ?? other)),
            ("stanza", .string(Self.text(stanza)))
        ]
        if let element = try? Element(parsing: stanza), let body = MessageContent.body(of: element) {
            members.append(("body", .string(body)))
        }
        return .object(.init(members))
    }

    // MARK: Forms

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func time(_ milliseconds: Int64) -> JSON {
        .string(Timestamp(milliseconds: milliseconds).description)
    }

    private static func day(_ day: Int32) -> JSON {
        .string(String(Timestamp(milliseconds: Int64(day) * 86_400_000).description.prefix(10)))
    }

    /// At least three digits, so that names sort.
    private static func numbered(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
    }
}
