import Crypto

/// A hash in a Merkle tree (RFC 6962 §2.1): SHA-256, with leaves and inner nodes told apart by their first byte.
package struct MerkleHash: Hashable, Sendable {
    /// Bytes in a hash.
    package static let size = SHA256.byteCount

    /// Thirty-two bytes.
    package let bytes: [UInt8]

    /// Refuses anything but 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.size else { return nil }
        self.bytes = bytes
    }

    private init(_ digest: SHA256.Digest) {
        bytes = [UInt8](digest)
    }

    /// The root of a tree without leaves: the hash of nothing.
    package static let empty = MerkleHash(SHA256.hash(data: [UInt8]()))

    /// The hash of an entry.
    package static func leaf(_ entry: some Sequence<UInt8>) -> MerkleHash {
        MerkleHash(SHA256.hash(data: [0x00] + entry))
    }

    /// The hash of the node above two others.
    package static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        var data: [UInt8] = []
        data.reserveCapacity(1 + 2 * size)
        data.append(0x01)
        data.append(contentsOf: left.bytes)
        data.append(contentsOf: right.bytes)
        return MerkleHash(SHA256.hash(data: data))
    }

    /// The root above subtrees that shrink from left to right, which is that of nothing if there are none.
    static func root(above subtrees: some BidirectionalCollection<MerkleHash>) -> MerkleHash {
        guard var hash = subtrees.last else { return empty }
        for left in subtrees.dropLast().reversed() { hash = node(left, hash) }
        return hash
    }
}
