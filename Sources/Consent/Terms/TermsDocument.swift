import Crypto
import Wire

/// The text of all purposes as an operator publishes it: one JSON file, kept byte by byte.
///
/// `{"purposes": {"sms": {"offered": true, "what": "…", "why": "…", "without": "…", "details": "…"}, …}}`. `what`, `why`
/// and `without` are one sentence each, `details` any number of further ones, and `why` names the `{region}`. A file says
/// neither its version nor what changed in it: both follow from the files before it.
package struct TermsDocument: Sendable {
    /// One purpose as written, with `{region}` where the region's name goes.
    package struct Entry: Hashable, Sendable {
        /// What it does, from the person's side.
        package let what: String
        /// Why it needs what it needs, and what is kept where.
        package let why: String
        /// What refusing it costs.
        package let without: String
        /// Further sentences, possibly none.
        package let details: String
        /// Whether it works here, and so can be turned on.
        package let isOffered: Bool

        package init(what: String, why: String, without: String, details: String = "", isOffered: Bool = true) {
            self.what = what
            self.why = why
            self.without = without
            self.details = details
            self.isOffered = isOffered
        }
    }

    /// The file's bytes.
    package let bytes: [UInt8]
    /// SHA-256 of the bytes: what receipts cite.
    package let digest: [UInt8]
    package let entries: [PurposeCode: Entry]

    /// The terms that come with this program.
    package static let shipped = TermsDocument(shippedBytes: PackageResources.shipped_json)

    /// Reads a file. Whatever a file might say beyond its purposes is refused, so that nothing in it is believed.
    package init(_ bytes: [UInt8]) throws(TermsError) {
        self.init(bytes: bytes, entries: try Self.entries(in: bytes))
    }

    /// A test holds that the shipped file can be read.
    private init(shippedBytes bytes: [UInt8]) {
        self.init(bytes: bytes, entries: (try? Self.entries(in: bytes)) ?? [:])
    }

    private init(bytes: [UInt8], entries: [PurposeCode: Entry]) {
        self.bytes = bytes
        self.entries = entries
        digest = Array(SHA256.hash(data: bytes))
    }
}

// MARK: - Reading

extension TermsDocument {
    private static let limits = JSONLimits(bytes: 64 << 10, depth: 4, values: 200)
    /// Bytes of one text.
    private static let longest = 4_000

    private static func entries(in bytes: [UInt8]) throws(TermsError) -> [PurposeCode: Entry] {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: bytes, limits: limits)
        } catch {
            throw .form("\(error)")
        }
        guard let purposes = json["purposes"]?.object, json.object?.count == 1 else {
            throw .form("a document is an object with \"purposes\" and nothing else")
        }
        var entries: [PurposeCode: Entry] = [:]
        for (name, value) in purposes.members {
            guard let purpose = PurposeCode(rawValue: name) else { throw .unknownPurpose(name) }
            entries[purpose] = try entry(value, of: purpose)
        }
        return entries
    }

    private static func entry(_ json: JSON, of purpose: PurposeCode) throws(TermsError) -> Entry {
        guard let object = json.object,
            object.names.allSatisfy(["offered", "what", "why", "without", "details"].contains)
        else {
            throw .wording(field: purpose.rawValue, "must be an object of offered, what, why, without and details")
        }
        guard let isOffered = json["offered"]?.boolean else {
            throw .wording(field: "\(purpose.rawValue).offered", "must be true or false")
        }
        let entry = Entry(
            what: try sentence("what", of: purpose, in: json), why: try sentence("why", of: purpose, in: json),
            without: try sentence("without", of: purpose, in: json),
            details: try text("details", of: purpose, in: json),
            isOffered: isOffered)
        guard entry.why.contains(Terms.regionMark) else {
            throw .wording(field: "\(purpose.rawValue).why", "must name the region, as \(Terms.regionMark)")
        }
        return entry
    }

    private static func sentence(
        _ name: String, of purpose: PurposeCode, in json: JSON
    ) throws(TermsError) -> String {
        let text = try text(name, of: purpose, in: json)
        guard text.isOneSentence else {
            throw .wording(field: "\(purpose.rawValue).\(name)", "must be exactly one sentence")
        }
        return text
    }

    private static func text(_ name: String, of purpose: PurposeCode, in json: JSON) throws(TermsError) -> String {
        let field = "\(purpose.rawValue).\(name)"
        guard let text = json[name]?.string else { throw .wording(field: field, "must be a text") }
        guard text.utf8.count <= longest else { throw .wording(field: field, "is longer than \(longest) bytes") }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw .wording(field: field, "must be on one line")
        }
        return text
    }
}

extension String {
    /// Ends like a sentence and holds no other end of one: a mark before white space.
    var isOneSentence: Bool {
        let ends: Set<Character> = [".", "!", "?", "…", "。", "！", "？", "؟", "।"]
        guard let last, ends.contains(last), let first, !first.isWhitespace else { return false }
        let marks = zip(self, dropFirst()).filter { mark, next in
            ends.contains(mark) && (next.isWhitespace || !mark.isASCII)
        }
        return marks.isEmpty
    }
}
