// SPDX-License-Identifier: Apache-2.0

package import ArgumentParser
import Foundation
import Server

/// The program: verbs over a data folder.
@main
package struct Hoopoe: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "hoopoe",
        abstract: "The cloud behind a phone, run by the people whose phones they are.",
        discussion: """
            Everything a server needs is in one data folder, DIR below: init makes it, serve runs it, person says who \
            is in it, check tells whether it is well. To check the server's word, log verify and receipt verify need \
            no folder.

            Data goes to standard output, everything else to standard error. No secret is ever taken from the command \
            line.

            \(ExitReason.table)
            """,
        subcommands: [
            InitCommand.self, ServeCommand.self, PersonCommand.self, TermsCommand.self, CheckCommand.self,
            RenewCommand.self, ReloadCommand.self, BackupCommand.self, RestoreCommand.self, TraceCommand.self,
            LogCommand.self, ReceiptCommand.self, SMSCCommand.self
        ])

    package init() {}

    /// Runs the verb and ends the process with the documented status.
    package static func main() async {
        ProcessSecrecy.begin()
        do {
            var command = try parseAsRoot()
            if var verb = command as? any AsyncParsableCommand {
                try await verb.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            StandardError.write("hoopoe: \(failure.message)\n")
            Foundation.exit(failure.status.rawValue)
        } catch let error as ConfigurationError {
            StandardError.write("\(error)\n")
            Foundation.exit(ExitReason.configuration.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
