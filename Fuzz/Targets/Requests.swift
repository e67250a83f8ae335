import Wire

@testable import XMPP

/// Stanzas of a client, read to what they ask for: rosters, blocklists, carbons, private notes, presence, messages. What is read
/// can be written and means the same; what the server writes about it can be read.
func fuzzRequests(_ bytes: [UInt8]) {
    guard let me = JID("juliet@capulet.example/balcony"),
        let element = try? Element(parsing: Array("<s xmlns='jabber:client'>".utf8) + bytes + Array("</s>".utf8))
    else { return }
    for child in element.children {
        guard let stanza = try? Stanza(child) else { continue }
        switch stanza.kind {
        case .iq: checkRequest(stanza.stamped(from: me), me)
        case .presence: checkPresence(stanza.stamped(from: me), me)
        case .message: checkMessage(stanza.stamped(from: me), me)
        }
    }
}

private func checkRequest(_ stanza: Stanza, _ me: JID) {
    let request: IQRequest
    do throws(StanzaError) {
        request = try IQRequest(stanza, owner: me)
    } catch {
        guard let reply = stanza.error(error), stanza.type.isAnswerable else { return }
        let answer = reread(reply)
        precondition(answer["type"] == "error" && answer["id"] == stanza.id, "an error that answers something else")
        return
    }
    let payload = stanza.payload
    switch request {
    case .route(let to): precondition(to.isFull || !to.isAt(domain: me.domain), "routed, but it is ours")
    case .roster(.set(let jid, let name, let groups)):
        precondition(!jid.isFull && jid != me.bare, "an item that can't be")
        let item = RosterItem(jid: jid, name: name, groups: groups)
        let push = reread { RosterPush.changed(item).write(version: "v", into: &$0) }
        let again = try? RosterRequest(set: push, owner: me)
        precondition(again == .set(jid: jid, name: name, groups: groups), "another item came back")
        let change = try? RosterChange.setting(jid, name: name, groups: groups, item: nil, count: 0)
        precondition(change?.item?.groups == groups && change?.push == .changed(item), "nobody is told of it")
    case .roster(.remove(let jid)):
        let push = reread { RosterPush.removed(jid).write(version: "v", into: &$0) }
        precondition((try? RosterRequest(set: push, owner: me)) == .remove(jid), "another item came back")
    case .roster(.get(let version)): precondition(version == payload?["ver"])
    case .blocking(let blocking): checkBlocking(blocking, me)
    case .carbons(let isOn): precondition(payload?.name == (isOn ? "enable" : "disable"))
    case .setPrivateData(let key, let note):
        let stored = reread { key.write(OpaquePayload(stored: note.bytes), into: &$0) }
        let child = stored.children.first { _ in true }
        precondition(child?.name == key.name && child?.namespace == key.namespace, "another note came back")
    case .privateData(let key): precondition(!reread { key.write(nil, into: &$0) }.namespace.isEmpty)
    case .setVCard(let card): precondition(reread { card.write(into: &$0) }.name == "vCard", "another card came back")
    case .discoInfo, .discoItems, .ping, .version, .time, .archiveForm, .archiveQuery, .archiveMetadata,
        .archivePreferences, .vcard:
        break
    }
    let result = reread(stanza.result { $0.element(QName(Namespace.ping, "ping")) })
    precondition(result["id"] == stanza.id && result["type"] == "result", "a result of something else")
}

private func checkBlocking(_ request: BlockingRequest, _ me: JID) {
    switch request {
    case .get: break
    case .block(let addresses):
        var list = Blocklist()
        guard (try? list.block(addresses)) != nil else { preconditionFailure("too many for a list, but read") }
        precondition(addresses.allSatisfy { list.blocks($0) }, "blocked, and isn't")
        precondition(!list.blocks(me) || addresses.contains(me.domainAddress), "one blocked oneself")
        let push = reread { BlockingPush.blocked(addresses).write(into: &$0) }
        guard case .block(let again)? = try? BlockingRequest(set: push, owner: me) else {
            preconditionFailure("our push can't be read")
        }
        precondition(again == addresses, "other addresses came back")
        precondition(list.unblock(addresses) == Set(addresses) && list.addresses.isEmpty, "some stayed blocked")
    case .unblock(let addresses):
        let push = reread { BlockingPush.unblocked(addresses).write(into: &$0) }
        guard case .unblock(let again)? = try? BlockingRequest(set: push, owner: me) else {
            preconditionFailure("our push can't be read")
        }
        precondition(again == addresses, "other addresses came back")
    }
}

private func checkPresence(_ stanza: Stanza, _ me: JID) {
    guard let request = try? PresenceRequest(stanza, owner: me) else { return }
    switch request {
    case .broadcast(let content), .withdraw(let content):
        let sent = reread(content.stanza(from: me, to: me))
        guard let again = try? Stanza(sent), let said = try? PresenceContent(again) else {
            preconditionFailure("a presence that can't be read again")
        }
        precondition(said.bytes == content.bytes && said.priority == content.priority, "it says something else")
        precondition(Array(sent.children.map(\.name)) == stanza.element.children.map(\.name), "something was left out")
    case .direct(let to, _), .probe(let to), .route(let to): precondition(to == stanza.to)
    case .subscription(_, let to): precondition(!to.isFull && to != me.bare, "a subscription to oneself")
    case .nothing: break
    }
}

private func checkMessage(_ stanza: Stanza, _ me: JID) {
    let content = MessageContent(stanza.element)
    let bytes = stanza.forwarded(from: me, to: stanza.to, droppingStanzaIDsBy: [me.bare])
    let sent = reread(bytes)
    precondition(MessageContent(sent) == content, "forwarding changed what the message is")
    precondition(MessageContent.body(of: sent) == MessageContent.body(of: stanza.element), "another body")
    precondition(!sent.children.contains { $0.isStanzaID(by: [me.bare]) }, "a forged id went through")
    if content.isEncrypted, stanza.type == .chat, content.traits.isDisjoint(with: [.noStore]) {
        precondition(content.storage(type: .chat) != .never, "an encrypted message is forgotten")
    }
    // Our own id goes in last, and is the only one by us.
    let id = StanzaID("0123", by: me.bare)
    let stamped = reread(StanzaBytes.adding(id.bytes, to: bytes))
    precondition(stamped.children.compactMap(StanzaID.init).filter { $0.by == me.bare } == [id], "our id isn't there")
    precondition(MessageContent(stamped) == content, "our id changed what the message is")
    for carbon in [Carbon.received, .sent] {
        let copy = reread(carbon.bytes(of: bytes, owner: me, to: me, type: stanza.type))
        let inner = copy.children.first { _ in true }?.children.first { _ in true }?.children.first { _ in true }
        precondition(inner.map { MessageContent($0) } == content, "the copy is of another message")
        precondition(copy["from"] == me.bare.description, "a copy that clients refuse")
    }
}

private func reread(_ bytes: [UInt8]) -> Element { reread { $0.raw(bytes) } }

/// What a client reads of what is written.
private func reread(_ write: (inout XMLWriter) -> Void) -> Element {
    var writer = XMLWriter(defaultNamespace: Namespace.client)
    write(&writer)
    let stream = Array("<s xmlns='jabber:client'>".utf8) + writer.finish() + Array("</s>".utf8)
    let limits = XMLLimits(stanzaBytes: 1 << 20, depth: 200, attributes: 1000, namespaces: 1000)
    guard let element = try? Element(parsing: stream, limits: limits).children.first(where: { _ in true }) else {
        preconditionFailure("what we write can't be read")
    }
    return element
}
