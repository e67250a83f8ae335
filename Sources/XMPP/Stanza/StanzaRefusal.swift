/// What reading a stanza came to when it failed, by what the peer must be told.
package enum StanzaRefusal: Error, Equatable, Sendable {
    /// The stream can't go on.
    case stream(StreamError.Condition)
    /// Answer the stanza with this error.
    case answer(StanzaError)
    /// Drop it: it is itself an answer, and answers to answers never end.
    case silence
}
