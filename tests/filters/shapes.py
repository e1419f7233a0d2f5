"""Shapes of text that make careless programs slow. Each of them once brought some program to its knees."""

from collections.abc import Callable, Mapping

# (head, what is repeated, tail), or what makes it of a size.
Shape = tuple[str, str, str] | Callable[[int], str]
SHAPES: Mapping[str, Shape] = {
    "one letter": ("", "a", ""),
    "one word after another": ("", "камера work 12 ", ""),
    "blanks": ("", " ", "x"),
    "blanks before a line end": ("x", " " * 40 + "\t\n", "x"),
    "empty lines": ("", "\n", "x"),
    "digits": ("", "7", "x"),
    "numbers with a plus": ("", "+7", ""),
    "dots": ("a", ".", "a"),
    "dashes": ("", "-", "x"),
    "brackets opened": ("", "(", ""),
    "brackets of links opened": ("", "[a](", ""),
    "brackets nested and closed": ("(" * 2000, "[](", ")" * 2000),
    "pictures opened": ("", "![", ""),
    "stars and lines": ("", "* _", ""),
    "emphasis": ("", "**a *", ""),
    "grave accents": ("", "`a``", ""),
    "tags opened": ("", "<", ""),
    "tags of letters": ("", "<a", ""),
    "tags nested": ("", "<div>", ""),
    "tags closed": ("", "</p>", ""),
    "tags with a quote left open": ('<p title="', "<a x='", ""),
    "comments opened": ("", "<!--", ""),
    "greater-than signs": ("", ">", ""),
    "quotation deeper and deeper": ("", "> ", "x"),
    "addresses begun": ("", "@a.", ""),
    "addresses of letters": ("", "a@a.ru,", ""),
    "links": ("", "http://", ""),
    "links to somewhere": ("", "http://a.ru/(", ""),
    "quotes": ("", '"', ""),
    "quotes left open": ("", '"a ', ""),
    "apostrophes": ("", "'a", ""),
    "apostrophes alone": ("a", "'", "1"),
    "slashes": ("", "/", "x"),
    "backslashes": ('"', "\\", "x"),
    "per cent": ("", "%0" + "0", ""),
    "per cent, nested": ("", "%", ""),
    "entities": ("", "&#9", ""),
    "encoded words": ("", "=?utf-8?B?0Y/Rhw==?= ", ""),
    "encoded words opened": ("", "=?utf-8?", ""),
    "nulls": ("", "\x00", "x"),
    "half a letter": ("", "\ud83d", "x"),
    "combining marks": ("a", "\u0301", "b"),
    "combining marks out of order": ("a", "\u0315\u0300", "b"),
    "combining marks of other scripts": ("\u05d0", "\u05bd\u05b0", "b"),
    "invisible joiners": ("a", "\u200d", "b"),
    "letters that grow when folded": ("", "\ufdfa", ""),
    "commas": ("", ",", "x"),
    "colons": ("", "a:", ""),
    "semicolons": ("", "a=b; ", ""),
    "lines of a header": ("", "From: a\n", ""),
    "lists in lists": ("", "[", ""),
    "objects in objects": ("", '{"a":', ""),
    "ampersands": ("", "a&b=", ""),
    "pipes": ("|a|b|\n|-|-|\n", "|a", ""),
}


def made(shape: Shape, size: int) -> str:
    """The shape at `size` characters."""
    if callable(shape):
        return shape(size)
    head, pump, tail = shape
    head, tail = head[: size // 3], tail[: size // 3]
    room = size - len(head) - len(tail)
    return head + (pump * (room // len(pump) + 1))[:room] + tail
