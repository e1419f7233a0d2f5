"""HTML to text a person can read: quotes become "> ", lists and tables lines, links keep their address.

An own tokenizer, linear in the text: what is shown as HTML is made safe elsewhere (sanitise.py), here words matter.
"""

import html
import re

QUOTE_MARK = "\x00"  # a line of its own where a program's mark-up says "from here on the old letter" (for quoting.py)

_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40}+)((?:[^<>\"']++|\"[^\"]{0,5000}+\"|'[^']{0,5000}+'){0,200}+)>", re.S
)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]{1,30}+)\s{0,20}+=\s{0,20}+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_LONGEST_BROKEN_TAG = 2000  # characters
_EMPTY_LINES = re.compile(r"\n{3,}")
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_LONG_ENTITY = re.compile(r"&#[xX]?[0-9a-fA-F]{8,}+;?")
_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none|mso-hide\s{0,9}:\s{0,9}all", re.I)
_RAW = {
    name: re.compile(rf"</{name}\b", re.I) for name in ("script", "style", "title", "template", "noscript", "object")
}
_BLOCK_NAMES = """
    address article aside body center dd details dir div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6
    header html legend li main menu nav ol section summary table tbody tfoot thead tr ul caption
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SPACED = frozenset(("p", "h1", "h2", "h3", "h4", "ul", "ol", "table", "pre"))
_OLD_LETTER_IDS = frozenset(
    ("divrplyfwdms"
     "g", "appendonsend", "replysplit", "x_divrplyfwdmsg", "x_appendonsend", "mail-editor-reference-message-container",
     "ms-outlook-mobile-reference-messag"
     "e", "olk_src_body_section", "replyforwardmessage", "isreplycontent", "oriMsgHtmlSeperator".lower())
)  # fmt: skip
_QUOTING_CLASSES = frozenset(
    ("yahoo_quoted", "mail-quote-collapse", "protonmail_quote", "tutanota_quote", "zmail_extra", "outlookmessageheader",
     "ms-outlook-mobile-reference-message", "replyforwardmessage", "wps_quotion", "x_protonmail_quote")
)  # fmt: skip
_DEEPEST_QUOTE = 20


class _Writer:
    """Collects lines, each with the quotation marks of the depth it stands at."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.depth = 0

    def text(self, words: str) -> None:
        words = _BLANKS.sub(" ", words)
        if not self.words or self.words[-1].endswith((" ", "\t")):
            words = words.lstrip(" ")
        if words:
            self.words.append(words)

    def literal(self, words: str) -> None:
        first, *others = words.split("\n")
        self.words.append(first)
        for line in others:
            self.end_line(always=True)
            self.words.append(line)

    def end_line(self, *, always: bool = False) -> None:
        line = "".join(self.words).rstrip()
        self.words = []
        if line or always:
            self._put(line)

    def gap(self) -> None:
        self.end_line()
        if self.lines and self.lines[-1].strip("> "):
            self._put("")

    def mark(self) -> None:
        self.end_line()
        self.lines.append(QUOTE_MARK)

    def _put(self, line: str) -> None:
        self.lines.append("> " * self.depth + line if line else (">" * self.depth))


def html_to_text(source: str, *, marks: bool = False) -> str:
    """The words of an HTML document, with "\\n" line ends. `marks` adds QUOTE_MARK lines. Never raises."""
    text = _read(source, marks, hides=True)
    # A letter whose every word is hidden is still a letter.
    return text if text.strip(" \n>") or not source.strip() else _read(source, marks, hides=False)


def _read(source: str, marks: bool, *, hides: bool) -> str:
    writer = _Writer()
    reader = _Reader(writer, marks, hides)
    at = 0
    gone: set[str] = set()  # closings that do not occur any more, so that they are not searched again and again
    while at < len(source):
        opening = source.find("<", at)
        if opening < 0:
            reader.text(source[at:])
            break
        if opening > at:
            reader.text(source[at:opening])
        at = _markup(source, opening, reader, gone)
    writer.end_line()
    return _EMPTY_LINES.sub("\n\n", "\n".join(writer.lines)).strip("\n")


