// SPDX-License-Identifier: Apache-2.0

package import NIOSSL

/// What TLS is spoken here, to clients and to carriers alike: 1.2 and 1.3, with forward secrecy and authenticated
/// encryption, signed with SHA-2 or Ed25519 (RFC 9325 §3.1.1 and §4.2, RFC 9155). There is no way to ask for less.
///
/// Never compressed, never negotiated anew, no early data: the library has none of it.
extension TLSConfiguration {
    /// For those who accept connections; `protocols` is what is spoken, for clients that ask (ALPN, RFC 7301).
    package static func modernServer(
        chain: [NIOSSLCertificate], key: NIOSSLPrivateKey, protocols: [String]
    ) -> TLSConfiguration {
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        settings.limitToModern()
        settings.applicationProtocols = protocols
        return settings
    }

    /// For those who connect: the other side proves its name to an authority that the system trusts.
    package static func modernClient() -> TLSConfiguration {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.limitToModern()
        return settings
    }

    private mutating func limitToModern() {
        minimumTLSVersion = .tlsv12
        // TLS 1.2; those of 1.3 are all good and not to be chosen from.
        cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
        ]
        let signatures: [SignatureAlgorithm] = [
            .ed25519, .ecdsaSecp256R1Sha256, .ecdsaSecp384R1Sha384, .ecdsaSecp521R1Sha512,
            .rsaPssRsaeSha256, .rsaPssRsaeSha384, .rsaPssRsaeSha512, .rsaPkcs1Sha256, .rsaPkcs1Sha384, .rsaPkcs1Sha512
        ]
        signingSignatureAlgorithms = signatures
        verifySignatureAlgorithms = signatures
        renegotiationSupport = .none
    }
}
