"""What a file is, by its first bytes only. What its sender called it or said it was is never believed."""

import re
from collections.abc import Mapping
from typing import Final

OCTETS: Final = "application/octet-stream"
TEXT: Final = "text/plain"
HEAD: Final = 4096  # bytes of a file that `sniff` wants to see

# The whole list of what a browser may show in place. Everything else is only ever saved.
_INLINE: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "video/mp4", TEXT})
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff"})

_STARTS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"\x1aE\xdf\xa3", "video/x-matroska"),
    (b"OggS", "application/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"{\\rtf", "application/rtf"),
)
_MP4_BRANDS: Final = (b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"dash", b"MSNV")
# A tag, a comment, a declaration, or an instruction anywhere makes a text mark-up: some readers look past much prose.
_MARKUP: Final = re.compile(rb"<[a-zA-Z!?/%]", re.DOTALL)


def _riff_or_box(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
            return "image/heic"
        if brand in (b"avif", b"avis"):
            return "image/avif"
        if brand == b"qt  ":
            return "video/quicktime"
        return "video/mp4" if brand in _MP4_BRANDS or brand[:3] in (b"3gp", b"3g2") else None
    return None


def _is_plain_text(head: bytes, *, whole: bool) -> bool:
    if not head or any(byte < 32 and byte not in b"\t\n\r\x0c" for byte in head) or b"\x7f" in head:
        return False
    if _MARKUP.search(head) or head.lstrip().startswith((b"#!", b"%!")):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # The cut after HEAD bytes may fall inside a letter; a fault anywhere else is no UTF-8.
        return not whole and error.start >= len(head) - 3 and error.reason == "unexpected end of data"
    return True


def sniff(head: bytes, *, size: int | None = None) -> str:
    """The media type from the first `HEAD` bytes; `application/octet-stream` when in doubt.

    `size` is the length of the whole file where it is known. Text counts as text only in UTF-8 without mark-up.
    """
    whole = size is not None and size <= len(head)
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    return _riff_or_box(head) or (TEXT if _is_plain_text(head, whole=whole) else OCTETS)


def is_picture(kind: str) -> bool:
    """Whether a preview can be made of it."""
    return kind in _PICTURES


def stated_type(kind: str) -> str:
    """The Content-Type we put our name to: one of the short inert list, else octet-stream."""
    if kind == TEXT:
        return "text/plain; charset=utf-8"
    return kind if kind in _INLINE else OCTETS


def inert_headers(kind: str, *, disposition: str) -> Mapping[str, str]:
    """Headers of every answer that carries a stranger's bytes: nothing in them can run on our origin.

    `disposition` comes from `filenames.content_disposition`.
    """
    return {
        "Content-Type": stated_type(kind),
        "Content-Disposition": disposition,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
