/// How far sessions have come with a batch.
struct BatchMarks {
    /// By session; those that the disk is told.
    private(set) var newest: [String: SessionMark] = [:]
    /// Sessions with a text before that isn't done.
    private var held: Set<String> = []

    /// A text is done; `error` if it was refused. One that is decided anew comes again, with its mark: until then nothing
    /// that was submitted after it may count it.
    mutating func note(_ mark: SessionMark?, _ error: StoreError? = nil) {
        guard let mark else { return }
        if error?.isDecidedAnew == true { held.insert(mark.session) }
        if held.isEmpty || !held.contains(mark.session) { newest[mark.session] = mark }
    }
}
