// SPDX-License-Identifier: Apache-2.0

import Store
import Testing
import Wire
import XMPP

@testable import Server

@Suite struct RouterTests {
    private let house: MessagingHouse
    private let anna: Account
    private let ben: Account

    init() throws {
        house = try MessagingHouse()
        anna = try house.account("anna")
        ben = try house.account("ben")
    }

    /// A message from anna's phone.
    private func envelope(
        _ payload: String = "<body>hi</body>", to resource: String? = nil, of recipient: Account? = nil,
        type: StanzaType = .chat
    ) throws -> Envelope {
        let recipient = recipient ?? ben
        let to = resource.map { recipient.address(of: $0) } ?? recipient.address
        let attribute = type == .normal ? "" : " type='\(type.rawValue)'"
        let stanza = try Stanza(xml("<message\(attribute) id='m1'>\(payload)</message>"))
        let message = StoredMessage(stanza, from: anna.address(of: "phone"), to: to, owners: [])
        return Envelope(
            sender: anna, senderResource: "phone", recipient: recipient, recipientResource: resource, type: type,
            content: MessageContent(stanza.element), sent: message, received: message)
    }

    private func commit(_ envelope: Envelope, row: Int64 = 8) {
        Router.committed(
            envelope, sender: ArchiveID(rawValue: row - 1), recipient: ArchiveID(rawValue: row))
        house.settle()
    }

    private func unstored(_ envelope: Envelope) -> StanzaError.Condition? {
        let condition = Router.unstored(envelope)
        house.settle()
        return condition
    }

    // MARK: Stored messages

    @Test func `a message to a person reaches every resource that takes messages`() throws {
        let (phone, desk) = (try house.connect("phone", of: ben), try house.connect("desk", of: ben, priority: 5))
        let quiet = try house.connect("quiet", of: ben, priority: -1)
        let silent = try house.connect("silent", of: ben, priority: nil)
        commit(try envelope())
        #expect(try phone.heard() == ["hi"])
        #expect(try desk.heard() == ["hi"])
        #expect(try quiet.heard() == [])
        #expect(try silent.heard() == [])
    }

