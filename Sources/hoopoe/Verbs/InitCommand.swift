// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Consent
import Foundation
import Server
import Store

/// `hoopoe init DIR --domain D`.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a data folder: configuration, region key, certificate.",
        discussion: """
            DIR must be new or empty; nothing is ever overwritten. Unless a certificate is named, a local authority \
            for this one domain is made and a certificate from it: clients accept it once they trust \
            DIR/tls/ca.pem.
            """)

    @Argument(help: ArgumentHelp("The data folder to make.", valueName: "dir"))
    var folder: String

    @Option(help: "The right-hand side of everybody's address, such as chat.example.org; it cannot change later.")
    var domain: String

    @Option(help: "What the place is called where people's data lives; named in the terms they agree to.")
    var region: String = Configuration(folder: "").region

    @Option(help: ArgumentHelp("The country of numbers typed without +, such as GB.", valueName: "cc"))
    var country: String = ""

    @Option(help: ArgumentHelp("A certificate chain to use, PEM; needs --key.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("The certificate's private key, PEM.", valueName: "file"))
    var key: String?

    func validate() throws {
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("--certificate and --key belong together: name both or neither.")
        }
    }

    func run() throws {
        var overrides = ["domain=\(domain)", "region=\(region)", "numbers.country=\(country)"]
        if let certificate, let key {
            overrides += ["tls.certificate=\(absolute(certificate))", "tls.key=\(absolute(key))"]
        }
        let settings: Configuration
        do throws(ConfigurationError) {
            settings = try Configuration.read(yaml: "", folder: folder, overrides: overrides)
        } catch {
            let sentences = error.problems.map { "\($0.key): \($0.explanation)" }
            throw Failure(.usage, sentences.joined(separator: "\n"))
        }
        if certificate != nil { try checkNamedCertificate(settings) }

        var files = NewFiles()
        let data = DataFolder(folder)
        try files.folder(data.path)
        try files.folder(data.regions)
        try files.folder(data.region(region))
        try makeStore(settings, &files)
        try makeTerms(in: data, &files)
        if certificate == nil {
            try files.folder(data.tls)
            try makeCertificate(in: data, &files)
        }
        // Last, so that a folder with a configuration is a whole one.
        try files.file(data.configuration, settings.template().utf8)
        files.keep()
        StandardOutput.write(nextSteps(data))
    }

    private func makeStore(_ settings: Configuration, _ files: inout NewFiles) throws(Failure) {
        do throws(StoreError) {
            let region = RegionFiles(folder: settings.folder, region: try settings.storedRegion())
            for path in [region.keys, region.content] {
                for file in [path, path + "-wal", path + "-shm"] { files.adopt(file) }
            }
            files.adopt(region.regionKey)
            try region.create()
        } catch {
            throw Failure(.cannotCreate, "the store cannot be made. \(error)")
        }
    }

    private func makeTerms(in data: DataFolder, _ files: inout NewFiles) throws(Failure) {
        let terms = TermsFolder(folder: data.path)
        for path in [data.terms, terms.file(1)] { files.adopt(path) }
        do throws(StoreError) {
            try terms.createFirst()
        } catch {
            throw Failure(.cannotCreate, "the terms cannot be written. \(error)")
        }
    }

    private func makeCertificate(in data: DataFolder, _ files: inout NewFiles) throws {
        let authority = try LocalAuthority(domain: domain)
        let server = try authority.issue(domain: domain)
        try files.file(data.authorityKey, authority.keyPEM.utf8)
        try files.file(data.authority, try authority.certificatePEM.utf8)
        try files.file("\(data.tls)/server.key", server.key.utf8)
        try files.file("\(data.tls)/server.pem", server.chain.utf8)
    }

    private func checkNamedCertificate(_ settings: Configuration) throws(Failure) {
        do throws(TLSFileError) {
            try TLSFiles.load(certificate: settings.tls.certificate, key: settings.tls.key)
        } catch {
            throw Failure(.noInput, "\(error)")
        }
    }

    private func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

    private func nextSteps(_ data: DataFolder) -> String {
        var text = """
            \(data.path) is ready for \(domain).

            Next:
              hoopoe person add NAME \(data.path)   lets somebody in, as NAME@\(domain); asks for a password
              hoopoe check \(data.path)             tells whether everything is right
              hoopoe serve \(data.path)             serves; prints "ready" and its addresses

            \(data.configuration) has every setting, explained.
            Keep a copy of \(data.regionKey(region)) in a safe place of its own: without it, \
            nothing that people keep here can be read.

            """
        if certificate == nil {
            text += """
                The certificate is of this folder's own authority, good for \(LocalAuthority.serverDays) days: have \
                clients trust \(data.authority), or see docs/running.md for one that every phone trusts.

                """
        }
        return text
    }
}
