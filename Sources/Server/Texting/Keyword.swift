/// Words by which somebody on the phone network says whether they want texts from here.
package enum Keyword: Hashable, Sendable {
    case stop
    case start
    case help

    /// The keyword that a text consists of, in any case and among white space and closing marks; nil for anything more.
    package init?(_ text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let word = text.drop { $0.isWhitespace || Self.marks.contains($0) }
            .reversed().drop { $0.isWhitespace || Self.marks.contains($0) }.reversed()
        guard let keyword = Self.words[String(word).lowercased()] else { return nil }
        self = keyword
    }

    private static let marks: Set<Character> = [".", "!", "\"", "'", "“", "”", "„", "«", "»"]

    private static let words: [String: Keyword] = {
        var words: [String: Keyword] = [:]
        for word in stopWords { words[word] = .stop }
        for word in startWords { words[word] = .start }
        for word in helpWords { words[word] = .help }
        return words
    }()

    /// English with its usual companions, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish, Russian,
    /// Ukrainian, Arabic, Hindi, Chinese, Japanese.
    private static let stopWords = [
        "stop", "stopall", "stop all", "unsubscribe", "quit", "optout", "opt out", "opt-out", "stopp", "arret", "arrêt",
        "arrêter", "baja", "parar", "fermare", "afmelden", "durdur", "стоп", "توقف",
        "إيقاف", "रोकें", "停止", "退订", "ストップ"
    ]

    private static let startWords = [
        "start", "unstop", "optin", "opt in", "opt-in", "subscribe", "démarrer", "iniciar", "alta", "inizia",
        "aanmelden",
        "başla", "başlat", "старт", "ابدأ", "शुरू", "开始", "開始", "スタート"
    ]

    private static let helpWords = [
        "help", "info", "hilfe", "aide", "ayuda", "ajuda", "aiuto", "hulp", "pomoc", "yardım", "помощь", "допомога",
        "مساعدة", "मदद", "帮助", "幫助", "ヘルプ"
    ]
}
