import Proof
import Testing
import Wire

struct MerkleHashTests {
    @Test
    func `known hashes`() {
        #expect(
            Hex.encode(MerkleHash.empty.bytes) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            Hex.encode(MerkleHash.leaf([]).bytes) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    }
}
