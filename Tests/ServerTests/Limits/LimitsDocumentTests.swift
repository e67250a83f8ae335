// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import NIOCore
import SMPP
import Testing
import Wire

@testable import Consent
@testable import Server
@testable import Store

/// `docs/limits.md` states how much may wait in memory: each number in it is the one in the code.
@Suite struct LimitsDocumentTests {
    /// The numbers of each row, in the order in which they stand there, by what the row is about.
    private static func numbers() throws -> [String: [String]] {
        let configuration = Configuration(folder: "/")
        let (writer, limits) = (Writer.Settings(), configuration.limits)
        let caches = try cacheSizes()
        let ofPerson: [String] = kept([.rosterItem, .blocked, .setting]) + kept([.vCard, .privateXML])
        return [
            "Connections": [count(limits.connections), seconds(Int(ConnectionGate.hurry / 1_000_000))],
            "A stanza that isn't whole yet": [
                count(XMLLimits.beforeAuthentication.stanzaBytes), kibibytes(limits.stanzaBytes)
            ],
            "Bytes read and not parsed": [kibibytes(AdaptiveRecvByteBufferAllocator().maximum)],
            "Stanzas of a session on their way to the disk": [
                count(Session.pendingLimit), kibibytes(Session.pendingBytesLimit)
            ],
            "Stanzas of a session behind a slow request of its own": [count(Session.waitingLimit)],
            "Requests of one person that are worked on at a time": [count(SlowWork.limit)],
            "Jobs of the writer": [],
            "Jobs in one transaction": [count(writer.batch)],
            "Acknowledged rows on their way to the disk": [seconds(writer.patience)],
            "Answers of the writer, and deliveries, on their way to an event loop": [
                count(WakeHold.usualLimit), seconds(WakeHold.usualPatience)
            ],
            "Bytes that a client hasn't read": [
                kibibytes(Listener.outboundWatermarks.high), kibibytes(Listener.outboundWatermarks.low)
            ],
            "Answers and copies that a client hasn't read, without stream management": [
                mebibytes(ClientConnection.backlogLimit)
            ],
            "Stanzas that a client with stream management hasn't acknowledged": [
                count(limits.outbox), mebibytes(Session.outboxBytes)
            ],
            "Rows sent to a client without stream management that it hasn't confirmed": [
                count(PingAcknowledgement.limit), count(MemoryLayout<Int64>.size)
            ],
            "A page of held messages": [count(Services.heldPage), kibibytes(Services.heldBytes)],
            "A page of the archive": [count(Services.pageLimit), kibibytes(Services.pageBytes)],
            "Messages that aren't stored, behind held ones": [count(Session.deferredLimit)],
            "Sessions that wait for their client to come back": [
                count(Account.sessionLimit), seconds(Session.longestResumption * 1_000)
            ],
            "Texts that a route has taken ahead of the carrier's answers": [count(RouteRunner.farthest)],
            "Segments sent without an answer that may still come": [count(SegmentLine.unansweredLimit)],
            "Accounts without a session": [count(Accounts.usualCapacity)],
            "People's keys, unwrapped": [count(Vault.usualCapacity)],
            "Faces of a person, numbers texted, broken resources": [
                count(Account.faceLimit), count(Account.textedLimit), count(Account.brokenLimit)
            ],
            "Who seals under which key today, and sessions known to be there":
                Set([UsableKeys.limit, MarkedSessions.limit]).map(count),
            "Digests by which repeats are told": [count(Repeats.limit), count(Repeats.ownerLimit)],
            "Pages of the database": caches,
            "Steps of messages for `hoopoe trace`": [count(TraceRing.capacity), count(TraceRing.entrySize)],
            "Messages on their way into the archives' indexes, 64 bytes each, 110 where each is another owner's": [
                count(Tail.limit)
            ],
            "Long texts that came whole, whose parts may come once more": [count(Reassembler.finishedLimit)],
            "Connections by HTTPS": [count(WebServer.connectionLimit)],
            "Connections that are told why they are refused": [
                count(Farewell.mostAtOnce), seconds(Int(Farewell.patience.nanoseconds / 1_000_000))
            ],
            "Addresses that are or were connected, and those that sent requests": [count(ConnectionGate.leastSources)],
            "Wrong passwords by account, by address and by both; where accounts logged in": [
                count(GuessTable.Limits(free: 1).capacity)
            ],
            "What a person has the server keep: contacts, blocked addresses, settings; cards and private XML": ofPerson
        ]
    }

    /// How many bytes one person may keep of each of these kinds, and how many of them.
    private static func kept(_ kinds: [KeptKind]) -> [String] {
        Set(kinds.map(\.byteLimit)).map(mebibytes) + kinds.map { count($0.limit) }
    }

    @Test func `the document's numbers are the code's`() throws {
        let numbers = try Self.numbers()
        var seen: Set<String> = []
        for row in try Self.rows() {
            let expected = try #require(numbers[row.what], "nothing holds the row \"\(row.what)\" to the code")
            #expect(Self.numbers(in: row.bound) == expected, "\(row.what)")
            seen.insert(row.what)
        }
        #expect(seen == Set(numbers.keys), "each limit has its row")
    }

    // MARK: The document

    /// The rows of all tables that state a bound: what it is about, and the cells that say how much.
    private static func rows() throws -> [(what: String, bound: String)] {
        var root = URL(filePath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let text = try String(contentsOf: root.appending(path: "docs/limits.md"), encoding: .utf8)
        var rows: [(what: String, bound: String)] = []
        var isBound = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                isBound = false
                continue
            }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count > 1, cells[1] == "Bound" {
                isBound = true
            } else if isBound, cells.count == 4, !cells[0].hasPrefix("---") {
                rows.append((cells[0], cells[1] + "; " + cells[2]))
            }
        }
        return rows
    }

    private static func numbers(in text: String) -> [String] {
        text.matches(of: /[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?: (?:KiB|MiB|s)\b)?/).map { String($0.output) }
    }

    // MARK: As the document writes them

    private static func count(_ number: Int) -> String {
        var digits = String(number)[...]
        var groups: [Substring] = []
        while !digits.isEmpty {
            groups.insert(digits.suffix(3), at: 0)
            digits = digits.dropLast(3)
        }
        return groups.joined(separator: ",")
    }

    private static func kibibytes(_ bytes: Int) -> String { "\(count(bytes / 1_024)) KiB" }

    private static func mebibytes(_ bytes: Int) -> String { "\(count(bytes >> 20)) MiB" }

    private static func seconds(_ milliseconds: Int) -> String {
        milliseconds.isMultiple(of: 1_000) ? "\(count(milliseconds / 1_000)) s" : "\(Double(milliseconds) / 1_000) s"
    }

    /// What SQLite is told: the writer's page cache and a reader's.
    private static func cacheSizes() throws -> [String] {
        let folder = NSTemporaryDirectory() + "hoopoe-limits-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let content = try Content(path: folder + "/content.sqlite", readers: 1)
        defer { try? content.pool.close() }
        let asked = { (db: Database) in try Int.fetchOne(db, sql: "PRAGMA cache_size") ?? 0 }
        return try [content.pool.writeWithoutTransaction(asked), content.pool.read(asked)].map { size in
            // A negative size is in KiB.
            size.isMultiple(of: 1_024) ? mebibytes(-size * 1_024) : kibibytes(-size * 1_024)
        }
    }
}
