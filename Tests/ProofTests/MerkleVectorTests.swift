import Foundation
import Proof
import Testing
import Wire

/// The public vectors for inclusion and consistency proofs (transparency-dev/merkle, `testdata`), from the folder that
/// `MERKLE_VECTORS` names.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MERKLE_VECTORS"] != nil))
struct MerkleVectorTests {
    private struct Vector: Decodable {
        let leafIdx: UInt64?
        let treeSize: UInt64?
        let root: String?
        let leafHash: String?
        let size1: UInt64?
        let size2: UInt64?
        let root1: String?
        let root2: String?
        let proof: [String]?
        let desc: String
        let wantErr: Bool
    }

    @Test
    func `inclusion`() throws {
        #expect(
            try check("inclusion") { vector in
                guard let index = Int(exactly: vector.leafIdx ?? 0), let size = Int(exactly: vector.treeSize ?? 0)
                else {
                    return false
                }
                guard let path = hashes(vector.proof), let leaf = hash(vector.leafHash), let root = hash(vector.root)
                else {
                    return false
                }
                return (try? InclusionProof(index: index, size: size, path: path).verify(leaf: leaf, root: root)) != nil
            } > 90)
    }

    @Test
    func `consistency`() throws {
        #expect(
            try check("consistency") { vector in
                guard let earlier = Int(exactly: vector.size1 ?? 0), let later = Int(exactly: vector.size2 ?? 0) else {
                    return false
                }
                guard let path = hashes(vector.proof), let before = hash(vector.root1), let after = hash(vector.root2)
                else {
                    return false
                }
                let proof = ConsistencyProof(earlier: earlier, later: later, path: path)
                return (try? proof.verify(earlierRoot: before, laterRoot: after)) != nil
            } > 90)
    }

    /// How many vectors there were; each is an expectation.
    private func check(_ folder: String, _ passes: (Vector) throws -> Bool) throws -> Int {
        let root = URL(fileURLWithPath: ProcessInfo.processInfo.environment["MERKLE_VECTORS"] ?? "")
        let files = FileManager.default.enumerator(
            at: root.appendingPathComponent(folder), includingPropertiesForKeys: nil)
        var count = 0
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "json" else { continue }
            let vector = try JSONDecoder().decode(Vector.self, from: Data(contentsOf: file))
            #expect(try passes(vector) == !vector.wantErr, "\(file.path): \(vector.desc)")
            count += 1
        }
        return count
    }

    private func hashes(_ texts: [String]?) -> [MerkleHash]? {
        let hashes = (texts ?? []).compactMap(hash)
        return hashes.count == (texts ?? []).count ? hashes : nil
    }

    /// Vectors about sizes alone have words for roots: a hash of the word stands in for it. No bytes at all are no hash.
    private func hash(_ text: String?) -> MerkleHash? {
        guard let bytes = Base64.decode(text ?? ""), !bytes.isEmpty else { return nil }
        return MerkleHash(bytes: bytes) ?? .leaf(bytes)
    }
}
