import Foundation
import Testing
import Wire

@testable import XMPP

/// The exchanges that the RFCs print.
@Suite struct ScramVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let hash: ScramHash
        let salt: String
        let serverNonce: String
        let clientFirst: String
        let serverFirst: String
        let clientFinal: String
        let serverFinal: String
    }

    static let vectors = [
        Vector(
            testDescription: "RFC 5802 §5", hash: .sha1, salt: "QSXCR+Q6sek8bf92", serverNonce: "3rfcNHYJY1ZVvWVs7j",
            clientFirst: "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
            serverFirst: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            clientFinal: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            serverFinal: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="),
        Vector(
            testDescription: "RFC 7677 §3", hash: .sha256, salt: "W22ZaJ0SNY7soEsUEjb6gQ==",
            serverNonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", clientFirst: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            serverFirst: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            clientFinal:
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    ]

    private func verifier(_ vector: Vector, password: String = "pencil") throws -> ScramVerifier {
        try ScramVerifier(
            hash: vector.hash, password: #require(Password(password)), iterations: 4096,
            salt: #require(Base64.decode(vector.salt)))
    }

    @Test(arguments: vectors) func `the exchange goes as printed`(_ vector: Vector) throws {
        var exchange = try ScramExchange(clientFirst: Array(vector.clientFirst.utf8))
        #expect(exchange.request.username == "user")
        let challenge = exchange.challenge(try verifier(vector), serverNonce: Array(vector.serverNonce.utf8))
        #expect(challenge.map { String(decoding: $0, as: UTF8.self) } == vector.serverFirst)
        let final = try exchange.finish(clientFinal: Array(vector.clientFinal.utf8))
        #expect(String(decoding: final, as: UTF8.self) == vector.serverFinal)
        // Nothing can be replayed.
        #expect(throws: SASLFailure.malformedRequest) {
            try exchange.finish(clientFinal: Array(vector.clientFinal.utf8))
        }
    }

    @Test(arguments: vectors) func `another password fails`(_ vector: Vector) throws {
        var exchange = try ScramExchange(clientFirst: Array(vector.clientFirst.utf8))
        _ = exchange.challenge(try verifier(vector, password: "pencil2"), serverNonce: Array(vector.serverNonce.utf8))
        #expect(throws: SASLFailure.notAuthorized) { try exchange.finish(clientFinal: Array(vector.clientFinal.utf8)) }
    }

    @Test(arguments: vectors) func `another nonce of ours fails`(_ vector: Vector) throws {
        var exchange = try ScramExchange(clientFirst: Array(vector.clientFirst.utf8))
        _ = exchange.challenge(try verifier(vector), serverNonce: Array("another".utf8))
        #expect(throws: SASLFailure.notAuthorized) { try exchange.finish(clientFinal: Array(vector.clientFinal.utf8)) }
    }

    @Test(arguments: vectors) func `every flipped bit of the proof fails`(_ vector: Vector) throws {
        let verifier = try verifier(vector)
        let parts = vector.clientFinal.components(separatedBy: ",p=")
        let proof = try #require(Base64.decode(parts[1]))
        for bit in 0..<proof.count * 8 {
            var forged = proof
            forged[bit / 8] ^= 1 << (bit % 8)
            var exchange = try ScramExchange(clientFirst: Array(vector.clientFirst.utf8))
            _ = exchange.challenge(verifier, serverNonce: Array(vector.serverNonce.utf8))
            let message = Array("\(parts[0]),p=\(Base64.encodeString(forged))".utf8)
            #expect(throws: SASLFailure.notAuthorized) { try exchange.finish(clientFinal: message) }
        }
    }

    @Test func `a proof before the challenge fails`() throws {
        var exchange = try ScramExchange(clientFirst: Array("n,,n=user,r=abc".utf8))
        #expect(throws: SASLFailure.malformedRequest) {
            try exchange.finish(clientFinal: Array("c=biws,r=abc,p=AA==".utf8))
        }
        #expect(exchange.challenge(try verifier(Self.vectors[0]), serverNonce: [65]) == nil)
    }
}
