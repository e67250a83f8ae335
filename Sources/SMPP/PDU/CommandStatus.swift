/// The answer in a response's header (SMPP 3.4 §5.1.3). Open: carriers define their own from 0x400.
///
/// `description` gives the specification's spelling, such as `ESME_RTHROTTLED`.
package struct CommandStatus: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let ok = CommandStatus(rawValue: 0x00)
    package static let invalidMessageLength = CommandStatus(rawValue: 0x01)
    package static let invalidCommandLength = CommandStatus(rawValue: 0x02)
    package static let invalidCommandID = CommandStatus(rawValue: 0x03)
    package static let invalidBindStatus = CommandStatus(rawValue: 0x04)
    package static let alreadyBound = CommandStatus(rawValue: 0x05)
    package static let systemError = CommandStatus(rawValue: 0x08)
    package static let invalidSource = CommandStatus(rawValue: 0x0A)
    package static let invalidDestination = CommandStatus(rawValue: 0x0B)
    package static let invalidMessageID = CommandStatus(rawValue: 0x0C)
    package static let bindFailed = CommandStatus(rawValue: 0x0D)
    package static let invalidPassword = CommandStatus(rawValue: 0x0E)
    package static let invalidSystemID = CommandStatus(rawValue: 0x0F)
    package static let messageQueueFull = CommandStatus(rawValue: 0x14)
    package static let invalidServiceType = CommandStatus(rawValue: 0x15)
    package static let invalidESMClass = CommandStatus(rawValue: 0x43)
    package static let submitFailed = CommandStatus(rawValue: 0x45)
    package static let invalidSourceTON = CommandStatus(rawValue: 0x48)
    package static let invalidSourceNPI = CommandStatus(rawValue: 0x49)
    package static let invalidDestinationTON = CommandStatus(rawValue: 0x50)
    package static let invalidDestinationNPI = CommandStatus(rawValue: 0x51)
    package static let invalidSystemType = CommandStatus(rawValue: 0x53)
    package static let throttled = CommandStatus(rawValue: 0x58)
    package static let invalidSchedule = CommandStatus(rawValue: 0x61)
    package static let invalidExpiry = CommandStatus(rawValue: 0x62)
    /// The receiver can't take it now: asks for redelivery.
    package static let temporaryReceiverError = CommandStatus(rawValue: 0x64)
    package static let permanentReceiverError = CommandStatus(rawValue: 0x65)
    package static let receiverRejects = CommandStatus(rawValue: 0x66)
    package static let invalidTLVStream = CommandStatus(rawValue: 0xC0)
    package static let missingTLV = CommandStatus(rawValue: 0xC3)
    package static let deliveryFailure = CommandStatus(rawValue: 0xFE)
    package static let unknownError = CommandStatus(rawValue: 0xFF)

    /// Whether the number lies in a range that each carrier defines for itself.
    package var isVendorSpecific: Bool {
        rawValue >= 0x400
    }
}

extension CommandStatus: CustomStringConvertible {
    package var description: String {
        CommandStatus.spellings[rawValue].map { "ESME_" + $0 } ?? "0x" + String(rawValue, radix: 16)
    }

    private static let spellings: [UInt32: String] = [
        0x00: "ROK", 0x01: "RINVMSGLEN", 0x02: "RINVCMDLEN", 0x03: "RINVCMDID", 0x04: "RINVBNDSTS",
        0x05: "RALYBND", 0x06: "RINVPRTFLG", 0x07: "RINVREGDLVFLG", 0x08: "RSYSERR", 0x0A: "RINVSRCADR",
        0x0B: "RINVDSTADR", 0x0C: "RINVMSGID", 0x0D: "RBINDFAIL", 0x0E: "RINVPASWD", 0x0F: "RINVSYSID",
        0x11: "RCANCELFAIL", 0x13: "RREPLACEFAIL", 0x14: "RMSGQFUL", 0x15: "RINVSERTYP", 0x33: "RINVNUMDESTS",
        0x34: "RINVDLNAME", 0x40: "RINVDESTFLAG", 0x42: "RINVSUBREP", 0x43: "RINVESMCLASS", 0x44: "RCNTSUBDL",
        0x45: "RSUBMITFAIL", 0x48: "RINVSRCTON", 0x49: "RINVSRCNPI", 0x50: "RINVDSTTON", 0x51: "RINVDSTNPI",
        0x53: "RINVSYSTYP", 0x54: "RINVREPFLAG", 0x55: "RINVNUMMSGS", 0x58: "RTHROTTLED", 0x61: "RINVSCHED",
        0x62: "RINVEXPIRY", 0x63: "RINVDFTMSGID", 0x64: "RX_T_APPN", 0x65: "RX_P_APPN", 0x66: "RX_R_APPN",
        0x67: "RQUERYFAIL", 0xC0: "RINVOPTPARSTREAM", 0xC1: "ROPTPARNOTALLWD", 0xC2: "RINVPARLEN",
        0xC3: "RMISSINGOPTPARAM", 0xC4: "RINVOPTPARAMVAL", 0xFE: "RDELIVERYFAILURE", 0xFF: "RUNKNOWNERR"
    ]
}
