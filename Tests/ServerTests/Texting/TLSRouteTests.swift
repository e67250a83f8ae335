import Crypto
import Foundation
import NIOSSL
import Store
import SwiftASN1
import Testing
import X509

@testable import Server

@Suite("A route over TLS")
struct TLSRouteTests {
    private struct Identity {
        let certificate: NIOSSLCertificate
        let server: TLSConfiguration

        /// Signed by itself, for 127.0.0.1.
        init() throws {
            let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let name = try DistinguishedName { CommonName("carrier") }
            let signed = try Certificate(
                version: .v3, serialNumber: .init(), publicKey: key.publicKey, notValidBefore: .now - 60,
                notValidAfter: .now + 3_600, issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    SubjectAlternativeNames([.ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1]))])
                }, issuerPrivateKey: key)
            certificate = try NIOSSLCertificate(
                bytes: Array(try signed.serializeAsPEM().pemString.utf8), format: .pem)
            server = .makeServerConfiguration(
                certificateChain: [.certificate(certificate)],
                privateKey: .privateKey(
                    try NIOSSLPrivateKey(bytes: Array(try key.serializeAsPEM().pemString.utf8), format: .pem)))
        }
    }

    private func world(trusting certificate: NIOSSLCertificate?, _ identity: Identity) async throws -> TextingWorld {
        var settings = PocketSMSC.Settings()
        settings.tls = identity.server
        return try await TextingWorld(
            tls: settings,
            route: {
                var tls = TLSConfiguration.makeClientConfiguration()
                if let certificate { tls.trustRoots = .certificates([certificate]) }
                $0.tls = tls
            })
    }

    @Test("texts go both ways")
    func bothWays() async throws {
        let identity = try Identity()
        try await withTextingWorld(try await world(trusting: identity.certificate, identity)) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            try await world.queue("sealed", by: alice)
            _ = try await world.untilChanged(to: .delivered)
            #expect(world.shown == ["sealed"])
        }
    }

    @Test("a carrier that can't prove its name never sees the password")
    func untrusted() async throws {
        let identity = try Identity()
        try await withTextingWorld(try await world(trusting: nil, identity)) { world in
            world.start()
            let tries = { @Sendable in world.happened.all.count { if case .unbound = $0 { true } else { false } } }
            try await eventually("tries") { tries() >= 2 }
            #expect(world.bindings == 0)
        }
    }
}
