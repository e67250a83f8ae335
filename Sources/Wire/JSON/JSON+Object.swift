extension JSON {
    /// Members by name, kept in the canonical order of their names (RFC 8785 §3.2.3). Each name is there once.
    package struct Object: Sendable {
        package private(set) var members: [(name: String, value: JSON)]

        package init() {
            members = []
        }

        /// Of a name that comes twice, the last value counts.
        package init(_ members: some Sequence<(String, JSON)>) {
            self.members = members.map { (name: $0.0, value: $0.1) }
            // The sort is stable, so the last of equal names is the last given.
            self.members.sort { Self.precedes($0.name, $1.name) }
            var kept = 0
            for index in self.members.indices {
                if kept > 0, Self.same(self.members[kept - 1].name, self.members[index].name) { kept -= 1 }
                self.members[kept] = self.members[index]
                kept += 1
            }
            self.members.removeLast(self.members.count - kept)
        }

        package var names: [String] { members.map(\.name) }
        package var count: Int { members.count }
        package var isEmpty: Bool { members.isEmpty }

        /// The value of a name; setting nil removes the member.
        package subscript(name: String) -> JSON? {
            get {
                let place = place(of: name)
                return place.isTaken ? members[place.index].value : nil
            }
            set {
                let place = place(of: name)
                switch (place.isTaken, newValue) {
                case (true, let value?): members[place.index].value = value
                case (false, let value?): members.insert((name, value), at: place.index)
                case (true, nil): members.remove(at: place.index)
                case (false, nil): break
                }
            }
        }

        /// Where a name is or would be.
        private func place(of name: String) -> (index: Int, isTaken: Bool) {
            var low = 0
            var high = members.count
            while low < high {
                let middle = low + (high - low) / 2
                if Self.precedes(members[middle].name, name) { low = middle + 1 } else { high = middle }
            }
            return (low, low < members.count && Self.same(members[low].name, name))
        }

        /// By UTF-16 code units, so that U+1F426 (D83D DC26) stands before U+FB01.
        private static func precedes(_ left: String, _ right: String) -> Bool {
            left.utf16.lexicographicallyPrecedes(right.utf16)
        }

        private static func same(_ left: String, _ right: String) -> Bool {
            left.utf8.elementsEqual(right.utf8)
        }
    }
}

extension JSON.Object: Equatable {
    package static func == (left: JSON.Object, right: JSON.Object) -> Bool {
        left.members.elementsEqual(right.members) { same($0.name, $1.name) && $0.value == $1.value }
    }
}

extension JSON.Object: ExpressibleByDictionaryLiteral {
    /// Of a name that comes twice, the last value counts.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self.init(elements)
    }
}
