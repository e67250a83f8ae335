/// A way by which opened values leave the server. There are three, each with one file that turns disclosures into
/// what goes out; `docs/threat-model.md` lists them.
package protocol WayOut: Sendable {}

/// In a stanza to a client of a person here.
package enum ClientStanza: WayOut {}

/// In an SMPP submission to a carrier.
package enum SMPPSubmit: WayOut {}

/// In an HTTP body: what a person fetches of their own.
package enum HTTPBody: WayOut {}

/// An opened value on its way out. It shows nothing until it is released on the way it was opened for.
///
/// Made by permits alone. Not Codable, Equatable or Hashable, and silent when printed or mirrored.
package struct Disclosure<Way: WayOut>: PermitResult {
    let opened: [UInt8]

    init(_ opened: [UInt8]) {
        self.opened = opened
    }

    /// The bytes. `script/lint` allows each way's releases in one file, so name the way in full.
    package func release(by way: Way.Type) -> [UInt8] {
        opened
    }

    package static var membership: Membership<Self> { Membership() }
}

extension Disclosure where Way == SMPPSubmit {
    /// The number that a text is for; nil when this isn't of ``SMSContent``'s form.
    package var number: OpenedNumber? {
        guard let end = opened.firstIndex(of: SMSContent.separator) else { return nil }
        return OpenedNumber(opened[..<end])
    }
}

extension Disclosure: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<disclosure>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
