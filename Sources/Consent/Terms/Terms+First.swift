extension Terms {
    /// The terms of the first release. They offer what works; further purposes come with later versions.
    package static let first = Terms(
        version: 1,
        texts: [
            .numberTexting: Text(
                what: """
                    People who type your phone number reach you here, over the internet, without paying for an SMS. \
                    Your number is proven once by a code sent to it. A text that you don't fetch in time may come as \
                    an SMS instead, if its sender uses SMS and you don't refuse that.
                    """,
                why: """
                    The server in {region} keeps your number encrypted under a key of its own, and a keyed fingerprint \
                    of it to find you by. Somebody who texts your number can tell from the answer that you are here. \
                    Turning this off destroys the key and the fingerprint.
                    """,
                without: "Nobody reaches you by your number here. Your address works as before.",
                changed: 1),
            .sms: Text(
                what: """
                    When the person you text can't be reached over the internet, your text goes out as an SMS, and \
                    their answer by SMS comes to you. You can text any number that a route here allows.
                    """,
                why: """
                    The server in {region} keeps the other person's number and the text for that one conversation, \
                    encrypted under your key, and hands both to the phone network to send them. The network sees them \
                    as it sees every SMS. One of the server's own numbers stands for you in that conversation; if \
                    none is free for a number, you are told so, which shows that others text it too. If somebody \
                    answers STOP, a keyed fingerprint of their number stays even after you turn this off, because the \
                    law demands that STOP is kept. Turning this off erases the SMS conversations.
                    """,
                without: "You can text only people who can be reached over the internet.",
                changed: 1),
            .history: Text(
                what: "Your messages stay on the server, so that a new device shows them.",
                why: """
                    The server in {region} keeps your copy of each message, encrypted under a key of yours, until you \
                    turn this off. Without it, messages are held only until the delivery time has passed.
                    """,
                without: "A new device starts empty, except for the messages of the last days.",
                changed: 1)
        ])
}
