import Driver

/// A fuzz target: laws that hold for every input, whatever it is.
struct Target {
    let name: String
    /// Traps where a law is broken.
    let run: ([UInt8]) -> Void
    /// Changes an input so that it keeps its form; nil where changing bytes is good enough.
    var mutate: ((inout [UInt8], inout SeededRandom) -> Void)?
    /// Inputs to begin with, made by the rooms' own writers and small grammars.
    var seeds: () -> [[UInt8]] = { [] }

    init(
        _ name: String, _ run: @escaping ([UInt8]) -> Void,
        mutate: ((inout [UInt8], inout SeededRandom) -> Void)? = nil, seeds: @escaping () -> [[UInt8]] = { [] }
    ) {
        self.name = name
        self.run = run
        self.mutate = mutate
        self.seeds = seeds
    }
}

extension Target {
    /// All of them, in the order in which they run.
    static var all: [Target] {
        [
            Target("XML", fuzzXML, mutate: mutateXML, seeds: Seeds.documents),
            Target("XMLStream", fuzzXMLStream, mutate: mutateXMLStream, seeds: Seeds.streams),
            Target("JSON", fuzzJSON),
            Target("BaseEncodings", fuzzBaseEncodings),
            Target("Timestamps", fuzzTimestamps, seeds: Seeds.timestamps),
            Target("JID", fuzzJID, seeds: Seeds.addresses),
            Target("ClientStream", fuzzClientStream, mutate: mutateXMLStream),
            Target("SASL", fuzzSASL, seeds: Seeds.authentications),
            Target("StreamManagement", fuzzStreamManagement, seeds: Seeds.operations),
            Target("Archive", fuzzArchive, mutate: mutateXML, seeds: Seeds.queries),
            Target("Requests", fuzzRequests, mutate: mutateXML, seeds: Seeds.stanzas),
            Target("Subscriptions", fuzzSubscriptions, seeds: Seeds.operations),
            Target("SMPPDecoder", fuzzSMPPDecoder, mutate: mutateSMPP, seeds: Seeds.units),
            Target("SMPPSession", fuzzSMPPSession, seeds: Seeds.operations),
            Target("SMPPReceipt", fuzzSMPPReceipt),
            Target("SMPPText", fuzzSMPPText),
            Target("PhoneNumbers", fuzzPhoneNumbers),
            Target("RefusedIdentifiers", fuzzRefusedIdentifiers, mutate: mutateXML, seeds: Seeds.identifiers),
            Target("Terms", fuzzTerms, seeds: Seeds.terms),
            Target("Receipt", fuzzReceipt),
            Target("SignedNote", fuzzSignedNote),
            Target("TransparencyProof", fuzzTransparencyProof),
            Target("Policy", fuzzPolicy),
            Target("EntryBundle", fuzzEntryBundle),
            Target("MerkleLog", fuzzMerkleLog, seeds: Seeds.operations),
            Target("Edges", fuzzEdges, seeds: Seeds.edges)
        ]
    }

    /// The one that the environment names; set once, before anything runs.
    nonisolated(unsafe) fileprivate static var chosen: Target?
}

// MARK: - What the driver calls

/// Prints the names of all targets.
@_cdecl("fuzz_list")
public func listTargets() {
    for target in Target.all { print(target.name) }
}

/// Chooses the target of that name; 0 if there is none.
@_cdecl("fuzz_choose")
public func choose(_ name: UnsafePointer<CChar>) -> CInt {
    let name = unsafe String(cString: name)
    unsafe Target.chosen = Target.all.first { $0.name == name }
    return unsafe Target.chosen == nil ? 0 : 1
}

/// Writes the seeds of the chosen target into a folder; the status to exit with.
@_cdecl("fuzz_write_seeds")
public func writeSeeds(_ folder: UnsafePointer<CChar>) -> CInt {
    let folder = unsafe String(cString: folder)
    do {
        try Seeds.write(unsafe Target.chosen?.seeds() ?? [], to: folder)
        return 0
    } catch {
        print("fuzz: the seeds can't be written to \(folder): \(error)")
        return 1
    }
}

/// Runs the chosen target on one input.
@_cdecl("fuzz_one_input")
public func runOnce(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    unsafe Target.chosen?.run(input)
    return 0
}

/// Every second change is left to libFuzzer; what a target's own change makes too long is left to it, too.
@_cdecl("fuzz_mutate")
public func mutate(_ start: UnsafeMutablePointer<UInt8>, _ count: Int, _ maximum: Int, _ seed: CUnsignedInt) -> Int {
    var random = SeededRandom(UInt64(seed))
    guard let change = unsafe Target.chosen?.mutate, random.next() & 1 == 0 else {
        return unsafe LLVMFuzzerMutate(start, count, maximum)
    }
    var bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    change(&bytes, &random)
    guard !bytes.isEmpty, bytes.count <= maximum else { return unsafe LLVMFuzzerMutate(start, count, maximum) }
    for (index, byte) in bytes.enumerated() { unsafe start[index] = byte }
    return bytes.count
}
