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
    // Targets see what a room's tests see.
    .unsafeFlags(["-sanitize=fuzzer", "-assert-config", "Debug", "-enable-testing"])
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

/// A room, from a symbolic link in `Sources`.
func room(_ name: String, dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: instrumented)
}

let package = Package(
    name: "hoopoe-fuzz",
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        room("Wire"),
        room("XMPP", dependencies: ["Wire", crypto, cryptoExtras]),
        room("SMPP", dependencies: ["Wire"]),
        room("Numbers"),
        room("Consent", dependencies: ["Wire", "Numbers", crypto], resources: [.embedInCode("Terms/shipped.json")]),
        room("Proof", dependencies: ["Wire", crypto]),
        // The files of the rooms with effects that read what comes from outside and need nothing of those rooms.
        room("Edges", dependencies: ["Wire", "XMPP", "Consent"]),
        .systemLibrary(name: "CExpat", path: "Sources/CExpat", providers: [.apt(["libexpat1-dev"])]),
        .target(name: "Driver", path: "Driver"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Driver", "Wire", "XMPP", "SMPP", "Numbers", "Consent", "Proof", "Edges", "CExpat", crypto, cryptoExtras
            ],
            path: "Targets", swiftSettings: instrumented + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [
                .unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld", "-Xclang-linker", "-no-pie"])
            ])
    ]
)
