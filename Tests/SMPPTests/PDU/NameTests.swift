import Testing

@testable import SMPP

struct NameTests {
    @Test(arguments: [
        (CommandStatus.ok, "ESME_ROK"), (.throttled, "ESME_RTHROTTLED"), (.messageQueueFull, "ESME_RMSGQFUL"),
        (.invalidPassword, "ESME_RINVPASWD"), (.temporaryReceiverError, "ESME_RX_T_APPN"),
        (.invalidTLVStream, "ESME_RINVOPTPARSTREAM"), (CommandStatus(rawValue: 0x455), "0x455")
    ])
    func `statuses carry the specification's spelling`(status: CommandStatus, name: String) {
        #expect(status.description == name)
    }

    @Test(arguments: [
        (CommandID.submitSM, "submit_sm"), (CommandID.submitSM.response, "submit_sm_resp"),
        (.genericNack, "generic_nack"), (.alertNotification, "alert_notification"),
        (CommandID(rawValue: 0x8000_0077), "command_0x77_resp")
    ])
    func `commands carry the specification's spelling`(command: CommandID, name: String) {
        #expect(command.description == name)
    }

    static let dispositions: [(Disposition, [UInt32])] = [
        (.pauseConnector, [0x58, 0x14]),
        (.retryWithBackoff, [0x08, 0x64, 0x45, 0xFF, 0x400, 0x455]),
        (
            .failMessage,
            [
                0x0A, 0x0B, 0x01, 0x02, 0x48, 0x49, 0x50, 0x51, 0x61, 0x62, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0x65, 0x66,
                0x03, 0x43
            ]
        ),
        (.rebindSlowly, [0x0D, 0x0E, 0x0F, 0x05, 0x04])
    ]

    @Test(arguments: dispositions)
    func `each status has its disposition`(disposition: Disposition, statuses: [UInt32]) {
        for status in statuses {
            #expect(CommandStatus(rawValue: status).disposition() == disposition, "0x\(String(status, radix: 16))")
        }
    }

    @Test func `a carrier's table wins`() {
        let own = CommandStatus(rawValue: 0x455)
        #expect(own.disposition(overrides: [own: .failMessage]) == .failMessage)
        #expect(CommandStatus.throttled.disposition(overrides: [.throttled: .failMessage]) == .failMessage)
    }

    /// Whatever way of printing: no number, text, name or password.
    @Test func `nothing personal is printed`() {
        let secrets = ["4915123456789", "Secretly", "hunter2", "esme1"]
        let message = ShortMessage(
            source: .international(secrets[0]), destination: .alphanumeric(secrets[1]),
            content: Array(secrets[1].utf8),
            optional: OptionalParameters([TLV(.messagePayload, Array(secrets[1].utf8))]))
        let bind = Bind(mode: .transceiver, systemID: secrets[3], password: secrets[2])
        let receipt = DeliveryReceipt(messageID: "1", state: .delivered, excerpt: secrets[1])
        let part = MessagePart(message, profile: TextProfile())
        let values: [Any] = [
            message, bind, receipt, part, PDU(.submitSM(message), sequence: 1), PDU(.bind(bind), sequence: 1),
            PDU.Body.bind(bind), PDU.Body.submitSM(message), message.optional, message.source,
            BindResponse(mode: .receiver, systemID: secrets[3]), PDU.Raw(.querySM, octets: Array(secrets[0].utf8)),
            DataSM(source: .international(secrets[0]), destination: .none),
            AlertNotification(source: .international(secrets[0]), destination: .none),
            Reassembler.Message(text: secrets[1], tags: [1], total: 1),
            ESMESession.Action.deliver(message, DeliveryTicket(sequence: 1, command: .deliverSM, serial: 1)),
            ESMESession.Settings(bind: bind)
        ]
        for value in values {
            var dumped = ""
            dump(value, to: &dumped)
            for text in ["\(value)", String(reflecting: value), dumped] {
                for secret in secrets {
                    #expect(!text.contains(secret), "\(type(of: value))")
                    // As a list of octets, too.
                    let octets = secret.utf8.map(String.init).joined(separator: ", ")
                    #expect(!text.contains(octets), "\(type(of: value))")
                }
            }
        }
    }

    @Test(arguments: [
        (0, "000000000000000R"), (59, "000000000059000R"), (86_400, "000001000000000R"),
        (90_061, "000001010101000R"), (-5, "000000000000000R"), (Int.max, "000030235959000R")
    ])
    func `relative times`(seconds: Int, text: String) {
        #expect(SMPPTime.relative(seconds: seconds) == text)
        #expect(SMPPTime.seconds(relative: text) == min(max(seconds, 0), 31 * 86_400 - 1))
    }

    @Test(arguments: ["", "000001000000000+", "00000100000000R", "0000x1000000000R", "260101120000004+"])
    func `other times are not relative`(text: String) {
        #expect(SMPPTime.seconds(relative: text) == nil)
    }
}
