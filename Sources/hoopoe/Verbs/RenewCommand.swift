// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server

/// `hoopoe renew DIR`.
struct RenewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Issue a new server certificate from the folder's own authority.",
        discussion: """
            For folders whose certificate init made. A running server takes the new one up by itself, and clients that \
            trust DIR/tls/ca.pem need not do anything.
            """)

    @OptionGroup var options: FolderOptions

    func run() throws {
        let settings = try options.load()
        let data = DataFolder(settings.folder)
        let authority: LocalAuthority
        do {
            authority = try LocalAuthority(
                certificatePEM: String(contentsOfFile: data.authority, encoding: .utf8),
                keyPEM: String(contentsOfFile: data.authorityKey, encoding: .utf8))
        } catch {
            throw Failure(
                .noInput,
                "\(data.path) has no authority of its own (\(data.authority) and its key); "
                    + "renew the certificate where it came from")
        }
        let server = try authority.issue(domain: settings.domain)
        // The key first: the certificate's change is what a running server may see in between, and it waits for a pair.
        try replaceFiles([
            (settings.path(settings.tls.key), Array(server.key.utf8)),
            (settings.path(settings.tls.certificate), Array(server.chain.utf8))
        ])
        StandardOutput.write(
            "\(settings.path(settings.tls.certificate)) is good for \(LocalAuthority.serverDays) days.\n")
    }
}
