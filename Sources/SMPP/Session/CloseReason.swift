/// Why a session asks for its connection to be closed.
package enum CloseReason: Hashable, Sendable {
    /// We unbound, or gave up waiting for the peer to agree.
    case unbound
    /// The peer unbound.
    case peerUnbound
    case bindRefused(CommandStatus)
    /// No answer to our bind, or no bind from the peer, in time.
    case bindTimedOut
    /// A quiet peer didn't answer enquire_link.
    case linkDead
    /// The peer no longer thinks us bound.
    case notBound(CommandStatus)
}
