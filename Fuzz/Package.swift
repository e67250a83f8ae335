// swift-tools-version: 6.2
import PackageDescription

/// Rooms are compiled here from the root's sources (symbolic links in `Sources`), because `package` declarations aren't
/// visible across packages and because the fuzzer needs its coverage counters in them.
let instrumented: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .unsafeFlags(["-sanitize=fuzzer", "-assert-config", "Debug"])
]

/// A room, from a symbolic link in `Sources`.
func room(_ name: String, dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: instrumented)
}

/// A fuzz target: a folder in `Targets` with one `@_cdecl("LLVMFuzzerTestOneInput")` function.
func fuzz(_ name: String, _ rooms: Target.Dependency...) -> Target {
    .executableTarget(
        name: name, dependencies: rooms + ["Driver"], path: "Targets/\(name)",
        swiftSettings: instrumented + [.unsafeFlags(["-parse-as-library"])],
        linkerSettings: [
            .unsafeFlags([
                "-sanitize=fuzzer", "-use-ld=lld", "-Xclang-linker", "-no-pie", "-Xlinker",
                "--defsym=\(name)_main=fuzz_main"
            ])
        ])
}

let package = Package(
    name: "hoopoe-fuzz",
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        .target(name: "Driver", path: "Driver"),
        room("Wire"),
        room(
            "XMPP",
            dependencies: [
                "Wire", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto")
            ]),
        fuzz("XMLStream", "Wire"),
        fuzz("BaseEncodings", "Wire"),
        fuzz("JID", "XMPP"),
        fuzz("ClientStream", "XMPP", "Wire"),
        room("SMPP", dependencies: ["Wire"]),
        fuzz("SMPPDecoder", "SMPP"),
        fuzz("SMPPText", "SMPP"),
        fuzz("SMPPReceipt", "SMPP"),
        room("Numbers"),
        fuzz("PhoneNumbers", "Numbers"),
        fuzz("JSON", "Wire"),
        room("Proof", dependencies: ["Wire", .product(name: "Crypto", package: "swift-crypto")]),
        fuzz("Receipt", "Proof", "Wire"),
        fuzz("SignedNote", "Proof"),
        fuzz("TransparencyProof", "Proof"),
        fuzz("Policy", "Proof"),
        fuzz("EntryBundle", "Proof")
    ]
)
