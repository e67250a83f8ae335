// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOPosix
import Server
import Testing
import hoopoe

@Suite("hoopoe check")
struct CheckTests {
    private struct Report: Decodable {
        struct Finding: Decodable {
            let id: String
            let state: String
            let message: String
        }
        let version: Int
        let ok: Bool
        let findings: [Finding]

        subscript(id: String) -> String { findings.first { $0.id == id }?.state ?? "absent" }
    }

    private static let anyPorts = [
        "--set", "listen.xmpp=127.0.0.1:0", "--set", "listen.xmpps=127.0.0.1:0", "--set", "listen.https=127.0.0.1:0"
    ]

    private func check(_ folder: String, _ arguments: [String] = anyPorts) throws -> (status: Int32, report: Report) {
        let outcome = try Program.run(["check", folder, "--json"] + arguments)
        return (outcome.status, try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8)))
    }

    @Test("a fresh folder is well")
    func well() throws {
        let scratch = Scratch()
        let (status, report) = try check(try scratch.initialised())
        #expect(status == 0 && report.ok && report.version == 1)
        #expect(report.findings.allSatisfy { $0.state == "ok" }, "\(report.findings)")
        let human = try Program.run(["check", scratch.path] + Self.anyPorts)
        #expect(human.output.contains("ok       certificate: belongs to its key and is good until"))
    }

    @Test("a wrong configuration ends with 78 and names key, value and what is allowed")
    func wrongConfiguration() throws {
        let scratch = Scratch()
        let outcome = try Program.run("check", try scratch.initialised(), "--set", "window.days=soon")
        #expect(outcome.status == 78)
        #expect(outcome.output.contains(#"window.days: "soon" is not allowed; allowed: a whole number from 1 to 90"#))
    }

    @Test("a region key that is missing, short or readable by others is told")
    func regionKey() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let key = "\(folder)/regions/home/region.key"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        #expect(try check(folder).report["region-key"] == "failed")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        #expect(try check(folder).report["region-key"] == "ok")
        try Data([1, 2, 3]).write(to: URL(filePath: key))
        #expect(try check(folder).status == 1)
        try FileManager.default.removeItem(atPath: key)
        #expect(try check(folder).report["region-key"] == "failed")
    }

    @Test("a store that is missing or damaged is told")
    func store() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let content = "\(folder)/regions/home/content.sqlite"
        #expect(try check(folder).report["store-content"] == "ok")
        for log in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: content + log) }
        try Data(repeating: 0xa5, count: 8_192).write(to: URL(filePath: content))
        let damaged = try check(folder)
        #expect(damaged.status == 1 && damaged.report["store-content"] == "failed")
        #expect(damaged.report["store-keys"] == "ok")
        try FileManager.default.removeItem(atPath: content)
        #expect(try check(folder).report["store-content"] == "failed")
    }

    @Test("a certificate's dates and names are told")
    func certificate() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        var settings = try Configuration.load(folder: folder, overrides: ["listen.xmpp=127.0.0.1:0"])
        settings.listen.xmpps.port = 0
        settings.listen.https = nil
        for (day, expected) in [(0, Finding.State.ok), (382, .ok), (384, .warning), (398, .failed), (-2, .failed)] {
            let findings = await Examination(settings, now: Date() + Double(day) * 86_400).findings()
            #expect(findings.first { $0.id == "certificate" }?.state == expected, "day \(day): \(findings)")
        }
        settings.domain = "other.example"
        let findings = await Examination(settings).findings()
        #expect(findings.first { $0.id == "certificate-name" }?.state == .failed)
    }

    @Test("a key that is not the certificate's is told")
    func mismatch() throws {
        let (one, two) = (Scratch(), Scratch())
        let folder = try one.initialised()
        let other = try two.initialised()
        let (status, report) = try check(folder, Self.anyPorts + ["--set", "tls.key=\(other)/tls/server.key"])
        #expect(status == 1 && report["certificate"] == "failed")
    }

    @Test("a port that another program holds is told, unless this folder is being served")
    func ports() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let holder = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(holder.localAddress?.port)
        let arguments = Self.anyPorts + ["--set", "listen.xmpp=127.0.0.1:\(port)"]
        let (status, report) = try check(folder, arguments)
        #expect(status == 1 && report["listen.xmpp"] == "failed" && report["listen.xmpps"] == "ok")
        let web = Self.anyPorts + ["--set", "listen.https=127.0.0.1:\(port)"]
        #expect(try check(folder, web).report["listen.https"] == "failed")
        #expect(try check(folder, Self.anyPorts + ["--set", "listen.https="]).report["listen.https"] == "absent")

        let lock = try DataFolder(folder).hold()
        #expect(try check(folder, arguments).report["listen.xmpp"] == "ok")
        _ = consume lock
        try await holder.close()
        let after = try check(folder, arguments)
        #expect(after.status == 0, "\(after.report.findings.filter { $0.state != "ok" })")
    }

    @Test("a route needs its password, and a route that takes no numbers is worth a word")
    func routes() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let route =
            "routes=[{name: one, smsc: '127.0.0.1:1', system-id: x, password-file: pw, senders: ['+447700900123']}]"
        let arguments = Self.anyPorts + ["--set", route]
        #expect(try check(folder, arguments).report["routes[0]"] == "failed")
        try Data("secret99\n".utf8).write(to: URL(filePath: "\(folder)/pw"))
        #expect(try check(folder, arguments).report["routes[0]"] == "warning")
        #expect(try check(folder, arguments).status == 0)
        try Data("ninechars\n".utf8).write(to: URL(filePath: "\(folder)/pw"))
        #expect(try check(folder, arguments).report["routes[0]"] == "failed")
    }

    @Test("renew issues a fresh pair that check finds well; a folder without an authority says so")
    func renew() throws {
        let (one, two) = (Scratch(), Scratch())
        let folder = try one.initialised()
        let before = try Data(contentsOf: URL(filePath: "\(folder)/tls/server.pem"))
        #expect(try Program.run("renew", folder).status == 0)
        #expect(try Data(contentsOf: URL(filePath: "\(folder)/tls/server.pem")) != before)
        #expect(try check(folder).report.ok)
        let pair = ["--certificate", "\(folder)/tls/server.pem", "--key", "\(folder)/tls/server.key"]
        _ = try Program.run(["init", two.path, "--domain", "localhost"] + pair)
        #expect(try Program.run("renew", two.path).status == 66)
    }
}
