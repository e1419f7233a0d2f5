"""Outlook's compressed RTF (LZFu) and the text, or the HTML, that is inside."""

import re
import struct

from camdesk.channels.mail.mime.charsets import decode

_MAGIC_COMPRESSED = 0x75465A4C
_MAGIC_PLAIN = 0x414C454D
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20"
    b"\\b\\i\\u\\tab\\tx"
)
_LARGEST = 4 * 1024 * 1024
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object themedata colorschememapping latentstyles datastore generator header"
    b" footer filetbl listtable rsidtbl xmlnstbl".split()
)
_CHARSETS = {b"204": "cp1251", b"0": "cp1252", b"238": "cp1250", b"161": "cp1253", b"134": "gb18030", b"128": "cp932"}


def decompress(data: bytes) -> bytes:
    """The RTF in a PR_RTF_COMPRESSED value, b"" when it is none. At most 4 MiB."""
    if len(data) < 16:
        return b""
    _, size, magic, _ = struct.unpack_from("<IIII", data)
    size = min(size, _LARGEST)
    if magic == _MAGIC_PLAIN:
        return data[16 : 16 + size]
    if magic != _MAGIC_COMPRESSED:
        return b""
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    write = len(_DICTIONARY)
    out = bytearray()
    at = 16
    while at < len(data) and len(out) < size:
        control = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= size:
                break
            if control >> bit & 1:
                if at + 1 >= len(data):
                    return bytes(out)
                pair = data[at] << 8 | data[at + 1]
                at += 2
                offset, length = pair >> 4, (pair & 15) + 2
                if offset == write % 4096:
                    return bytes(out)
                for step in range(length):
                    byte = window[(offset + step) % 4096]
                    out.append(byte)
                    window[write % 4096] = byte
                    write += 1
            else:
                out.append(data[at])
                window[write % 4096] = data[at]
                write += 1
                at += 1
    return bytes(out)


def rtf_body(rtf: bytes, charset: str) -> tuple[str, str]:
    """(text, html): HTML when Outlook wrapped a letter's HTML in RTF, else its text. `charset` decodes its bytes."""
    html_inside = b"\\fromhtml1" in rtf[:1000]
    reader = _Rtf(charset, html_inside)
    for token in _TOKEN.finditer(rtf[:_LARGEST]):
        reader.take(token)
    text = reader.finish()
    return ("", text) if html_inside else (text, "")


class _Rtf:
    def __init__(self, charset: str, html_inside: bool) -> None:
        self.charset = charset
        self.html = html_inside
        self.out: list[str] = []
        self.bytes = bytearray()
        # Of each open group: silent (not text), within \htmltag, text that HTML readers must skip.
        self.groups: list[tuple[bool, bool, bool]] = []
        self.silent = self.tag = self.skip = False
        self.fallback = 0  # characters after \u that old readers show instead
        self.starred = False

    def take(self, token: re.Match[bytes]) -> None:
        coded, word, number, symbol, brace, plain = token.groups()
        if brace == b"{":
            if len(self.groups) < 200:
                self.groups.append((self.silent, self.tag, self.skip))
        elif brace == b"}":
            self._flush()
            if self.groups:
                self.silent, self.tag, self.skip = self.groups.pop()
            self.fallback = 0
        elif coded is not None:
            if self.fallback:
                self.fallback -= 1
            elif self._shown():
                self.bytes.append(int(coded, 16))
        elif word is not None:
            self._word(word, number)
        elif symbol == b"*":
            self.starred = True
        elif symbol is not None and symbol in b"\\{}~":
            self._put("\xa0" if symbol == b"~" else symbol.decode("ascii"))
        elif plain is not None:
            if self.fallback:
                cut = min(self.fallback, len(plain))
                self.fallback -= cut
                plain = plain[cut:]
            if self._shown():
                self.bytes += plain

    def _word(self, word: bytes, number: bytes | None) -> None:
        starred, self.starred = self.starred, False
        if word == b"htmltag":
            self.tag, self.silent = True, False
        elif starred or word in _SILENT:
            self.silent = True
        elif word == b"htmlrtf":
            self.skip = number != b"0"
        elif word in (b"par", b"line"):
            self._put("\n")
        elif word == b"tab":
            self._put("\t")
        elif word == b"u" and number:
            code = int(number) & 0xFFFF
            self._put(chr(code))
            self.fallback = 1
        elif word == b"ansicpg" and number and number != b"0":
            self.charset = "cp" + number.decode("ascii")
        elif word == b"fcharset" and number in _CHARSETS and number != b"0":
            self.charset = _CHARSETS[number]
        elif word in (b"lquote", b"rquote"):
            self._put("'")
        elif word in (b"ldblquote", b"rdblquote"):
            self._put('"')
        elif word in (b"emdash", b"endash"):
            self._put("—")
        elif word == b"bullet":
            self._put("•")

    def _shown(self) -> bool:
        return not self.silent and not self.skip

    def _put(self, text: str) -> None:
        if self._shown():
            self._flush()
            self.out.append(text)

    def _flush(self) -> None:
        if self.bytes:
            self.out.append(decode(bytes(self.bytes), self.charset))
            self.bytes.clear()

    def finish(self) -> str:
        self._flush()
        # \u carries halves of characters beyond the basic plane one by one.
        text = "".join(self.out)
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()
