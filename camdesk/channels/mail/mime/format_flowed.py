"""Text of RFC 3676 (format=flowed): soft line ends taken out again, quotation marks kept."""


def unflow(text: str, *, delete_space: bool) -> str:
    """The text with its paragraphs on one line each. A signature's "-- " stays a line of its own."""
    lines: list[str] = []
    open_depth: int | None = None  # of the paragraph that goes on
    paragraph: list[str] = []
    for line in text.split("\n"):
        stripped = line.lstrip(">")
        depth = len(line) - len(stripped)
        stripped = stripped[1:] if stripped.startswith(" ") else stripped
        if open_depth is not None and (depth != open_depth or stripped == "-- "):
            lines.append(_quoted(open_depth, paragraph))
            paragraph, open_depth = [], None
        soft = stripped.endswith(" ") and stripped != "-- "
        paragraph.append(stripped[:-1] if soft and delete_space else stripped)
        open_depth = depth
        if not soft:
            lines.append(_quoted(depth, paragraph))
            paragraph, open_depth = [], None
    if paragraph and open_depth is not None:
        lines.append(_quoted(open_depth, paragraph))
    return "\n".join(lines)


def _quoted(depth: int, paragraph: list[str]) -> str:
    text = "".join(paragraph)
    return ">" * depth + (" " if depth and text else "") + text
