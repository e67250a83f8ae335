// SPDX-License-Identifier: Apache-2.0

/// The page behind an export link: a button that fetches the archive. Plain HTML without script or style.
///
/// It tells nothing of the person, as whoever makes previews of links sees it too.
struct ExportPage {
    let domain: String

    /// The domain is of a form that needs no escaping.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta name="robots" content="noindex">
        <title>Your export from \(domain)</title>
        <h1>Your export</h1>
        <p>Everything that \(domain) keeps for you, in one ZIP archive.</p>
        <form method="post">
        <p><button>Download it</button></p>
        </form>
        <p>The button works once. Whoever has the archive can read it: keep it where only you can.</p>

        """
    }
}
