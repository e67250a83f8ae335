/// Where a leaf stands: which of the region's logs, and its index there, from zero.
package struct LeafPosition: Hashable, Sendable {
    package let log: Int32
    package let index: Int

    package init(log: Int32, index: Int) {
        self.log = log
        self.index = index
    }
}