    @Test func `a message carries the recipient's archive id, the sender's copy the sender's`() throws {
        let phone = try house.connect("phone", of: ben)
        let other = try house.connect("desk", of: anna, hasCarbons: true)
        commit(try envelope(), row: 8)
        let received = try #require(try phone.sentStanzas().first)
        let id = try #require(received.children.lazy.compactMap { StanzaID($0) }.first)
        #expect(id == StanzaID(ArchiveID(rawValue: 8).text, by: ben.address))
        let copy = String(decoding: try #require(other.management?.outbound.unacknowledged.first).bytes, as: UTF8.self)
        #expect(copy.contains(ArchiveID(rawValue: 7).text))
        #expect(!copy.contains(ArchiveID(rawValue: 8).text))
    }

    @Test func `a stored message is remembered by its row, a copy isn't`() throws {
        let phone = try house.connect("phone", of: ben)
        let desk = try house.connect("desk", of: ben, hasCarbons: true)
        commit(try envelope(to: "phone"), row: 8)
        #expect(phone.management?.outbound.unacknowledged.map(\.archiveID) == [8])
        #expect(try desk.heard() == ["received: hi"])
        #expect(desk.management?.outbound.unacknowledged.map(\.archiveID) == [nil])
    }

    @Test func `a message to one resource goes there alone, and as a copy to those who want copies`() throws {
        let phone = try house.connect("phone", of: ben, priority: -1)
        let desk = try house.connect("desk", of: ben)
        let couch = try house.connect("couch", of: ben, hasCarbons: true)
        commit(try envelope(to: "phone"))
        #expect(try phone.heard() == ["hi"])
        #expect(try desk.heard() == [])
        #expect(try couch.heard() == ["received: hi"])
    }

    @Test func `a message to a resource that is gone goes to those who are here`() throws {
        let desk = try house.connect("desk", of: ben)
        commit(try envelope(to: "gone"))
        #expect(try desk.heard() == ["hi"])
    }

    @Test func `a message to nobody connected waits in the store`() throws {
        let silent = try house.connect("silent", of: ben, priority: nil)
        commit(try envelope())
        #expect(try silent.heard() == [])
    }

    @Test func `the sender's other resources get copies, the sending one and those without carbons don't`() throws {
        let phone = try house.connect("phone", of: anna, hasCarbons: true)
        let desk = try house.connect("desk", of: anna, hasCarbons: true)
        let plain = try house.connect("plain", of: anna)
        commit(try envelope())
        #expect(try phone.heard() == [])
        #expect(try desk.heard() == ["sent: hi"])
        #expect(try plain.heard() == [])
    }

    @Test func `a private message is copied to nobody`() throws {
        let desk = try house.connect("desk", of: anna, hasCarbons: true)
        let phone = try house.connect("phone", of: ben)
        let couch = try house.connect("couch", of: ben, hasCarbons: true)
        commit(try envelope("<body>hi</body><private xmlns='urn:xmpp:carbons:2'/>", to: "phone"))
        #expect(try phone.heard() == ["hi"])
        #expect(try desk.heard() == [])
        #expect(try couch.heard() == [])
    }

    @Test func `a note to oneself comes once to each resource`() throws {
        let phone = try house.connect("phone", of: anna, hasCarbons: true)
        let desk = try house.connect("desk", of: anna, hasCarbons: true)
        Router.committed(try envelope(of: anna), sender: nil, recipient: ArchiveID(rawValue: 8))
        house.settle()
        #expect(try phone.heard() == ["hi"])
        #expect(try desk.heard() == ["hi"])
    }

    @Test func `messages arrive in the order of their rows, none twice`() throws {
        let phone = try house.connect("phone", of: ben)
        for row in [3, 4, 4, 7, 3, 9] as [Int64] { commit(try envelope("<body>\(row)</body>"), row: row) }
        #expect(try phone.heard() == ["3", "4", "7", "9"])
    }

    @Test func `a full outbox leaves the rest in the store`() throws {
        let phone = try house.connect("phone", of: ben, outbox: 2)
        for row in 1...5 as ClosedRange<Int64> { commit(try envelope("<body>\(row)</body>"), row: row) }
        #expect(try phone.heard() == ["1", "2"])
        #expect(!phone.isEnded)
        // It reads on behind the last one that was sent.
        #expect(phone.feed.unpark().read?.after == 2)
    }

    @Test func `one turn of the loop writes a client so much, the rest stays in the store`() throws {
        let phone = try house.connect("phone", of: ben)
        let body = String(repeating: "x", count: 20_000)
        for row in 1...20 as ClosedRange<Int64> {
            Router.committed(
                try envelope("<body>\(body)</body>"), sender: nil, recipient: ArchiveID(rawValue: row))
        }
        house.settle()
        #expect(try phone.heard().count == 7, "the one that goes beyond 128 KiB is the last")
        #expect(phone.feed.unpark().read?.after == 7)
    }

    @Test func `what comes while a client is away stays in the store, and nothing says it was sent`() throws {
        let phone = try house.connect("phone", of: ben)
        commit(try envelope("<body>1</body>"), row: 1)
        phone.connection = nil
        commit(try envelope("<body>2</body>"), row: 2)
        commit(try envelope("<body>3</body>", to: "phone"), row: 3)
        #expect(try phone.heard() == ["1"])
        #expect(phone.feed.unpark().read?.after == 1)
        // Nobody else was given what was for this very resource.
        #expect(phone.leftRow == 3)
    }

    @Test func `what comes for a client that is away and takes no messages waits in its outbox`() throws {
        let quiet = try house.connect("quiet", of: ben, priority: -1)
        let stages = { house.services.traces.events(of: [8, 9]).map(\.stage) }
        commit(try envelope(to: "quiet"), row: 8)
        #expect(stages() == [.sent])
        quiet.connection = nil
        commit(try envelope("<body>ho</body>", to: "quiet"), row: 9)
        #expect(try quiet.heard() == ["hi", "ho"])
        #expect(stages() == [.sent], "nothing goes out to who isn't there")
    }

    // MARK: Messages that aren't stored

    private static let composing = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"

    @Test func `an unstored message reaches who is here, without an archive id`() throws {
        let phone = try house.connect("phone", of: ben)
        let quiet = try house.connect("quiet", of: ben, priority: -1)
        #expect(unstored(try envelope(Self.composing)) == nil)
        #expect(try phone.heard() == ["composing"])
        #expect(try phone.sentStanzas().first?.children.allSatisfy { StanzaID($0) == nil } == true)
        #expect(try quiet.heard() == [])
    }

    @Test(
        arguments: [
            (StanzaType.chat, nil), (.normal, nil), (.headline, nil), (.groupchat, .serviceUnavailable), (.error, nil)
        ] as [(StanzaType, StanzaError.Condition?)])
    func `an unstored message to nobody connected`(type: StanzaType, answer: StanzaError.Condition?) throws {
        #expect(unstored(try envelope(Self.composing, type: type)) == answer)
        #expect(unstored(try envelope(Self.composing, to: "gone", type: type)) == answer)
    }

    @Test func `an unstored message to one resource goes there alone`() throws {
        let (phone, desk) = (try house.connect("phone", of: ben), try house.connect("desk", of: ben))
        #expect(unstored(try envelope(Self.composing, to: "desk", type: .headline)) == nil)
        #expect(try phone.heard() == [])
        #expect(try desk.heard() == ["composing"])
    }
}
