"""HTML of a stranger, made fit to be shown to an agent: no script, no style, no form, nothing loaded from elsewhere.

nh3 (html5ever's parser) takes the mark-up apart and writes it anew; what it writes is only shown inside a sandboxed
frame without scripts and without our origin. The quoted letter is folded away under `<details>`.
"""

import html
import re
from collections.abc import Mapping

import nh3

from camdesk.channels.mail.mime.body import text_as_html
from camdesk.channels.mail.mime.html_text import html_to_text
from camdesk.channels.mail.mime.limits import HTML_CHARACTERS
from camdesk.channels.mail.mime.tag_attributes import most_attributes

# What costs html5ever the square of its number; a letter of a person needs a hundredth of any, and so much of one
# costs at most a tenth of a second.
MOST_WORK = 300_000  # tags times open tags
MOST_ATTRIBUTES = 2_000  # of one tag
MOST_NAMED_CHARACTERS = 50_000  # &nbsp; and its like, and every other ampersand

_TAG_NAMES = """
    a abbr b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em font h1 h2 h3 h4 h5
    h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr
    tt u ul var
"""
_TAGS = frozenset(_TAG_NAMES.split())
_DROPPED_NAMES = """
    applet audio canvas embed frameset head iframe math noembed noframes noscript object script select style svg
    template textarea title video xmp plaintext
"""
_DROPPED_WHOLE = frozenset(_DROPPED_NAMES.split())
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align", "valign", "width"},
    "th": {"colspan", "rowspan", "align", "valign", "width"},
    "table": {"align", "width", "border", "cellpadding", "cellspacing"},
    "tr": {"align", "valign"},
    "p": {"align"},
    "div": {"align", "class", "id"},
    "blockquote": set(),
    "ol": {"start", "type"},
    "h1": {"align"}, "h2": {"align"}, "h3": {"align"},
}  # fmt: skip
_NUMBERS = frozenset(("width", "height", "colspan", "rowspan", "border", "cellpadding", "cellspacing", "start"))
_NUMBER = re.compile(r"\d{1,4}%?")
_WORD = re.compile(r"[a-zA-Z]{1,10}|1")
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x1f]+", re.I)
_QUOTE_CLASSES = frozenset(("gmail_quote", "yahoo_quoted"))
_QUOTE_IDS = frozenset(("divrplyfwdmsg", "appendonsend"))
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"]*\")*)>")
_ATTRIBUTE = re.compile(r" ([a-z-]+)=\"([^\"]*)\"")
_MARKING = re.compile(r" (?:class|id)=\"[^\"]*\"")
_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_VOID = frozenset(
    ("br", "col", "hr", "img", "input", "meta", "link", "area", "base", "wbr", "embed", "param", "source")
)


def sanitise(source: str, pictures: Mapping[str, str] | None = None, *, quote_label: str = "•••") -> str:
    """Safe HTML for a sandboxed frame.

    `quote_label` is the word an agent presses to see the quoted letter. `pictures` gives, for each cid of the letter,
    the address the desk serves that attachment at. A picture from anywhere else becomes its description in a
    `<span class="letter-picture-off">`. A letter built to be expensive is shown as its text.
    """
    if len(source) > HTML_CHARACTERS or _is_expensive(source):
        return text_as_html(html_to_text(source[:HTML_CHARACTERS]))
    known = {cid.strip().lower(): address for cid, address in (pictures or {}).items()}

    def keep(tag: str, name: str, value: str) -> str | None:
        return _kept(tag, name, value, known)

    clean = nh3.clean(
        source,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED_WHOLE),
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener nofollow noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )
    if len(clean) > 5 * len(source) + 20_000:  # mark-up that multiplies itself
        return text_as_html(html_to_text(source))
    return _folded(clean, known, f'<details class="letter-quote"><summary>{html.escape(quote_label)}</summary>')


def _is_expensive(source: str) -> bool:
    return (
        source.count("&") - source.count("&#") > MOST_NAMED_CHARACTERS
        or _work(source) > MOST_WORK
        or most_attributes(source, enough=MOST_ATTRIBUTES) > MOST_ATTRIBUTES
    )


