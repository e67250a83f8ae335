// SPDX-License-Identifier: Apache-2.0

/// The known name that a mistyped one most likely meant, or nil when nothing is near.
///
/// Near is: at most a third of the characters changed, or the same last component (`iterations` for `scram.iterations`).
func nearestName(to typed: String, among known: [String]) -> String? {
    // A hostile or absurd key is not worth a quadratic comparison.
    guard typed.count <= 64 else { return nil }
    let last = typed.split(separator: ".").last.map(String.init) ?? typed
    let ranked = known.map { name in (name: name, distance: editDistance(typed, name)) }
    if let best = ranked.min(by: { $0.distance < $1.distance }), best.distance <= max(1, best.name.count / 3) {
        return best.name
    }
    return known.first { $0.split(separator: ".").last.map(String.init) == last }
}

/// Levenshtein distance in characters.
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let above = row[j + 1]
            row[j + 1] = min(above + 1, row[j] + 1, a == b ? diagonal : diagonal + 1)
            diagonal = above
        }
    }
    return row[right.count]
}
