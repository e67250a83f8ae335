// SPDX-License-Identifier: Apache-2.0

/// Writes Prometheus' text exposition format, version 0.0.4: UTF-8 lines, each family's samples together below its
/// `# HELP` and `# TYPE`.
struct Exposition {
    private(set) var bytes: [UInt8] = []

    /// Begins a family; its samples follow.
    mutating func family(_ name: String, _ kind: String, help: String) {
        append("# HELP \(Self.name(name)) ")
        append(escaping: help, quotes: false)
        append("\n# TYPE \(Self.name(name)) \(kind)\n")
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Int64) {
        sample(name, labels, written: "\(value)")
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        sample(name, labels, written: Self.number(value))
    }

    private mutating func sample(_ name: String, _ labels: [(String, String)], written value: String) {
        append(Self.name(name))
        if !labels.isEmpty {
            append("{")
            for (index, label) in labels.enumerated() {
                append("\(index == 0 ? "" : ",")\(Self.labelName(label.0))=\"")
                append(escaping: label.1, quotes: true)
                append("\"")
            }
            append("}")
        }
        append(" \(value)\n")
    }

    // MARK: Words

    /// A number as Go writes and reads it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return "\(whole)" }
        return "\(value)"
    }

    /// A metric's name is `[a-zA-Z_:][a-zA-Z0-9_:]*`; anything else becomes `_`.
    private static func name(_ name: String) -> String { word(name, colons: true) }

    /// A label's name is the same without colons.
    private static func labelName(_ name: String) -> String { word(name, colons: false) }

    private static func word(_ text: String, colons: Bool) -> String {
        var word = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            switch scalar {
            case "a"..."z", "A"..."Z", "_": word.unicodeScalars.append(scalar)
            case "0"..."9" where index > 0: word.unicodeScalars.append(scalar)
            case ":" where colons: word.unicodeScalars.append(scalar)
            default: word.append("_")
            }
        }
        return word.isEmpty ? "_" : word
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Backslash and line feed are escaped everywhere, the quotation mark in values of labels.
    private mutating func append(escaping text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append(#"\\"#)
            case UInt8(ascii: "\n"): append(#"\n"#)
            case UInt8(ascii: "\"") where quotes: append(#"\""#)
            default: bytes.append(byte)
            }
        }
    }
}

extension Exposition {
    /// A declared family with samples that are known only now, by label.
    mutating func write<Label: MetricLabel>(_ family: MetricFamily, _ value: (Label) -> Int64) {
        self.family("\(family.name)", "\(family.kind.word)", help: "\(family.help)")
        for label in Label.allCases { sample("\(family.name)", [("\(Label.name)", "\(label.value)")], value(label)) }
    }

    /// A declared family with one sample.
    mutating func write(_ family: MetricFamily, _ value: Double) {
        self.family("\(family.name)", "\(family.kind.word)", help: "\(family.help)")
        sample("\(family.name)", [], value)
    }
}
