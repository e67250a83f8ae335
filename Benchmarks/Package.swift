// swift-tools-version: 6.2
import PackageDescription

/// Rooms are compiled here from the root's sources (symbolic links in `Sources`), because `package` declarations aren't
/// visible across packages.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety()
]

/// With `PASS_ALL` set, the vault asks nobody: what the consent checks cost is the difference to the real one. That vault
/// exists here only.
let passAll = Context.environment["PASS_ALL"] != nil

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

let consent = Target.target(
    name: "Consent", dependencies: ["Wire", "Numbers", crypto],
    path: passAll ? "PassAll/Consent" : "Sources/Consent",
    exclude: passAll ? ["Room/Vault/Vault+Standing.swift"] : [],
    resources: [.embedInCode(passAll ? "Room/Terms/shipped.json" : "Terms/shipped.json")], swiftSettings: strict)

let package = Package(
    name: "hoopoe-benchmarks",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0")
    ],
    targets: [
        .target(name: "Wire", swiftSettings: strict),
        .target(name: "XMPP", dependencies: ["Wire", crypto, cryptoExtras], swiftSettings: strict),
        .target(name: "SMPP", dependencies: ["Wire"], swiftSettings: strict),
        .target(name: "Numbers", swiftSettings: strict),
        consent,
        .target(name: "Proof", dependencies: ["Wire", crypto], swiftSettings: strict),
        .target(
            name: "Store",
            dependencies: [
                "Wire", "Consent", "Proof", crypto, .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift")
            ],
            swiftSettings: strict),
        // The server, with what drives its sessions without sockets.
        .target(
            name: "Server",
            dependencies: [
                "Wire", "XMPP", "SMPP", "Numbers", "Consent", "Proof", "Store", "Measuring", crypto,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams")
            ],
            path: "Routing/Server", swiftSettings: strict),
        .target(name: "Measuring", path: "Measuring", swiftSettings: strict),
        .executableTarget(
            name: "consent-cost", dependencies: ["Store", "Consent", "Measuring"], path: "Targets/consent-cost",
            swiftSettings: strict),
        .executableTarget(
            name: "log-cost",
            dependencies: [
                "Proof", "Store", "Consent", "Measuring", .product(name: "GRDB", package: "GRDB.swift")
            ],
            path: "Targets/log-cost", swiftSettings: strict),
        .target(name: "Gauge", path: "Targets/Gauge", swiftSettings: strict),
        .testTarget(name: "GaugeTests", dependencies: ["Gauge"], swiftSettings: strict),
        .executableTarget(
            name: "micro", dependencies: ["Wire", "XMPP", "SMPP", "Consent", "Proof", "Store", "Measuring"],
            path: "Targets/micro", swiftSettings: strict),
        .executableTarget(
            name: "routing", dependencies: ["Server", "Measuring"], path: "Targets/routing", swiftSettings: strict),
        .executableTarget(
            name: "load",
            dependencies: [
                "Gauge", "Wire", "XMPP", "SMPP", crypto, cryptoExtras,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl")
            ],
            path: "Targets/load", swiftSettings: strict)
    ]
)
