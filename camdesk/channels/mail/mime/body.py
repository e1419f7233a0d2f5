"""From the tree of parts to what a reader needs: the text, the HTML, the files, the report of a bounce."""

import html
import re
from dataclasses import dataclass, field, replace

from camdesk.channels.mail.mime.charsets import decode
from camdesk.channels.mail.mime.format_flowed import unflow
from camdesk.channels.mail.mime.html_text import html_to_text
from camdesk.channels.mail.mime.limits import ATTACHMENTS, HTML_CHARACTERS, LETTERS_WITHIN, TEXT_CHARACTERS, Budget
from camdesk.channels.mail.mime.parameters import media_type
from camdesk.channels.mail.mime.parsed_letter import LetterFile
from camdesk.channels.mail.mime.parts import Part, read_parts
from camdesk.channels.mail.mime.signed_content import signed_content
from camdesk.channels.mail.mime.storable import file_name, many_lines, one_line
from camdesk.channels.mail.mime.tnef import read_tnef
from camdesk.channels.mail.mime.transfer_encoding import decode_transfer
from camdesk.channels.mail.mime.uuencode import UuFile, take_files


@dataclass
class Body:
    """One piece of what is to be read: text, HTML, or both saying the same."""

    text: str | None
    html: str | None


@dataclass
class LetterBody:
    bodies: list[Body] = field(default_factory=list)
    attachments: list[LetterFile] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)  # message/delivery-status
    letters: list[bytes] = field(default_factory=list)  # message/rfc822, still to be read
    dispositions: list[str] = field(default_factory=list)  # message/disposition-notification
    returned: list[bytes] = field(default_factory=list)  # text/rfc822-headers: the head of a letter that came back
    is_report: bool = False

    def take(self, other: "LetterBody") -> None:
        """What another part holds, after what is here."""
        self.bodies += other.bodies
        self.attachments += other.attachments
        self.reports += other.reports
        self.letters += other.letters
        self.dispositions += other.dispositions
        self.returned += other.returned
        self.is_report |= other.is_report

    @property
    def text(self) -> str:
        pieces = [body.text if body.text is not None else html_to_text(body.html or "") for body in self.bodies]
        return "\n\n".join(piece.strip("\n") for piece in pieces if piece.strip())[:TEXT_CHARACTERS]

    @property
    def html(self) -> str:
        if not any(body.html and body.html.strip() for body in self.bodies):
            return ""
        pieces = [body.html if body.html is not None else text_as_html(body.text or "") for body in self.bodies]
        return "\n".join(piece for piece in pieces if piece.strip())[:HTML_CHARACTERS]