def _markup(source: str, opening: int, reader: "_Reader", gone: set[str]) -> int:
    """Handle what begins with "<" and return where to go on."""
    if source.startswith("<!--", opening):
        return _skip(source, opening, "-->", gone) or opening + 4
    if source.startswith(("<!", "<?"), opening):
        return _skip(source, opening, ">", gone) or opening + 2
    tag = _TAG.match(source, opening)
    if tag is None:
        if source[opening + 1 : opening + 2].isalpha() or source[opening + 1 : opening + 2] == "/":
            # A tag with broken quotes ends at its first ">", when that is near.
            end = source.find(">", opening, opening + _LONGEST_BROKEN_TAG)
            if end >= 0:
                return end + 1
        reader.text("<")
        return opening + 1
    closing, name, attributes = tag.group(1), tag.group(2).lower(), tag.group(3)
    if not closing and name in _RAW and name not in gone:
        ending = _RAW[name].search(source, tag.end())
        if ending:
            return ending.start()
        gone.add(name)
    if closing:
        reader.close(name)
    else:
        reader.open(name, attributes)
    return tag.end()


def _skip(source: str, opening: int, closing: str, gone: set[str]) -> int:
    if closing in gone:
        return 0
    end = source.find(closing, opening)
    if end < 0:
        gone.add(closing)
        return 0
    return end + len(closing)


class _Reader:
    """What each tag means for the text."""

    def __init__(self, writer: _Writer, marks: bool, hides: bool) -> None:
        self.writer = writer
        self.marks = marks
        self.hides = hides
        self.literal = 0
        self.links: list[tuple[str, int]] = []
        self.hidden = ""
        self.hidden_depth = 0

    def text(self, words: str) -> None:
        if self.hidden:
            return
        words = html.unescape(_LONG_ENTITY.sub("\ufffd", words)).replace("\x00", "\ufffd")
        if self.literal:
            self.writer.literal(words)
        else:
            self.writer.text(words)

    def open(self, name: str, attributes: str) -> None:
        if self.hidden:
            self.hidden_depth += name == self.hidden
            return
        writer = self.writer
        if name == "br":
            writer.end_line(always=True)
        elif name == "hr":
            writer.end_line()
            writer.text("---")
            writer.end_line()
        elif name == "img":
            self._picture(_attributes(attributes))
        elif name in ("td", "th"):
            if writer.words and not writer.words[-1].endswith(("\t", "\n")):
                writer.words.append("\t")
        elif name == "a":
            self.links.append((_attributes(attributes).get("href", ""), len(writer.words)))
            del self.links[:-20]
        elif name in _BLOCKS or name in _SPACED or name == "blockquote":
            self._block(name, attributes)
        elif name == "span":
            self._hide(name, attributes)

    def _block(self, name: str, attributes: str) -> None:
        writer = self.writer
        if name in _SPACED:
            writer.gap()
        else:
            writer.end_line()
        if name == "li":
            writer.text("• ")
        elif name == "pre":
            self.literal += 1
        elif name == "blockquote":
            writer.depth = min(writer.depth + 1, _DEEPEST_QUOTE)
        if not attributes or (name == "div" and self._hide(name, attributes)):
            return
        if self.marks and name in ("div", "table"):
            known = _attributes(attributes)
            classes = known.get("class", "").lower().split()
            if known.get("id", "").lower() in _OLD_LETTER_IDS or _QUOTING_CLASSES.intersection(classes):
                writer.mark()

    def _hide(self, name: str, attributes: str) -> bool:
        """Leave out what the sender hides (preview lines of newsletters). Only for tags whose end nobody leaves out."""
        if self.hides and attributes and _HIDDEN.search(attributes):
            self.hidden, self.hidden_depth = name, 1
        return bool(self.hidden)

    def close(self, name: str) -> None:
        if self.hidden:
            self.hidden_depth -= name == self.hidden
            if not self.hidden_depth:
                self.hidden = ""
            return
        writer = self.writer
        if name == "blockquote":
            writer.end_line()
            writer.depth = max(writer.depth - 1, 0)
        elif name == "a":
            self._link()
        elif name == "pre":
            self.literal = max(self.literal - 1, 0)
            writer.gap()
        elif name in _SPACED:
            writer.gap()
        elif name in _BLOCKS:
            writer.end_line()

    def _link(self) -> None:
        if not self.links:
            return
        address, first = self.links.pop()
        shown = "".join(self.writer.words[first:]).strip().rstrip("/")
        whole = address.rstrip("/")
        if shown not in ("", whole, whole.partition("://")[2]) and whole.lower().startswith(("http://", "https://")):
            self.writer.words.append(f" <{address[:500]}>")

    def _picture(self, known: dict[str, str]) -> None:
        words = known.get("alt", "").strip()
        if words and len(words) < 200:
            self.writer.text(f" [{words}] ")


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source[:20000]):
        value = match.group(2) or match.group(3) or match.group(4) or ""
        found.setdefault(match.group(1).lower(), html.unescape(_LONG_ENTITY.sub("", value[:5000])))
    return found