def _work(source: str) -> int:
    """How much building the tree may cost: tags times the most tags open at once."""
    open_now: dict[str, int] = {}
    depth = deepest = tags = 0
    for tag in _ANY_TAG.finditer(source):
        tags += 1
        name = tag.group(2).lower()
        if name in _VOID:
            continue
        if not tag.group(1):
            open_now[name] = open_now.get(name, 0) + 1
            depth += name not in ("p", "li", "td", "th", "tr", "option", "dd", "dt")  # these close by themselves
            deepest = max(deepest, depth)
        elif open_now.get(name, 0):
            open_now[name] -= 1
            depth -= name not in ("p", "li", "td", "th", "tr", "option", "dd", "dt")
    return tags * max(deepest, 1)


def _kept(tag: str, name: str, value: str, known: Mapping[str, str]) -> str | None:
    """The value an attribute keeps, None to drop it."""
    if tag == "a" and name == "href":
        return value.strip() if _LINK.fullmatch(value.strip()) else None
    if tag == "img" and name == "src":
        return value.strip()[:2000] if value.strip().lower().startswith(("cid:", "http:", "https:")) else None
    if name in _NUMBERS:
        return value.strip() if _NUMBER.fullmatch(value.strip()) else None
    if name in ("align", "valign", "type"):
        return value if _WORD.fullmatch(value) else None
    if name == "class":
        found = _QUOTE_CLASSES.intersection(value.lower().split())
        return next(iter(sorted(found)), None)
    if name == "id":
        return value.lower() if value.lower() in _QUOTE_IDS else None
    return value


def _folded(clean: str, known: Mapping[str, str], fold: str) -> str:
    """nh3's own, well-formed output with pictures set in and the outermost quotes folded."""
    out: list[str] = []
    open_tags: list[tuple[str, str]] = []  # name, what else to write when it closes
    at = 0
    folded = 0
    at_end = ""
    for tag in _TAG.finditer(clean):
        out.append(clean[at : tag.start()])
        at = tag.end()
        closing, name, attributes = tag.groups()
        if name == "img":
            out.append(_picture(dict(_ATTRIBUTE.findall(attributes)), known))
            continue
        if name in _VOID:
            out.append(tag.group())
            continue
        if closing:
            if open_tags and open_tags[-1][0] == name:
                _, after = open_tags.pop()
                # Details opened within a tag end before it, those opened around it after it.
                inner, outer = after.split("|")
                out.append(f"{inner}{tag.group()}{outer}")
                folded -= (inner + outer).count("</details>")
            continue
        said = dict(_ATTRIBUTE.findall(attributes)) if name == "div" else {}
        plain = _MARKING.sub("", tag.group()) if said else tag.group()
        quote = name == "blockquote" or "class" in said
        if "id" in said and not folded:
            # Outlook: the old letter is everything from here to the end of what holds this.
            if open_tags:
                open_tags[-1] = (open_tags[-1][0], "</details>" + open_tags[-1][1])
            else:
                at_end = "</details>"
            out.append(fold + plain)
            open_tags.append((name, "|"))
            folded += 1
        elif quote and not folded:
            out.append(fold + plain)
            open_tags.append((name, "|</details>"))
            folded += 1
        else:
            out.append(plain)
            open_tags.append((name, "|"))
    out.append(clean[at:])
    return "".join(out) + at_end


def _picture(said: dict[str, str], known: Mapping[str, str]) -> str:
    """Values come from nh3 and are escaped already."""
    source = html.unescape(said.get("src", ""))
    address = known.get(source[4:].strip().lower()) if source[:4].lower() == "cid:" else None
    words = said.get("alt", "")
    if address:
        sizes = "".join(f' {name}="{said[name]}"' for name in ("width", "height") if name in said)
        return f'<img src="{html.escape(address)}" alt="{words}"{sizes} loading="lazy">'
    if not source:
        return f'<span class="letter-picture-off">{words}</span>' if words else ""
    if said.get("width") in ("0", "1") or said.get("height") in ("0", "1"):
        return ""  # a counting pixel: nothing to see
    host = source.partition("://")[2].partition("/")[0] if "://" in source else ""
    return f'<span class="letter-picture-off" title="{html.escape(host[:100])}">{words or "…"}</span>'
