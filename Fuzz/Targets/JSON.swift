import Wire

/// What is read must be written and read again to the same value, and canonical bytes must be their own canonical form.
func fuzzJSON(_ bytes: [UInt8]) {
    let value: Wire.JSON
    do throws(JSONError) {
        value = try Wire.JSON(parsing: bytes)
    } catch {
        precondition((0...bytes.count).contains(error.offset), "an error beyond the text")
        // What is refused stays refused when more follows, unless it only ended too early.
        if error.reason != .truncated {
            precondition((try? Wire.JSON(parsing: bytes + [UInt8(ascii: " ")])) == nil, "a space made it good")
        }
        return
    }
    let canonical = value.canonical
    guard let again = try? Wire.JSON(parsing: canonical) else { preconditionFailure("ours is not read") }
    precondition(again == value && again.canonical == canonical, "another value came back")
    precondition((try? Wire.JSON(parsing: value.pretty)) == value, "the form for people says something else")
    let limits = JSONLimits(bytes: bytes.count, depth: 3, values: 8)
    if let limited = try? Wire.JSON(parsing: bytes, limits: limits) {
        precondition(limited == value, "limits changed the value")
    }
}
