// SPDX-License-Identifier: Apache-2.0

package import Crypto
package import Foundation
import SwiftASN1
package import X509

/// A certificate authority for one domain, so that a server speaks TLS before anybody has bought or fetched anything.
///
/// Its certificate may sign for that domain and nothing else (name constraints, RFC 5280 §4.2.1.10): who trusts it
/// trusts this server, not everything the key's holder may come to sign.
package struct LocalAuthority {
    /// How long the authority's certificate lasts: ten years.
    package static let authorityDays = 3_653
    /// How long a server's certificate lasts; clients refuse more than 398 days.
    package static let serverDays = 397

    package let certificate: Certificate
    package let key: P256.Signing.PrivateKey

    /// A new authority.
    package init(domain: String, now: Date = Date()) throws {
        let key = P256.Signing.PrivateKey()
        let name = try DistinguishedName { CommonName("Hoopoe local authority for \(domain)") }
        self.key = key
        self.certificate = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(key.publicKey),
            notValidBefore: now - 3_600, notValidAfter: now + Double(Self.authorityDays) * 86_400,
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                Critical(Self.constraints(domain))
                Self.identifier(key.publicKey)
            },
            issuerPrivateKey: .init(key))
    }

    /// An authority made before.
    package init(certificatePEM: String, keyPEM: String) throws {
        certificate = try Certificate(pemEncoded: certificatePEM)
        key = try P256.Signing.PrivateKey(pemRepresentation: keyPEM)
    }

    /// A server's chain and key, both PEM.
    package func issue(domain: String, now: Date = Date()) throws -> (chain: String, key: String) {
        let serverKey = P256.Signing.PrivateKey()
        let end = min(now + Double(Self.serverDays) * 86_400, certificate.notValidAfter)
        let leaf = try Certificate(
            version: .v3, serialNumber: .init(), publicKey: .init(serverKey.publicKey),
            notValidBefore: now - 3_600, notValidAfter: end,
            issuer: certificate.subject, subject: try DistinguishedName { CommonName(domain) },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames([.dnsName(domain)])
                Self.identifier(serverKey.publicKey)
                AuthorityKeyIdentifier(keyIdentifier: Self.identifier(key.publicKey).keyIdentifier)
            },
            issuerPrivateKey: .init(key))
        let chain = try leaf.serializeAsPEM().pemString + "\n" + certificate.serializeAsPEM().pemString + "\n"
        return (chain, serverKey.pemRepresentation + "\n")
    }

    package var certificatePEM: String {
        get throws { try certificate.serializeAsPEM().pemString + "\n" }
    }

    package var keyPEM: String { key.pemRepresentation + "\n" }

    /// The domain and no address: an authority limited to addresses is refused by BoringSSL, so by this program's own client.
    private static func constraints(_ domain: String) -> NameConstraints {
        let everyIPv4 = ASN1OctetString(contentBytes: ArraySlice(repeating: 0, count: 8))
        let everyIPv6 = ASN1OctetString(contentBytes: ArraySlice(repeating: 0, count: 32))
        return NameConstraints(
            permittedSubtrees: [.dnsName(domain)], excludedSubtrees: [.ipAddress(everyIPv4), .ipAddress(everyIPv6)])
    }

    private static func identifier(_ key: P256.Signing.PublicKey) -> SubjectKeyIdentifier {
        SubjectKeyIdentifier(keyIdentifier: ArraySlice(Insecure.SHA1.hash(data: key.x963Representation)))
    }
}
