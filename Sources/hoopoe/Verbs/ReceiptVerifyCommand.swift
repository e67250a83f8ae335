// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `hoopoe receipt verify FILE…`.
struct ReceiptVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check receipts and their proofs offline, and say what they say.",
        discussion: """
            A receipt is two files, NAME.receipt.jws and NAME.tlog-proof; naming one of them is enough if they lie side by \
            side. Records of uses, looks and terms (NAME.record.json) are checked the same way. All it takes besides is the \
            policy, from hoopoe log policy or from who runs the server.

            A receipt that holds was signed by the server's log and is in it: the server cannot deny it, nor change it \
            unseen. It does not show that no later decision was made.

            Ends with status 0 if all of them hold, 1 if one does not, 64 if a file has another ending, 65 if the policy is \
            malformed, and 66 if a file is missing.
            """)

    @Argument(help: ArgumentHelp("Receipts or proofs.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("Which logs to trust (C2SP tlog-policy).", valueName: "file"))
    var policy: String

    @Flag(help: "One JSON object on standard output.")
    var json = false

    func run() async throws {
        let pairs = try ReceiptFiles.pairs(files)
        let policy = try readPolicy(policy)
        var opinions: [ReceiptOpinion] = []
        for pair in pairs { opinions.append(try ReceiptOpinion(pair, policy: policy)) }
        let ok = opinions.allSatisfy(\.holds)
        if json {
            struct Report: Encodable {
                let version = 1
                let ok: Bool
                let receipts: [ReceiptOpinion]
            }
            try StandardOutput.write(json: Report(ok: ok, receipts: opinions))
        } else {
            StandardOutput.write(opinions.map(\.text).joined(separator: "\n"))
        }
        if !ok { throw ExitCode(ExitReason.failed.rawValue) }
    }
}
