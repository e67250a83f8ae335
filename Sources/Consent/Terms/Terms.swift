import Crypto
import Wire

/// The versioned text of all purposes. A yes is given to a version and holds until its purpose's text changes.
package struct Terms: Sendable {
    /// One purpose explained: every field may name the region as `{region}`.
    package struct Text: Hashable, Sendable {
        /// What it does, from the person's side.
        package let what: String
        /// Why it needs what it needs, and what is kept.
        package let why: String
        /// What doesn't work without it.
        package let without: String
        /// Further sentences, possibly none.
        package let details: String
        /// Whether it works here, and so can be turned on.
        package let isOffered: Bool
        /// The version of the terms in which this text last changed.
        package let changed: Int

        package init(
            what: String, why: String, without: String, details: String = "", isOffered: Bool = true, changed: Int
        ) {
            self.what = what
            self.why = why
            self.without = without
            self.details = details
            self.isOffered = isOffered
            self.changed = changed
        }

        init(_ entry: TermsDocument.Entry, changed: Int) {
            self.init(
                what: entry.what, why: entry.why, without: entry.without, details: entry.details,
                isOffered: entry.isOffered, changed: changed)
        }

        /// The text for a person whose home is `region`.
        package func filled(for region: Region) -> Text {
            Text(
                what: Self.fill(what, region), why: Self.fill(why, region), without: Self.fill(without, region),
                details: Self.fill(details, region), isOffered: isOffered, changed: changed)
        }

        private static func fill(_ text: String, _ region: Region) -> String {
            text.split(separator: Terms.regionMark, omittingEmptySubsequences: false).joined(separator: region.name)
        }

        /// Why, and whatever else there is to say.
        package var explanation: String { details.isEmpty ? why : why + " " + details }

        /// Whether it says the same, whenever it last changed.
        func saysTheSame(as other: Text) -> Bool {
            what == other.what && why == other.why && without == other.without && details == other.details
                && isOffered == other.isOffered
        }
    }

    /// Stands for the region's name in every text.
    package static let regionMark = "{region}"

    /// Counts up with every change of any text.
    package let version: Int
    /// SHA-256 of the file these terms were published as; of nothing for terms without a file.
    package let digest: [UInt8]
    private let texts: [PurposeCode: Text]
    /// The versions before, from 1 on, by which old yeses are explained.
    private let earlier: [(digest: [UInt8], texts: [PurposeCode: Text])]

    /// Version 1, as it comes with this program.
    package static let first = Terms(.shipped)

    /// The first version.
    package init(_ document: TermsDocument) {
        self.init(
            version: 1, digest: document.digest, texts: document.entries.mapValues { Text($0, changed: 1) },
            earlier: [])
    }

    /// Terms without a file, of one version alone.
    package init(version: Int, texts: [PurposeCode: Text]) {
        self.init(version: version, digest: Array(SHA256.hash(data: [UInt8]())), texts: texts, earlier: [])
    }

    private init(
        version: Int, digest: [UInt8], texts: [PurposeCode: Text],
        earlier: [(digest: [UInt8], texts: [PurposeCode: Text])]
    ) {
        self.version = version
        self.digest = digest
        self.texts = texts
        self.earlier = earlier
    }

    /// The next version: what a purpose says decides whether it changed, never what anybody says about it.
    package func followed(by document: TermsDocument) -> Terms {
        let next = version + 1
        var changed: [PurposeCode: Text] = [:]
        for (purpose, entry) in document.entries {
            let text = Text(entry, changed: next)
            if let known = texts[purpose], known.saysTheSame(as: text) {
                changed[purpose] = known
            } else {
                changed[purpose] = text
            }
        }
        return Terms(
            version: next, digest: document.digest, texts: changed, earlier: earlier + [(digest, texts)])
    }

    /// The text of a purpose, its region filled in; nil for a purpose these terms don't offer.
    package func text(of purpose: PurposeCode, in region: Region) -> Text? {
        texts[purpose].flatMap { $0.isOffered ? $0.filled(for: region) : nil }
    }

    /// The text of a purpose, offered or not, its region filled in; nil if these terms don't speak of it.
    package func wording(of purpose: PurposeCode, in region: Region) -> Text? {
        texts[purpose]?.filled(for: region)
    }

    /// The same as an earlier version had it, or this one.
    package func wording(of purpose: PurposeCode, version: Int, in region: Region) -> Text? {
        if version == self.version { return wording(of: purpose, in: region) }
        let place = version - firstVersion
        guard earlier.indices.contains(place) else { return nil }
        return earlier[place].texts[purpose]?.filled(for: region)
    }

    /// A yes to an earlier version than this is stale. A purpose that isn't offered is never agreed to.
    package func version(inWhichChanged purpose: PurposeCode) -> Int {
        texts[purpose].flatMap { $0.isOffered ? $0.changed : nil } ?? .max
    }

    /// The purposes these terms offer, in the order of ``PurposeCode``.
    package var offered: [PurposeCode] {
        PurposeCode.allCases.filter { texts[$0]?.isOffered == true }
    }

    /// ``digest`` in lower-case hex, as receipts and people write it.
    package var sha256: String { Hex.encode(digest) }

    /// The digests of all versions up to this one.
    package var digests: [(version: Int, digest: [UInt8])] {
        earlier.enumerated().map { (firstVersion + $0, $1.digest) } + [(version, digest)]
    }

    /// The oldest version that is known here: 1, but for terms without a file.
    private var firstVersion: Int { version - earlier.count }

    /// The purposes whose text differs from that of the version before, or that came or went with this one.
    package var changes: [PurposeCode] {
        let before = earlier.last?.texts ?? [:]
        return PurposeCode.allCases.filter { purpose in
            switch (before[purpose], texts[purpose]) {
            case (nil, nil): false
            case (let old?, let new?): !old.saysTheSame(as: new)
            case (nil, _?), (_?, nil): true
            }
        }
    }

    /// Whether a document says what these terms say.
    package func saysTheSame(as document: TermsDocument) -> Bool {
        followed(by: document).changes.isEmpty
    }
}
