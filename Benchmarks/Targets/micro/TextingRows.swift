import Measuring
import SMPP

/// Texts as carriers want them.
var textingRows: [Row] {
    [
        // One message of 160 septets written, and read back as the carrier reads it.
        Row(name: "submit_sm") { _ in
            let segmented = try Segmenter().segments(of: text(characters: 160))
            guard let segment = segmented.segments.first else { throw Unexpected() }
            let message = ShortMessage(segment, from: .international("15550001111"), to: .international("15550002222"))
            return { count in try codec(.submitSM(message), count) }
        },
        // A delivery receipt with the parameters that carriers add.
        Row(name: "deliver_sm") { _ in
            var optional = OptionalParameters()
            optional.receiptedMessageID = "0a1b2c3d"
            optional.messageState = .delivered
            let receipt =
                "id:0a1b2c3d sub:001 dlvrd:001 submit date:2611220900 done date:2611220901 stat:DELIVRD err:000 text:"
            let message = ShortMessage(
                source: .international("15550002222"), destination: .international("15550001111"),
                content: Array(receipt.utf8), esmClass: .deliveryReceipt, optional: optional)
            return { count in try codec(.deliverSM(message), count) }
        },
        Row(name: "gsm-160", count: 5_000) { _ in
            let (segmenter, text) = (Segmenter(), text(characters: 160))
            return { count in try segments(text, segmenter, count) }
        },
        Row(name: "gsm-3-parts", count: 2_000) { _ in
            let (segmenter, text) = (Segmenter(), text(characters: 450))
            return { count in try segments(text, segmenter, count) }
        }
    ]
}

/// A text that GSM 03.38 can write, with a few characters beyond ASCII.
private func text(characters: Int) -> String {
    String(
        String(repeating: "Grüße vom Wiedehopf: wir sind à l'heure, ç'est sûr? No, mañana! ", count: 10)
            .filter { $0 != "ç" && $0 != "û" }.prefix(characters))
}

private func codec(_ body: PDU.Body, _ count: Int) throws -> Int {
    var decoder = PDUDecoder()
    var sum = 0
    for index in 0..<count {
        decoder.feed(try PDU(body, sequence: UInt32(index % 1_000 + 1)).encoded())
        guard let pdu = try decoder.next() else { throw Unexpected() }
        if case .malformed = pdu.body { throw Unexpected() }
        sum += Int(pdu.sequence)
    }
    return sum
}

private func segments(_ text: String, _ segmenter: Segmenter, _ count: Int) throws -> Int {
    var sum = 0
    for index in 0..<count {
        let segmented = try segmenter.segments(of: text, reference: UInt16(truncatingIfNeeded: index))
        sum += segmented.segments.count
        guard segmented.alphabet == .gsm else { throw Unexpected() }
    }
    return sum
}
