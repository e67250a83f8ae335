/// What one batch of the writer was, for whoever counts.
package struct CommittedBatch: Sendable {
    package let jobs: Int
    /// From the transaction's beginning until the disk had it.
    package let nanoseconds: Int64

    /// A batch that was begun then and is on disk now.
    init(jobs: Int, since began: ContinuousClock.Instant) {
        self.jobs = jobs
        let time = (ContinuousClock.now - began).components
        nanoseconds = time.seconds * 1_000_000_000 + time.attoseconds / 1_000_000_000
    }
}
