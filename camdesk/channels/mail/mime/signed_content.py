"""S/MIME that wraps what it signs (RFC 8551): the letter within, without asking whether it is genuine.

Only as much of ASN.1 as leads there, in BER too: lengths are checked against what is there, nothing recurses.
"""

_SIGNED = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_SEQUENCE, _OID, _OCTETS, _OCTETS_IN_PIECES, _EXPLICIT = 0x30, 0x06, 0x04, 0x24, 0xA0
_MOST_PIECES = 100_000


def signed_content(data: bytes) -> bytes | None:
    """The bytes that were signed, None when `data` is no such message (it is encrypted, or damaged)."""
    try:
        at, stop = _into(data, 0, len(data), _SEQUENCE)
        tag, start, end = _element(data, at, stop)
        if tag != _OID or data[start:end] != _SIGNED:
            return None
        at, stop = _into(data, end, stop, _EXPLICIT)
        at, stop = _into(data, at, stop, _SEQUENCE)
        for _ in range(2):  # the version, and the digests used
            _, _, at = _element(data, at, stop)
        at, stop = _into(data, at, stop, _SEQUENCE)
        _, _, at = _element(data, at, stop)  # what kind of content
        at, stop = _into(data, at, stop, _EXPLICIT)
        return _octets(data, at, stop)
    except (IndexError, ValueError):
        return None


def _octets(data: bytes, at: int, stop: int) -> bytes:
    tag, start, end = _element(data, at, stop)
    if tag == _OCTETS:
        return data[start:end]
    if tag != _OCTETS_IN_PIECES:
        raise ValueError("no octets")
    pieces: list[bytes] = []
    at = start
    while at < end and len(pieces) < _MOST_PIECES:
        tag, start, after = _element(data, at, end)
        if tag != _OCTETS:
            break  # the end of contents
        pieces.append(data[start:after])
        at = after
    return b"".join(pieces)


def _into(data: bytes, at: int, stop: int, wanted: int) -> tuple[int, int]:
    tag, start, end = _element(data, at, stop)
    if tag != wanted:
        raise ValueError("another element")
    return start, end


def _element(data: bytes, at: int, stop: int) -> tuple[int, int, int]:
    """(tag, where its contents begin, where they end); one of no stated length goes on as far as what holds it."""
    tag, length = data[at], data[at + 1]
    at += 2
    if length == 0x80:
        return tag, at, stop
    if length > 0x80:
        count = length & 0x7F
        if count > 4 or at + count > stop:
            raise ValueError("a length that is none")
        length = int.from_bytes(data[at : at + count], "big")
        at += count
    if at + length > stop:
        raise ValueError("longer than what holds it")
    return tag, at, at + length
