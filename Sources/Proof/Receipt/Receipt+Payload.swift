package import Wire

/// The receipt as JSON with the field names of ISO/IEC TS 27560:2023 (§6.3) in the sections that W3C's guide to it names
/// (w3id.org/dpv/guides/consent-27560 §6.4), and the values of the Data Privacy Vocabulary.
///
/// Fields that the specification doesn't have stand under `hoopoe`, or explain a purpose: `description`, `necessity` and
/// `refusal_consequence`.
extension Receipt {
    private static let schema = "https://w3id.org/dpv/schema/dpv-27560#receipt"
    /// Counts up with every change of the form.
    private static let profile: JSON = 1

    package var payload: JSON {
        [
            "@context": ["dpv": "https://w3id.org/dpv#", "pd": "https://w3id.org/dpv/pd#"],
            "header": [
                "schema_version": .string(Self.schema), "receipt_id": .string(id), "record_id": .string(id),
                "pii_principal_id": .string(address)
            ],
            "processing": [
                "privacy_notice": [
                    "id": .string("\(domain)/terms/\(terms).json"), "version": JSON(terms),
                    "sha256": .string(termsSHA256)
                ],
                "language": "en",
                "purposes": .array(purposes.map(section))
            ],
            "parties": [
                party(domain, role: "dpv:DataController"), party(address, role: "dpv:DataSubject")
            ],
            "events": [
                [
                    "event_time": .string(Timestamp(milliseconds: at).description),
                    "event_type": "dpv:ExplicitlyExpressedConsent",
                    "event_state": .string(state),
                    "entity_id": .string(actor == .person ? address : domain),
                    "validity_duration": validity
                ]
            ],
            "hoopoe": extras
        ]
    }

    private func section(_ purpose: Purpose) -> JSON {
        [
            "purpose": .string(purpose.code),
            "purpose_type": .string(purpose.type),
            "description": .string(purpose.what),
            "necessity": .string(purpose.why),
            "refusal_consequence": .string(purpose.without),
            "lawful_basis": "dpv:Consent",
            "pii_information": .array(purpose.data.map { ["pii_type": .string($0), "pii_optional": true] }),
            "pii_controllers": [.string(domain)],
            "collection_method": "given by the person, or made by using the purpose",
            "storage_locations": [.string(region)],
            "jurisdiction": .string(region),
            "retention_period": until("withdrawal"),
            "recipient_third_parties": .array(purpose.recipients.map(JSON.string)),
            "withdrawal_method": .string(Self.words("off \(purpose.code)", to: domain))
        ]
    }

    private func party(_ id: String, role: String) -> JSON {
        [
            "party_id": .string(id), "party_name": .string(id), "party_role": .string(role),
            "party_type": .string(role), "party_address": .string("xmpp:\(id)"), "party_contact": .string("xmpp:\(id)")
        ]
    }

    /// Where the consent stands after the event, as DPV's consent statuses have it: withdrawn by its person, revoked by others.
    private var state: String {
        switch event {
        case .grant: "dpv:ConsentGiven"
        case .refuse: "dpv:ConsentRefused"
        case .withdraw, .erase: actor == .person ? "dpv:ConsentWithdrawn" : "dpv:ConsentRevoked"
        case .stale: "dpv:ConsentExpired"
        }
    }

    private var validity: JSON {
        switch event {
        case .grant: until("withdrawal, or a change of what the terms say of this purpose")
        case .refuse, .withdraw, .stale: until("another decision")
        case .erase: ["type": "dpv:EndlessDuration"]
        }
    }

    private func until(_ event: String) -> JSON {
        ["type": "dpv:UntilEventDuration", "event": .string(event)]
    }

    private var extras: JSON {
        var extras: JSON.Object = ["profile": Self.profile]
        extras["action"] = .string(event.rawValue)
        extras["actor"] = .string(actor.rawValue)
        extras["earlier_receipt"] = earlier.map(JSON.string)
        return .object(extras)
    }
}

// MARK: - Reading

extension Receipt {
    /// Reads a receipt that says what ``payload`` says, and nothing more: a verifier shall not pass over anything.
    package init(payload: JSON) throws(ReceiptError) {
        guard payload["header"]?["schema_version"]?.string == Self.schema else { throw .field("schema_version") }
        guard let extras = payload["hoopoe"], extras["profile"] == Self.profile else { throw .field("profile") }
        guard let event = extras["action"]?.string.flatMap(Event.init) else { throw .field("action") }
        guard let actor = extras["actor"]?.string.flatMap(Actor.init), event.isFor(actor) else { throw .field("actor") }
        guard let address = payload["header"]?["pii_principal_id"]?.string, !address.hasPrefix("+") else {
            throw .field("pii_principal_id")
        }
        guard let domain = payload["parties"]?[0]?["party_id"]?.string else { throw .field("parties") }
        guard let id = payload["header"]?["record_id"]?.string?.split(separator: "/"), id.count == 4,
            let decision = Int64(id[3])
        else { throw .field("record_id") }
        let processing = payload["processing"]
        guard let notice = processing?["privacy_notice"], let terms = notice["version"]?.integer,
            let terms = Int(exactly: terms), let sha256 = notice["sha256"]?.string, Self.isSHA256(sha256)
        else { throw .field("privacy_notice") }
        guard let time = payload["events"]?[0]?["event_time"]?.string.flatMap(Timestamp.init(parsing:)) else {
            throw .field("event_time")
        }
        var purposes: [Purpose] = []
        for section in processing?["purposes"]?.array ?? [] { purposes.append(try Purpose(section: section)) }
        self.init(
            domain: domain, region: String(id[1]), address: address, purposes: purposes, event: event, actor: actor,
            terms: terms, termsSHA256: sha256, at: time.milliseconds, decision: decision,
            earlier: extras["earlier_receipt"]?.string)
        try requireSame(as: payload)
    }

    /// What follows from the fields must stand in the payload as well, and no more.
    private func requireSame(as payload: JSON) throws(ReceiptError) {
        let own = self.payload
        guard own != payload else { return }
        let names = (own.object?.names ?? []) + (payload.object?.names ?? [])
        throw .field(names.first { own[$0] != payload[$0] } ?? "")
    }

    private static func isSHA256(_ text: String) -> Bool {
        Hex.decode(text).map { $0.count == 32 && Hex.encode($0) == text } ?? false
    }
}

extension Receipt.Purpose {
    init(section: JSON) throws(ReceiptError) {
        guard let code = section["purpose"]?.string, let type = section["purpose_type"]?.string,
            let what = section["description"]?.string, let why = section["necessity"]?.string,
            let without = section["refusal_consequence"]?.string
        else { throw .field("purposes") }
        let data = section["pii_information"]?.array ?? []
        let recipients = section["recipient_third_parties"]?.array ?? []
        self.init(
            code: code, what: what, why: why, without: without, type: type,
            data: data.compactMap { $0["pii_type"]?.string }, recipients: recipients.compactMap(\.string))
    }
}
