import Wire

/// The features that a client is offered (RFC 6120 §4.3.2), by how far it has come.
enum StreamFeatures {
    /// Nothing goes without TLS (RFC 7590).
    static let startTLS = features { writer in
        writer.element(QName(Namespace.tls, "starttls")) { $0.element(QName(Namespace.tls, "required")) }
    }

    static func mechanisms(_ mechanisms: [SASLMechanism]) -> [UInt8] {
        features { writer in
            writer.element(QName(Namespace.sasl, "mechanisms")) { writer in
                for mechanism in mechanisms {
                    writer.element(QName(Namespace.sasl, "mechanism"), text: mechanism.rawValue)
                }
            }
        }
    }

    static func afterAuthentication(_ further: [UInt8]) -> [UInt8] {
        features { writer in
            writer.element(QName(Namespace.bind, "bind"))
            // Clients of RFC 3921 stop without it; `optional` spares the others the round trip.
            writer.element(QName(Namespace.session, "session")) {
                $0.element(QName(Namespace.session, "optional"))
            }
            writer.element(QName(Namespace.streamManagement, "sm"))
            writer.element(QName(Namespace.rosterVersioning, "ver"))
            writer.element(QName(Namespace.preApproval, "sub"))
            if !further.isEmpty { writer.raw(further) }
        }
    }

    private static func features(_ content: (inout XMLWriter) -> Void) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client, prefix: "stream", for: Namespace.streams)
        writer.element(QName(Namespace.streams, "features"), content)
        return writer.finish()
    }
}
