"""SMS as bytes, on the carrier's side: alphabets, segments and their reassembly. Written from 3GPP TS 23.038 and 23.040.

The alphabet itself comes from PyPI's `gsm0338`, so that our tables are checked by somebody else's.
"""

from dataclasses import dataclass, field

import gsm0338

_codec = gsm0338.Codec()
EXTENSION = set("^{}\\[~]|€\f")


def is_gsm(text):
    try:
        return decode(encode_gsm(text), 0) == text
    except (UnicodeError, KeyError, ValueError):
        return False


def encode_gsm(text):
    return _codec.encode(text)[0]


def decode(data, data_coding):
    """The text of one segment's or one whole message's octets."""
    match data_coding & 0x0F if data_coding < 0x20 else data_coding:
        case 0:
            return _codec.decode(data)[0]
        case 1:
            return data.decode("ascii")
        case 3:
            return data.decode("latin-1")
        case 8:
            return data.decode("utf-16-be")
        case other:
            raise AssertionError(f"data_coding {other} is not one a handset shows")


@dataclass
class Segment:
    """One submit_sm as the SMSC sees it."""

    source: str
    destination: str
    data_coding: int
    esm_class: int
    registered_delivery: int
    payload: bytes
    reference: int | None = None
    total: int = 1
    number: int = 1
    source_ton: int = 0
    source_npi: int = 0
    destination_ton: int = 0
    destination_npi: int = 0
    tlvs: dict = field(default_factory=dict)
    message_id: str | None = None

    @property
    def octets(self):
        return len(self.payload)


def read_segment(event):
    """From a smpp34 submit event or PDU: takes the header off, by UDH, by SAR parameters or by message_payload."""
    tlvs = {t.tag: bytes(t.value) for t in event.tlvs}
    payload = bytes(event.short_message) or tlvs.get(0x0424, b"")
    segment = Segment(
        event.source_addr, event.destination_addr, event.data_coding, event.esm_class, event.registered_delivery, payload,
        source_ton=event.source_addr_ton, source_npi=event.source_addr_npi,
        destination_ton=event.dest_addr_ton, destination_npi=event.dest_addr_npi, tlvs=tlvs)
    if event.esm_class & 0x40:
        header, segment.payload = payload[: payload[0] + 1], payload[payload[0] + 1:]
        assert len(payload) <= 140 or segment.data_coding == 0, "a segment holds 140 octets"
        at = 1
        while at < len(header):
            kind, length = header[at], header[at + 1]
            value = header[at + 2: at + 2 + length]
            if kind == 0x00:
                segment.reference, segment.total, segment.number = value[0], value[1], value[2]
            elif kind == 0x08:
                segment.reference, segment.total, segment.number = int.from_bytes(value[:2], "big"), value[2], value[3]
            at += 2 + length
    elif 0x020C in tlvs:
        segment.reference = int.from_bytes(tlvs[0x020C], "big")
        segment.total, segment.number = tlvs[0x020E][0], tlvs[0x020F][0]
    return segment


def fits(segment):
    """Whether a handset's segment can hold it (TS 23.040: 140 octets, so 160 or 153 septets, 70 or 67 UTF-16 units)."""
    alone = segment.total == 1
    if segment.data_coding == 8:
        return segment.octets <= (140 if alone else 134)
    return segment.octets <= (160 if alone else 153)


def join(segments):
    """The text of a complete message, whatever order its segments came in."""
    ordered = sorted(segments, key=lambda s: s.number)
    assert [s.number for s in ordered] == list(range(1, ordered[0].total + 1))
    codings = {s.data_coding for s in ordered}
    assert len(codings) == 1, f"one message in several alphabets: {codings}"
    # Each segment must be whole by itself: no half surrogate, no half escape.
    for s in ordered:
        decode(s.payload, s.data_coding)
        assert s.data_coding != 0 or not s.payload.endswith(b"\x1b"), "an escape pair is cut"
    return decode(b"".join(s.payload for s in ordered), ordered[0].data_coding)


def split(text, reference, wide_reference=False):
    """A handset's message: (data_coding, esm_class, octets) of each segment."""
    if is_gsm(text):
        units, coding, alone, part = _gsm_units(text), 0, 160, 153
    else:
        units, coding, alone, part = [c.encode("utf-16-be") for c in text], 8, 140, 134
    if sum(map(len, units)) <= alone:
        return [(coding, 0, b"".join(units))]
    if wide_reference:
        part -= 2
    chunks, current = [], b""
    for unit in units:
        if len(current) + len(unit) > part:
            chunks.append(current)
            current = b""
        current += unit
    chunks.append(current)
    segments = []
    for n, chunk in enumerate(chunks, 1):
        header = (bytes([6, 8, 4, *reference.to_bytes(2, "big"), len(chunks), n]) if wide_reference
                  else bytes([5, 0, 3, reference & 0xFF, len(chunks), n]))
        segments.append((coding, 0x40, header + chunk))
    return segments


def _gsm_units(text):
    return [encode_gsm(c) for c in text]