_ENDINGS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "image/webp": ".webp", "image/heic": ".heic",
    "image/bmp": ".bmp", "image/svg+xml": ".svg", "image/tiff": ".tif", "application/pdf": ".pdf", "text/plain": ".txt",
    "text/html": ".html", "text/calendar": ".ics", "text/csv": ".csv", "text/vcard": ".vcf", "video/mp4": ".mp4",
    "video/quicktime": ".mov", "audio/mpeg": ".mp3", "audio/ogg": ".ogg", "application/zip": ".zip",
    "message/rfc822": ".eml", "message/global": ".eml", "message/delivery-status": ".txt", "application/json": ".json",
    "message/disposition-notification": ".txt", "text/rfc822-headers": ".txt", "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc", "application/pkcs7-signature": ".p7s", "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m", "application/msword": ".doc",
}  # fmt: skip
_READABLE = frozenset(("text/plain", "text/html", "text/enriched", "text/markdown", "text/x-markdown"))
_LETTERS = frozenset(("message/rfc822", "message/global", "message/news"))
_SEALED = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
UNCHECKED_SIGNATURE = "signed with S/MIME: the signature was not checked"
_REPORTS = frozenset(
    ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
     "message/global-disposition-notification", "text/rfc822-headers", "message/rfc822-headers",
     "message/global-headers")
)  # fmt: skip
_META_CHARSET = re.compile(rb"<meta\s[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.I)
_LOOKS_HTML = re.compile(r"\s*(?:<!doctype html|<html[\s>]|<head[\s>]|<body[\s>])", re.I)
_ENDS_HTML = re.compile(r"</(?:html|body|div|p|table|head)\s{0,9}>", re.I)
_STUB = re.compile(
    r"html|браузер|browser|navigat(?:eur|or)|navegador|почтов\w{2,4} (?:клиент|программ)|mail ?(?:client|program"
    r"|reader)|view (?:this|the) (?:e-?mail|message)"
    r"|не поддержива|does not support|not display|просмотр\w{2} (?:письм|сообщени)|открыть письмо"
    r"|письмо не отображается|nicht angezeigt|im browser|ne s'affiche",
    re.I,
)
_LONGEST_STUB = 400  # characters
_CID_IN_HTML = re.compile(r"cid:([^\"'\s>)]{1,300})", re.I)


def gather(data: bytes, part: Part, budget: Budget, *, words_only: bool = False) -> LetterBody:
    """Everything in `part` of the letter `data`. `words_only` leaves out the files (of letters within letters)."""
    found = _Gatherer(data, budget, words_only).part(part, "")
    wanted = {cid.lower() for body in found.bodies for cid in _CID_IN_HTML.findall(body.html or "")}
    wanted |= {html.unescape(cid) for cid in wanted}
    found.attachments = [
        replace(one, inline=True) if not one.inline and one.cid.lower() in wanted else one for one in found.attachments
    ]
    if not any((body.text or body.html or "").strip() for body in found.bodies):
        _read_a_named_text(found)
    return found


def text_as_html(text: str) -> str:
    """Plain text as a piece of HTML that keeps its lines."""
    return "<div>" + html.escape(text, quote=False).replace("\n", "<br>\n") + "</div>"


def _read_a_named_text(found: LetterBody) -> None:
    """Some programs send the letter itself as a file "message.txt": with nothing else to read, read that."""
    for attachment in found.attachments:
        if attachment.type == "text/plain":
            found.bodies.append(Body(many_lines(decode(attachment.content), TEXT_CHARACTERS), None))
            return


class _Gatherer:
    def __init__(self, data: bytes, budget: Budget, words_only: bool, seals: int = 0) -> None:
        self.seals = seals
        self.data = data
        self.budget = budget
        self.words_only = words_only
        self.files = 0

    def part(self, part: Part, above: str) -> LetterBody:
        if not part.is_multipart:
            return self._leaf(part, above)
        children = [self.part(child, part.type) for child in part.children]
        if part.type == "multipart/alternative":
            return _alternative(children)
        together = LetterBody()
        for child in children:
            together.take(child)
        together.is_report |= part.type == "multipart/report"
        return together

    def _leaf(self, part: Part, above: str) -> LetterBody:
        found = LetterBody()
        raw = self.data[part.start : part.stop]
        if len(raw) > self.budget.decoded:
            self.budget.note("the parts are too large together, some were left in the raw letter")
            return found
        self.budget.decoded -= len(raw)
        content = decode_transfer(raw, part.encoding, self.budget)
        named = file_name(part.named)
        attached = part.disposition == "attachment" or (named and part.disposition != "inline")
        if part.type in _LETTERS:
            self._letter(found, content, named)
        elif part.type in _REPORTS:
            self._report(found, part.type, content)
            self._attach(found, part, content, named)
        elif part.type == "application/ms-tnef" or named.lower() == "winmail.dat":
            self._tnef(found, part, content, named)
        elif part.type == "application/applefile" and above == "multipart/appledouble":
            self.budget.note("the Macintosh half of a file was left in the raw letter")
        elif part.type in _SEALED and (letter := signed_content(content)) is not None:
            self._signed(found, part, content, letter, named)
        elif part.type in ("text/x-amp-html", "text/watch-html") and above == "multipart/alternative":
            self.budget.note("a form of the text for other programs was left in the raw letter")
        elif not attached and _is_words(part.type, named):
            self._words(found, part, content)
        else:
            self._attach(found, part, content, named)
        return found

    def _words(self, found: LetterBody, part: Part, content: bytes) -> None:
        charset = part.parameters.get("charset", "")
        is_html = part.type == "text/html"
        if is_html and not charset:
            said = _META_CHARSET.search(content[:4096])
            charset = said.group(1).decode("ascii") if said else ""
        files: list[UuFile] = []
        if not is_html and b"begin " in content:
            content, files = take_files(content)
        text = decode(content, charset)
        if not is_html and part.type == "text/plain" and _LOOKS_HTML.match(text[:500]):
            is_html = bool(_ENDS_HTML.search(text))  # else somebody wrote a tag
        limit = HTML_CHARACTERS if is_html else TEXT_CHARACTERS
        if len(text) > limit:
            self.budget.note("the text is too long to be shown whole")
            self._attach(found, part, content, "letter.html" if is_html else "letter.txt")
        text = many_lines(text, limit)
        if part.parameters.get("format", "").lower() == "flowed" and not is_html:
            text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        found.bodies.append(Body(None, text) if is_html else Body(text, None))
        for file in files:
            self._add(found, file_name(decode(file.name)), "application/octet-stream", file.data, False, "")

    def _report(self, found: LetterBody, kind: str, content: bytes) -> None:
        if kind.endswith("-headers"):
            found.returned.append(content)
            return
        said = many_lines(decode(content), 50_000)
        (found.dispositions if kind.endswith("disposition-notification") else found.reports).append(said)

    def _letter(self, found: LetterBody, content: bytes, named: str) -> None:
        found.letters.append(content)
        self._add(found, named, "message/rfc822", content, False, "")

    def _signed(self, found: LetterBody, part: Part, content: bytes, letter: bytes, named: str) -> None:
        """What a signature is wrapped around is read; whether the signature is good nobody has asked."""
        self.budget.note(UNCHECKED_SIGNATURE)
        if self.seals >= LETTERS_WITHIN or len(letter) > self.budget.decoded:
            self.budget.note("signed letters within each other: some were not opened")
        else:
            inner = _Gatherer(letter, self.budget, self.words_only, seals=self.seals + 1)
            inside = inner.part(read_parts(letter, self.budget, depth=self.seals + 1), "")
            self.files += inner.files
            found.take(inside)
        self._attach(found, part, content, named or "smime.p7m")

    def _tnef(self, found: LetterBody, part: Part, content: bytes, named: str) -> None:
        inside = read_tnef(content, self.budget)
        if inside is None or not (inside.files or inside.text.strip() or inside.html.strip()):
            self._attach(found, part, content, named or "winmail.dat")
            return
        if inside.html.strip() or inside.text.strip():
            body = Body(None, None)
            body.text = many_lines(inside.text, TEXT_CHARACTERS) if inside.text.strip() else None
            body.html = many_lines(inside.html, HTML_CHARACTERS) if inside.html.strip() else None
            found.bodies.append(body)
        for file in inside.files:
            kind = media_type(file.type.lower()) or "application/octet-stream"
            self._add(found, file_name(file.name), kind, file.data, False, one_line(file.cid, 200).strip("<>"))

    def _attach(self, found: LetterBody, part: Part, content: bytes, named: str) -> None:
        cid = one_line(decode(part.headers.raw("content-id")), 200).strip("<> ")
        inline = part.disposition == "inline" and part.type.startswith("image/")
        self._add(found, named, part.type, content, inline, cid)

    def _add(self, found: LetterBody, name: str, kind: str, content: bytes, inline: bool, cid: str) -> None:
        if self.words_only:
            return
        self.files += 1
        if self.files > ATTACHMENTS:
            self.budget.note("too many files, the rest was left in the raw letter")
            return
        main = kind.partition("/")[0]
        stem = {"image": "image", "video": "video", "audio": "audio", "message": "letter"}.get(main, "file")
        if main == "message" and kind not in _LETTERS:
            stem = "report"
        name = name or stem + _ENDINGS.get(kind, ".bin")
        found.attachments.append(LetterFile(name, kind, content, inline, cid))


def _is_words(kind: str, named: str) -> bool:
    """Whether a part that is not an attachment is there to be read. Kinds of text nobody knows are words too."""
    if kind == "text/html":
        return True
    return not named and (kind in _READABLE or (kind.startswith("text/") and kind not in _ENDINGS))


def _is_stub(text: str, shown: str) -> bool:
    """Whether the text only says that the words are in the HTML."""
    if len(text) > _LONGEST_STUB or not _STUB.search(text):
        return False
    words = html_to_text(shown).strip()
    return bool(words) and " ".join(text.split()) not in " ".join(words.split())


def _alternative(children: list[LetterBody]) -> LetterBody:
    """One body out of several that say the same: the first text that has words, the last HTML."""
    together = LetterBody()
    text: str | None = None
    shown: str | None = None
    for child in children:
        together.attachments += child.attachments
        together.reports += child.reports
        together.letters += child.letters
        together.dispositions += child.dispositions
        together.returned += child.returned
        plain = [body for body in child.bodies if body.text is not None]
        if not any(body.html for body in child.bodies):
            if plain and not (text or "").strip():
                text = child.text
        else:
            shown = child.html
            if plain and len(plain) == len(child.bodies) and not (text or "").strip():
                text = child.text  # a winmail.dat with both
    if text is not None and shown is not None and _is_stub(text, shown):
        text = None
    if text is not None or shown is not None:
        together.bodies.append(Body(text if (text or "").strip() or shown is None else None, shown))
    return together
