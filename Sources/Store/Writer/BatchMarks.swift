/// How far sessions have come, batch after batch.
struct BatchMarks {
    /// By session; those that the disk is told with this batch.
    private(set) var newest: [String: SessionMark] = [:]
    /// Sessions with a text that is decided anew: its mark, and until when later ones are kept back for it.
    private var held: [String: (h: UInt32, until: Int64)] = [:]
    /// How long a text may take to be decided anew, in milliseconds. If nothing comes of it, nobody tells; marks are
    /// only behind meanwhile, and what a client sends twice by them is known again.
    private static let patience: Int64 = 10_000

    /// A batch begins, at `now` in milliseconds since 1970.
    mutating func begin(at now: Int64) {
        newest = [:]
        if !held.isEmpty { held = held.filter { $0.value.until > now && $0.value.until <= now + Self.patience } }
    }

    /// A text is done; `error` if it was refused. One that is decided anew comes again, with its mark: until then nothing
    /// that was submitted after it may count it.
    mutating func note(_ mark: SessionMark?, _ error: StoreError? = nil, at now: Int64) {
        guard let mark else { return }
        if let first = held[mark.session] {
            // Counts wrap (XEP-0198 §4).
            let distance = Int32(bitPattern: mark.h &- first.h)
            if distance > 0 { return }
            if distance == 0 { held[mark.session] = nil }
        }
        if error?.isDecidedAnew == true {
            held[mark.session] = (mark.h, now + Self.patience)
        } else {
            newest[mark.session] = mark
        }
    }
}
