import Wire

/// Moments of any spelling: what is read prints as one that is read as the same, and the calendar is the proleptic Gregorian one.
func fuzzTimestamps(_ bytes: [UInt8]) {
    if let moment = Timestamp(parsing: String(decoding: bytes, as: UTF8.self)) {
        precondition(Timestamp(parsing: moment.description) == moment, "another moment when read again")
        precondition(moment >= .earliest && moment <= .latest)
    }
    var choices = Choices(bytes)
    let number = Int64(bitPattern: UInt64(choices.word()) << 32 | UInt64(choices.word()))
    for milliseconds in [number, number >> 16, number % Timestamp.latest.milliseconds] {
        let moment = Timestamp(milliseconds: milliseconds)
        let text = moment.description
        precondition(Timestamp(parsing: text) == moment, "ours isn't read")
        // A day later is the next date: the same time of day, another day.
        let next = Timestamp(milliseconds: moment.milliseconds + 86_400_000)
        guard next < .latest else { continue }
        let later = next.description
        precondition(later.dropFirst(10) == text.dropFirst(10) && later > text, "the next day isn't the next date")
    }
}
