// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite("Prometheus' text format")
struct ExpositionTests {
    private static func written(_ write: (inout Exposition) -> Void) -> String {
        var exposition = Exposition()
        write(&exposition)
        return String(decoding: exposition.bytes, as: UTF8.self)
    }

    @Test(
        "values of labels are escaped, and nothing else is",
        arguments: [
            ("plain", "plain"), ("", ""), (#"a\b"#, #"a\\b"#), ("a\"b", #"a\"b"#), ("a\nb", #"a\nb"#),
            (#"\n"#, #"\\n"#), ("é€😀", "é€😀"), ("{},=", "{},="), ("\"\\\n", #"\"\\\n"#)
        ])
    func labels(_ value: String, _ escaped: String) {
        #expect(Self.written { $0.sample("m", [("l", value)], 1 as Int64) } == "m{l=\"\(escaped)\"} 1\n")
    }

    @Test(
        "help is escaped but for quotation marks",
        arguments: [("It's \"so\".", "It's \"so\"."), ("a\\b\nc", #"a\\b\nc"#)])
    func help(_ text: String, _ escaped: String) {
        #expect(
            Self.written { $0.family("m", "gauge", help: text) } == "# HELP m \(escaped)\n# TYPE m gauge\n")
    }

    @Test(
        "names become what the format allows",
        arguments: [("a:b_1", "a:b_1"), ("1a", "_a"), ("a-b.c", "a_b_c"), ("", "_"), ("é", "_")])
    func names(_ name: String, _ allowed: String) {
        #expect(Self.written { $0.sample(name, [], 1 as Int64) } == "\(allowed) 1\n")
        #expect(
            Self.written { $0.sample("m", [(name, "")], 1 as Int64) }
                == "m{\(allowed.replacing(":", with: "_"))=\"\"} 1\n")
    }

    @Test(
        "numbers are written as Go reads them",
        arguments: [
            (0, "0"), (1, "1"), (-3, "-3"), (0.5, "0.5"), (1e15, "1000000000000000"), (1e-7, "1e-07"), (.nan, "NaN"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e300, "1e+300")
        ] as [(Double, String)])
    func numbers(_ value: Double, _ written: String) {
        #expect(Exposition.number(value) == written)
    }

    @Test("several labels keep their order")
    func order() {
        #expect(
            Self.written { $0.sample("m", [("b", "1"), ("a", "2")], 0.25) } == "m{b=\"1\",a=\"2\"} 0.25\n")
    }
}
