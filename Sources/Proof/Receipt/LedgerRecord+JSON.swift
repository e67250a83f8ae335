package import Wire

/// Records as canonical JSON (RFC 8785): the bytes that commitments are made of.
extension LedgerRecord {
    /// Counts up with every change of the form.
    private static let profile: JSON = 1

    package var canonical: [UInt8] { json.canonical }

    package var json: JSON {
        var members: JSON.Object = [
            "record": .string(kind), "profile": Self.profile, "domain": .string(domain), "region": .string(region)
        ]
        switch event {
        case .look(let address, let verb, let at):
            members["pii_principal_id"] = .string(address)
            members["verb"] = .string(verb)
            members["event_time"] = Self.time(at)
        case .uses(let receipt, let purpose, let day, let count):
            members["receipt_id"] = .string(receipt)
            members["purpose"] = .string(purpose)
            members["day"] = .string(Self.date(day))
            members["count"] = JSON(count)
        case .terms(let version, let sha256, let at):
            members["version"] = JSON(version)
            members["sha256"] = .string(sha256)
            members["event_time"] = Self.time(at)
        case .leave(let address, let at, let due):
            members["pii_principal_id"] = .string(address)
            members["event_time"] = Self.time(at)
            members["due"] = Self.time(due)
        case .stay(let address, let at):
            members["pii_principal_id"] = .string(address)
            members["event_time"] = Self.time(at)
        }
        return .object(members)
    }

    private var kind: String {
        switch event {
        case .look: "look"
        case .uses: "uses"
        case .terms: "terms"
        case .leave: "leave"
        case .stay: "stay"
        }
    }

    /// Reads a record that is exactly what ``canonical`` gives.
    package init(parsing bytes: [UInt8]) throws(ReceiptError) {
        let json: JSON
        do throws(JSONError) { json = try JSON(parsing: bytes) } catch { throw .json(error) }
        guard json["profile"] == Self.profile else { throw .field("profile") }
        self.init(
            domain: try Self.text("domain", in: json), region: try Self.text("region", in: json),
            event: try Self.event(in: json))
        // What follows from the fields must stand there as well, and no more.
        guard canonical == bytes else { throw .notCanonical }
    }

    private static func event(in json: JSON) throws(ReceiptError) -> Event {
        switch json["record"]?.string {
        case "look":
            .look(
                address: try text("pii_principal_id", in: json), verb: try text("verb", in: json),
                at: try time("event_time", in: json))
        case "uses":
            .uses(
                receipt: try text("receipt_id", in: json), purpose: try text("purpose", in: json),
                day: try day(in: json), count: try integer("count", in: json))
        case "terms":
            .terms(
                version: try integer("version", in: json), sha256: try text("sha256", in: json),
                at: try time("event_time", in: json))
        case "leave":
            .leave(
                address: try text("pii_principal_id", in: json), at: try time("event_time", in: json),
                due: try time("due", in: json))
        case "stay":
            .stay(address: try text("pii_principal_id", in: json), at: try time("event_time", in: json))
        default: throw .field("record")
        }
    }

    private static func text(_ name: String, in json: JSON) throws(ReceiptError) -> String {
        guard let text = json[name]?.string else { throw .field(name) }
        return text
    }

    private static func integer(_ name: String, in json: JSON) throws(ReceiptError) -> Int {
        guard let integer = json[name]?.integer.flatMap(Int.init(exactly:)) else { throw .field(name) }
        return integer
    }

    private static func time(_ name: String, in json: JSON) throws(ReceiptError) -> Int64 {
        guard let time = Timestamp(parsing: try text(name, in: json)) else { throw .field(name) }
        return time.milliseconds
    }

    private static func day(in json: JSON) throws(ReceiptError) -> Int {
        guard let midnight = Timestamp(parsing: try text("day", in: json) + "T00:00:00Z"),
            let day = Int(exactly: midnight.milliseconds / milliseconds)
        else { throw .field("day") }
        return day
    }

    private static func time(_ at: Int64) -> JSON {
        .string(Timestamp(milliseconds: at).description)
    }
}

// MARK: - Moments

extension LedgerRecord {
    private static let milliseconds: Int64 = 86_400_000

    /// `2026-05-01` for a number of days since 1970.
    static func date(_ day: Int) -> String {
        let (milliseconds, overflows) = Int64(day).multipliedReportingOverflow(by: milliseconds)
        let moment = overflows ? (day < 0 ? Int64.min : .max) : milliseconds
        return String(Timestamp(milliseconds: moment).description.prefix(10))
    }

    /// `2026-05-01 at 09:30:00 UTC`.
    static func moment(_ at: Int64) -> String {
        Timestamp(milliseconds: at).description.prefix(19).split(separator: "T").joined(separator: " at ") + " UTC"
    }
}
