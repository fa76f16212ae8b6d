// Salted commitments, and the hashes of RFC 9162 against published roots.

import JSON
import Proofs
import Testing

struct CommitmentTests {
    private let canonical = Array(#"{"a":1}"#.utf8)

    @Test func aCommitmentIsTheHashOfItsPrefixItsSaltAndThePayload() {
        let salt = (0..<32).map { UInt8($0) }
        let expected = Digest.sha256([0x02] + salt + canonical)
        #expect(Commitment(canonical: canonical, salt: salt).digest == expected)
    }

    @Test func anotherSaltOrPayloadIsAnotherCommitment() {
        let salt = [UInt8](repeating: 7, count: Commitment.saltByteCount)
        var other = salt
        other[31] = 8
        let commitment = Commitment(canonical: canonical, salt: salt)
        #expect(Commitment(canonical: canonical, salt: other) != commitment)
        #expect(Commitment(canonical: canonical + [0x20], salt: salt) != commitment)
    }

    @Test func aCommitmentIsWrittenInHexAndReadBack() {
        let salt = [UInt8](repeating: 7, count: Commitment.saltByteCount)
        let commitment = Commitment(canonical: canonical, salt: salt)
        #expect(Commitment(hex: commitment.description) == commitment)
        #expect(Commitment(hex: "00") == nil)
    }
}

struct MerkleTreeTests {
    private static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    private static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    /// RFC 9162 section 2.1.1, split at the largest power of two below the count.
    private func root(_ hashes: ArraySlice<Digest>) -> Digest {
        guard hashes.count > 1 else { return hashes.first ?? Digest.sha256([]) }
        var split = 1
        while split * 2 < hashes.count { split *= 2 }
        let middle = hashes.startIndex + split
        return MerkleTree.nodeHash(root(hashes[..<middle]), root(hashes[middle...]))
    }

    @Test(arguments: 0...8)
    func leafAndNodeHashesGiveThePublishedRoots(_ size: Int) throws {
        let hashes = try Self.leaves.prefix(size).map {
            MerkleTree.leafHash(of: try #require(Hex.decode($0)))
        }
        #expect(root(hashes[...]).hex == Self.roots[size])
    }

    @Test func aLeafIsNeverTakenForANode() {
        let left = MerkleTree.leafHash(of: [1])
        let right = MerkleTree.leafHash(of: [2])
        #expect(
            MerkleTree.leafHash(of: left.bytes + right.bytes) != MerkleTree.nodeHash(left, right))
        #expect(MerkleTree.nodeHash(left, right) != MerkleTree.nodeHash(right, left))
    }
}
