extension Feature {
    /// Every specification that the server speaks, in the order of the documentation.
    package static let all: [Feature] = core + messaging + presence + storage + service

    private static let core: [Feature] = [
        Feature("RFC 6120", "XMPP: Core", .complete, note: "Client connections. Server to server: not offered."),
        Feature(
            "RFC 7622", "XMPP: Address Format", .complete, note: "PRECIS profiles, tables generated from Unicode data."),
        Feature("RFC 7590", "Use of TLS in XMPP", .complete, note: "TLS 1.2 or newer; nothing is answered before TLS."),
        Feature(
            "RFC 5802", "SCRAM-SHA-1", .complete, note: "Verifiers for both hashes are kept from registration on."),
        Feature("RFC 7677", "SCRAM-SHA-256", .complete, note: "Preferred."),
        Feature("RFC 4616", "PLAIN", .complete, note: "Inside TLS only."),
        Feature("XEP-0368", "SRV records for XMPP over TLS", .complete, note: "A port of its own for direct TLS."),
        Feature(
            "XEP-0198", "Stream Management", .complete,
            note: "With resumption. An acknowledgement means that the stanza is on disk."),
        Feature(
            "XEP-0199", "XMPP Ping", .complete, ["urn:xmpp:ping"], in: [.server, .account],
            note: "Answered. The server itself asks by a disco query, which every client survives."),
        Feature(
            "XEP-0004", "Data Forms", .complete, note: "Where another specification asks for a form."),
        Feature("XEP-0059", "Result Set Management", .partial, note: "In archive queries. A page by index is refused."),
        Feature("XEP-0082", "XMPP Date and Time Profiles", .complete, note: "Written in UTC, with milliseconds if any.")
    ]

    private static let messaging: [Feature] = [
        Feature(
            "RFC 6121", "XMPP: Instant Messaging and Presence", .complete, ["jabber:iq:roster"], in: .server,
            note:
                "With roster versioning and approval beforehand. Messages to a bare address go to all resources that take "
                + "messages; chat and normal messages to a resource that is gone go where the bare address's go."),
        Feature(
            "XEP-0160", "Best Practices for Handling Offline Messages", .complete, ["msgoffline"], in: .server,
            note: "Messages are held for the delivery window."),
        Feature(
            "XEP-0203", "Delayed Delivery", .complete, ["urn:xmpp:delay"], in: .server,
            note: "On held and archived messages."),
        Feature(
            "XEP-0280", "Message Carbons", .complete, ["urn:xmpp:carbons:2"], in: .server,
            note:
                "The recommended rules; no-copy alone is honoured like private. A message to oneself has no sent copies."
        ),
        Feature("XEP-0297", "Stanza Forwarding", .complete, note: "In copies and archive results."),
        Feature(
            "XEP-0359", "Unique and Stable Stanza IDs", .complete, ["urn:xmpp:sid:0"], in: .account,
            note: "A stanza-id is the archive's id. Forged ones are removed. An origin-id tells repeats."),
        Feature(
            "XEP-0334", "Message Processing Hints", .partial,
            note: "All but no-permanent-store, which is kept by those who keep a history."),
        Feature("XEP-0085", "Chat State Notifications", .relayed, note: "Not stored, in order with what is."),
        Feature(
            "XEP-0184", "Message Delivery Receipts", .relayed,
            note: "Receipts are stored, so that every device sees them."),
        Feature("XEP-0333", "Displayed Markers", .relayed, note: "Stored like receipts."),
        Feature("XEP-0308", "Last Message Correction", .relayed, note: "Stored."),
        Feature(
            "XEP-0424", "Message Retraction", .relayed, note: "Stored. What was retracted stays until its window ends."),
        Feature("XEP-0444", "Message Reactions", .relayed, note: "Stored."),
        Feature("XEP-0066", "Out of Band Data", .relayed, note: "Stored, with or without a body."),
        Feature(
            "XEP-0380", "Explicit Message Encryption", .relayed, note: "A message that says so never leaves as SMS."),
        Feature(
            "XEP-0384", "OMEMO Encryption", .relayed,
            note: "Messages only, in the legacy and the new format; device lists need XEP-0163, which isn't offered."),
        Feature("XEP-0373", "OpenPGP for XMPP", .relayed, note: "Messages only, XEP-0027's too. Never as SMS."),
        Feature("XEP-0364", "Off-the-Record Messaging", .relayed, note: "Recognised by its body. Never as SMS.")
    ]

    private static let presence: [Feature] = [
        Feature(
            "XEP-0115", "Entity Capabilities", .complete, ["http://jabber.org/protocol/caps"], in: .server,
            note: "The server announces its own; those of clients pass through."),
        Feature(
            "XEP-0191", "Blocking Command", .complete, ["urn:xmpp:blocking"], in: .server,
            note: "Addresses, domains, and either with a resource.")
    ]

    private static let storage: [Feature] = [
        Feature(
            "XEP-0313", "Message Archive Management", .complete,
            ["urn:xmpp:mam:2", "urn:xmpp:mam:2#extended", "urn:xmpp:mam:2#groupchat-field"], in: .account,
            note: "Answers from the delivery window, and from the history of those who keep one. No room's messages."),
        Feature(
            "XEP-0441", "Message Archive Management Preferences", .partial,
            note: "Read only: what is kept is a matter of consent, not of a client's form."),
        Feature(
            "XEP-0054", "vcard-temp", .partial, ["vcard-temp"], in: [.server, .account],
            note: "Kept as it is, within a size limit. A card with TEL or EMAIL is refused."),
        Feature(
            "XEP-0049", "Private XML Storage", .complete, ["jabber:iq:private"], in: .server,
            note: "Kept as it is, within a size limit.")
    ]

    private static let service: [Feature] = [
        Feature(
            "XEP-0030", "Service Discovery", .complete,
            ["http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items"],
            in: [.server, .account], note: "From this table."),
        Feature("XEP-0128", "Service Discovery Extensions", .complete, note: "For the contact addresses."),
        Feature(
            "XEP-0157", "Contact Addresses for XMPP Services", .partial, note: "No setting names any yet."),
        Feature(
            "XEP-0092", "Software Version", .complete, ["jabber:iq:version"], in: .server,
            note: "Without the system's name."),
        Feature("XEP-0202", "Entity Time", .complete, ["urn:xmpp:time"], in: .server, note: "Always UTC.")
    ]
}
