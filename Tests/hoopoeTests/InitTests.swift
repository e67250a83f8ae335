// SPDX-License-Identifier: Apache-2.0

import Foundation
import Server
import Testing
import X509
import hoopoe

@Suite("hoopoe init")
struct InitTests {
    @Test("makes a folder that only its owner can read, and that check finds well")
    func fresh() throws {
        let scratch = Scratch()
        let outcome = try Program.run("init", scratch.path, "--domain", "localhost", "--country", "GB")
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        #expect(outcome.output.contains("hoopoe serve \(scratch.path)"))

        let files = try #require(FileManager.default.enumerator(atPath: scratch.path)?.allObjects as? [String])
        #expect(
            Set(files.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }) == [
                "hoopoe.yaml", "regions", "regions/home", "regions/home/content.sqlite", "regions/home/keys.sqlite",
                "regions/home/region.key", "terms", "terms/1.json", "tls", "tls/ca.key", "tls/ca.pem",
                "tls/server.key", "tls/server.pem"
            ])
        for file in files {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(scratch.path)/\(file)")
            let mode = try #require(attributes[.posixPermissions] as? NSNumber).intValue
            #expect(mode & 0o077 == 0, "\(file)")
        }
        let key = try Data(contentsOf: URL(filePath: "\(scratch.path)/regions/home/region.key"))
        #expect(key.count == 32 && Set(key).count > 8)
        #expect(try Configuration.load(folder: scratch.path).numbers.country == "GB")
    }

    @Test("never touches what is there")
    func occupied() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let before = try Data(contentsOf: URL(filePath: "\(folder)/regions/home/region.key"))
        let again = try Program.run("init", folder, "--domain", "localhost")
        #expect(again.status == 73)
        #expect(again.errors.contains("is not empty"))
        #expect(try Data(contentsOf: URL(filePath: "\(folder)/regions/home/region.key")) == before)

        let file = Scratch()
        try Data("mine".utf8).write(to: URL(filePath: file.path))
        #expect(try Program.run("init", file.path, "--domain", "localhost").status == 73)
        #expect(try Data(contentsOf: URL(filePath: file.path)) == Data("mine".utf8))
    }

    @Test("takes an empty folder")
    func emptyFolder() throws {
        let scratch = Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: false)
        #expect(try Program.run("init", scratch.path, "--domain", "localhost").status == 0)
    }

    @Test(
        "refuses what the configuration would refuse, and leaves nothing behind",
        arguments: [
            ["--domain", "Example.org"], ["--domain", "example.org", "--region", "A"],
            ["--domain", "example.org", "--country", "England"], ["--domain", "example.org", "--key", "k"]
        ])
    func refusals(_ arguments: [String]) throws {
        let scratch = Scratch()
        let outcome = try Program.run(["init", scratch.path] + arguments)
        #expect(outcome.status == 64, "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: scratch.path))
    }

    @Test("uses a named certificate, if it is a pair")
    func named() throws {
        let (one, two, three) = (Scratch(), Scratch(), Scratch())
        let folder = try one.initialised()
        let pair = ["--certificate", "\(folder)/tls/server.pem", "--key", "\(folder)/tls/server.key"]
        #expect(try Program.run(["init", two.path, "--domain", "localhost"] + pair).status == 0)
        #expect(!FileManager.default.fileExists(atPath: "\(two.path)/tls"))
        #expect(try Configuration.load(folder: two.path).tls.key == "\(folder)/tls/server.key")

        let wrong = ["--certificate", "\(folder)/tls/ca.pem", "--key", "\(folder)/tls/server.key"]
        let refused = try Program.run(["init", three.path, "--domain", "localhost"] + wrong)
        #expect(refused.status == 66)
        #expect(refused.errors.contains("does not belong to"))
        #expect(!FileManager.default.fileExists(atPath: three.path))
    }

    @Test("the authority may sign for its domain alone, and the certificate is for it")
    func authority() async throws {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let authority = try LocalAuthority(domain: "chat.example.org", now: now)
        let chain = try authority.issue(domain: "chat.example.org", now: now).chain
        #expect(chain.components(separatedBy: "BEGIN CERTIFICATE").count == 3)
        let constraints = try #require(try authority.certificate.extensions.nameConstraints)
        #expect(Array(constraints.permittedDNSDomains) == ["chat.example.org"])
        let lifetime = authority.certificate.notValidAfter.timeIntervalSince(now) / 86_400
        #expect(lifetime == Double(LocalAuthority.authorityDays))
    }
}
