import Crypto
package import Wire

/// An answer to `disco#info` (XEP-0030 §3): what an entity is and can do.
package struct DiscoInfo: Hashable, Sendable {
    package struct Identity: Hashable, Sendable {
        package var category: String
        package var type: String
        package var language: String?
        package var name: String?

        package init(category: String, type: String, language: String? = nil, name: String? = nil) {
            self.category = category
            self.type = type
            self.language = language
            self.name = name
        }
    }

    package var identities: [Identity]
    package var features: [String]
    /// Extended information (XEP-0128).
    package var forms: [DataForm]

    package init(identities: [Identity], features: [String], forms: [DataForm] = []) {
        self.identities = identities
        self.features = features
        self.forms = forms
    }

    /// The server's own answer, at its domain.
    package static func server(name: String = "Hoopoe", contacts: ContactAddresses = ContactAddresses()) -> DiscoInfo {
        DiscoInfo(
            identities: [Identity(category: "server", type: "im", name: name)],
            features: Feature.variables(in: .server), forms: contacts.form.map { [$0] } ?? [])
    }

    /// The answer for a person's account, to the person.
    package static let account = DiscoInfo(
        identities: [Identity(category: "account", type: "registered")], features: Feature.variables(in: .account))

    /// Writes the payload of the IQ result. `node` repeats the request's.
    package func write(node: String? = nil, into writer: inout XMLWriter) {
        writer.start(QName(Namespace.discoInfo, "query"))
        if let node { writer.attribute("node", node) }
        for identity in identities {
            writer.start(QName(Namespace.discoInfo, "identity"))
            writer.attribute("category", identity.category)
            writer.attribute("type", identity.type)
            if let language = identity.language { writer.attribute("xml:lang", language) }
            if let name = identity.name { writer.attribute("name", name) }
            writer.end()
        }
        for feature in features {
            writer.start(QName(Namespace.discoInfo, "feature"))
            writer.attribute("var", feature)
            writer.end()
        }
        for form in forms { form.write(into: &writer) }
        writer.end()
    }
}

// MARK: - Capabilities

extension DiscoInfo {
    /// Names this software, not a version of it (XEP-0115 §4).
    package static let capabilitiesNode = "urn:hoopoe:server"

    /// The node under which this very answer can be asked for (XEP-0115 §6.2).
    package var capabilitiesNode: String { Self.capabilitiesNode + "#" + capabilitiesHash }

    /// Whether this answers a request for a node: none, or the one that the capabilities name. Another is
    /// `item-not-found` (XEP-0030 §3.2).
    package func answers(node: String?) -> Bool {
        node == nil || node == capabilitiesNode
    }

    /// The verification string's SHA-1 in base 64 (XEP-0115 §5.1).
    package var capabilitiesHash: String {
        Base64.encodeString(Array(Insecure.SHA1.hash(data: Array(verificationString.utf8))))
    }

    /// `<c/>`, which stands in the stream features (XEP-0115 §6.3), under the default namespace `jabber:client`.
    package var capabilities: [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.capabilities, "c"))
        writer.attribute("hash", "sha-1")
        writer.attribute("node", Self.capabilitiesNode)
        writer.attribute("ver", capabilitiesHash)
        writer.end()
        return writer.finish()
    }

    /// The text that is hashed. Everything is sorted by bytes (XEP-0115 §5.1).
    var verificationString: String {
        var parts = Self.sorted(identities.map { "\($0.category)/\($0.type)/\($0.language ?? "")/\($0.name ?? "")" })
        parts += Self.sorted(features)
        for form in forms.sorted(by: { Self.precedes($0.formType ?? "", $1.formType ?? "") }) {
            parts.append(form.formType ?? "")
            for field in form.fields.sorted(by: { Self.precedes($0.name, $1.name) }) where field.name != "FORM_TYPE" {
                parts.append(field.name)
                parts += Self.sorted(field.values)
            }
        }
        return parts.map { $0 + "<" }.joined()
    }

    private static func sorted(_ texts: [String]) -> [String] {
        texts.sorted(by: precedes)
    }

    private static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
