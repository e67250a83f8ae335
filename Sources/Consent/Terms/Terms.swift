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
        /// The version of the terms in which this text last changed.
        package let changed: Int

        package init(what: String, why: String, without: String, changed: Int) {
            self.what = what
            self.why = why
            self.without = without
            self.changed = changed
        }

        /// The text for a person whose home is `region`.
        package func filled(for region: Region) -> Text {
            Text(
                what: Self.fill(what, region), why: Self.fill(why, region), without: Self.fill(without, region),
                changed: changed)
        }

        private static func fill(_ text: String, _ region: Region) -> String {
            text.split(separator: "{region}", omittingEmptySubsequences: false).joined(separator: region.name)
        }
    }

    /// Counts up with every change of any text.
    package let version: Int
    private let texts: [PurposeCode: Text]

    package init(version: Int, texts: [PurposeCode: Text]) {
        self.version = version
        self.texts = texts
    }

    /// The text of a purpose, its region filled in; nil for a purpose these terms don't offer.
    package func text(of purpose: PurposeCode, in region: Region) -> Text? {
        texts[purpose]?.filled(for: region)
    }

    /// A yes to an earlier version than this is stale. A purpose without a text is never agreed to.
    package func version(inWhichChanged purpose: PurposeCode) -> Int {
        texts[purpose]?.changed ?? .max
    }

    /// The purposes these terms offer, in the order of ``PurposeCode``.
    package var offered: [PurposeCode] {
        PurposeCode.allCases.filter { texts[$0] != nil }
    }
}
