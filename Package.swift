// swift-tools-version: 6.2
import PackageDescription

/// One strictness for every target of ours.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error)
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")

/// Protocol rooms: bytes in, values and actions out. They need nothing but swift-crypto.
let protocolRooms: [Target] = [
    .target(name: "Wire", swiftSettings: strict),
    .target(name: "XMPP", dependencies: ["Wire", crypto, cryptoExtras], swiftSettings: strict),
    .target(name: "SMPP", dependencies: ["Wire"], swiftSettings: strict),
    .target(name: "Numbers", swiftSettings: strict),
    .target(
        name: "Consent", dependencies: ["Wire", "Numbers", crypto], resources: [.embedInCode("Terms/shipped.json")],
        swiftSettings: strict),
    .target(name: "Proof", dependencies: ["Wire", crypto], swiftSettings: strict)
]

/// Their tests, a target a room.
let protocolRoomTests: [Target] = [
    .systemLibrary(name: "CExpat", path: "Tests/Support/CExpat", providers: [.apt(["libexpat1-dev"])]),
    .testTarget(name: "WireTests", dependencies: ["Wire", "CExpat"], swiftSettings: strict),
    .testTarget(name: "XMPPTests", dependencies: ["XMPP", "Wire"], swiftSettings: strict),
    .testTarget(name: "SMPPTests", dependencies: ["SMPP", "Wire"], swiftSettings: strict),
    .testTarget(name: "NumbersTests", dependencies: ["Numbers"], swiftSettings: strict),
    .testTarget(name: "ConsentTests", dependencies: ["Consent", "Numbers", "Wire", crypto], swiftSettings: strict),
    .testTarget(name: "ProofTests", dependencies: ["Proof", "Wire", crypto], swiftSettings: strict)
]

/// Rooms with effects.
let roomsWithEffects: [Target] = [
    .target(
        name: "Store",
        dependencies: [
            "Wire", "Consent", "Proof", crypto,
            .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "GRDBSQLite", package: "GRDB.swift")
        ],
        swiftSettings: strict),
    .target(
        name: "Server",
        dependencies: [
            "Wire", "XMPP", "SMPP", "Numbers", "Consent", "Proof", "Store", crypto,
            .product(name: "HummingbirdCore", package: "hummingbird"),
            .product(name: "HTTPTypes", package: "swift-http-types"),
            .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            .product(name: "AsyncHTTPClient", package: "async-http-client"),
            .product(name: "CoreMetrics", package: "swift-metrics"),
            .product(name: "DequeModule", package: "swift-collections"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "NIOTLS", package: "swift-nio"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "Yams", package: "Yams")
        ],
        swiftSettings: strict),
    .executableTarget(
        name: "hoopoe",
        dependencies: [
            "Server", "Store", "Consent", "Proof", "Numbers", "XMPP", "SMPP", "Wire",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
            .product(name: "Crypto", package: "swift-crypto"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "SwiftASN1", package: "swift-asn1"),
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            .product(name: "X509", package: "swift-certificates")
        ],
        swiftSettings: strict)
]

let roomsWithEffectsTests: [Target] = [
    .testTarget(
        name: "StoreTests",
        dependencies: ["Store", "Consent", "Proof", "Wire", crypto, .product(name: "GRDB", package: "GRDB.swift")],
        swiftSettings: strict),
    .testTarget(
        name: "hoopoeTests",
        dependencies: [
            "hoopoe", "Proof", "Server", "XMPP",
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "X509", package: "swift-certificates")
        ],
        swiftSettings: strict),
    .testTarget(
        name: "ServerTests",
        dependencies: [
            "Server", "Store", "Consent", "Proof", "Numbers", "SMPP", "XMPP", "Wire", crypto,
            .product(name: "CoreMetrics", package: "swift-metrics"),
            .product(name: "GRDB", package: "GRDB.swift"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOEmbedded", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            .product(name: "SwiftASN1", package: "swift-asn1"),
            .product(name: "X509", package: "swift-certificates")
        ],
        swiftSettings: strict)
]

/// With `PROTOCOL_ROOMS` set, the package ends at the protocol rooms: a change in one of them is built and tested within
/// seconds, as nothing above it is compiled or linked. `script/test --room` sets it.
let endsAtProtocolRooms = Context.environment["PROTOCOL_ROOMS"] != nil

let package = Package(
    name: "hoopoe",
    products: endsAtProtocolRooms ? [] : [.executable(name: "hoopoe", targets: ["hoopoe"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")
    ]
        + (endsAtProtocolRooms
            ? []
            : [
                .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
                .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
                .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
                .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
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
            ]),
    targets: protocolRooms + protocolRoomTests + (endsAtProtocolRooms ? [] : roomsWithEffects + roomsWithEffectsTests)
)
