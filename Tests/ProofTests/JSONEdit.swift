import Wire

/// Alterations of JSON values, to find out what a reader passes over.
enum JSONEdit {
    /// The value with every text `old` in it, names of members left alone, replaced.
    static func replacing(_ old: String, with new: String, in value: JSON) -> JSON {
        switch value {
        case .string(let text):
            text.hasSuffix(old) ? .string(text.dropLast(old.count) + new) : value
        case .array(let elements): .array(elements.map { replacing(old, with: new, in: $0) })
        case .object(let object):
            .object(JSON.Object(object.members.map { ($0.name, replacing(old, with: new, in: $0.value)) }))
        default: value
        }
    }

    /// The value with one thing in it altered, lacking or added; every one of them.
    static func all(of value: JSON) -> [JSON] {
        switch value {
        case .null, .boolean: return [.string("other")]
        case .number: return [.string("other"), 77, .null]
        case .string(let text): return [.string(text + "x"), .string(""), 77, .array([value])]
        case .array(let elements):
            var edits: [JSON] = [.array(elements + ["more"]), .array(elements + [.null]), [:]]
            for index in elements.indices {
                var fewer = elements
                fewer.remove(at: index)
                edits.append(.array(fewer))
                for edited in all(of: elements[index]) {
                    var other = elements
                    other[index] = edited
                    edits.append(.array(other))
                }
            }
            return edits
        case .object(let object):
            var edits: [JSON] = [with(object, "zz", "more"), with(object, "", .null), []]
            for member in object.members {
                edits.append(with(object, member.name, nil))
                for edited in all(of: member.value) { edits.append(with(object, member.name, edited)) }
            }
            return edits
        }
    }

    private static func with(_ object: JSON.Object, _ name: String, _ value: JSON?) -> JSON {
        var object = object
        object[name] = value
        return .object(object)
    }
}
