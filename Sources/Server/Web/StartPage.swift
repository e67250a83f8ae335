// SPDX-License-Identifier: Apache-2.0

/// The page at `/`: what this is, and what anybody can check. Plain HTML without script, style or form.
struct StartPage {
    let domain: String
    let region: String
    let logs: [Int]
    let terms: [Int]

    /// Every value is of a form that needs no escaping: a domain, a region's name, numbers.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>\(domain)</title>
        <h1>\(domain)</h1>
        <p>This is a Hoopoe server: texts by phone number over the internet, and by SMS otherwise. What it may do with \
        anybody's number or messages, that person decides, purpose by purpose; everything is off until they turn it on.</p>
        <h2>What anybody can check</h2>
        <p>Each decision, each change of the terms, each erasure and each day's counts of use leaves a salted \
        fingerprint in a public log, which can't be rewritten without being noticed. Nobody's name or number is in it. \
        The people themselves hold the receipts.</p>
        <ul>
        \(lines(logs.flatMap(log)))
        </ul>
        <h2>The terms</h2>
        <ul>
        \(lines(terms.map { version in #"<li><a href="terms/\#(version).json">version \#(version)</a>"# }))
        </ul>
        <h2>For people with an account here</h2>
        <p>In your chat app, write to <b>\(domain)</b>: help, what do you know, receipts, export, leave.</p>

        """
    }

    private func log(_ number: Int) -> [String] {
        let path = "log/\(region)/\(number)"
        return [
            #"<li>log \#(number) of the region \#(region): <a href="\#(path)/checkpoint">checkpoint</a>, "#
                + #"<a href="\#(path)/policy">policy</a> (what a verifier needs)"#
        ]
    }

    private func lines(_ items: [String]) -> String {
        (items.isEmpty ? ["<li>none yet"] : items).joined(separator: "\n")
    }
}
