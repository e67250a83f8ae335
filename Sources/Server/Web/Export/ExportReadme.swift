// SPDX-License-Identifier: Apache-2.0

import Wire

/// What an export says about itself.
struct ExportReadme {
    let domain: String
    let name: String
    let moment: Timestamp

    var text: String {
        """
        Everything that \(domain) keeps about \(name)@\(domain), as it was on \(moment.description).
        It was put together while it was fetched; the server has no copy of this archive.

        account.json                 the account, and when clients were last connected that may still come back
        roster.json, blocklist.json  contacts and blocked addresses
        settings.json                choices made in the chat with the server
        vcard.xml, private/          what your apps stored with the server, as they gave it
        messages/                    messages, a JSON object a line: id, time, direction (in or out), the address on
                                     the other side as you saw it, the text, and the whole stanza
        number.json                  your phone number, while number-texting is on
        conversations-by-number.json which address of yours somebody sees, one entry a conversation; who it is isn't
                                     kept in a form that can be read back
        sms/, sms-unfinished.json    texts to the phone network, and parts of longer ones that are still to come, while
                                     sms is on
        decisions.json               what you decided, when, under which terms
        uses.json                    how often each yes was used, by day
        looks.json                   when an administrator looked at your account, and with which command
        receipts/                    signed receipts of your decisions (.receipt.jws), records of other events
                                     (.record.json), and for each the proof that it is in the public log
                                     (.tlog-proof); anybody can check them without asking this server:
                                     hoopoe receipt verify
        manifest.json                the size and SHA-256 digest of every file

        What rests on a yes that you have taken back is not in here, because it is no longer kept.
        Not in here either: your password, which the server doesn't know (it keeps values to check it against, which
        would let others try passwords); keyed hashes of numbers, from which nothing can be read back; a number that
        waits for its code, which is forgotten within ten minutes.

        """
    }
}
