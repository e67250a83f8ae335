// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `hoopoe receipt …`.
struct ReceiptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receipt",
        abstract: "Check what the server gave you in writing.",
        discussion: "Works on any machine, without the server and without a network.",
        subcommands: [ReceiptVerifyCommand.self])
}
