"""The tree of a letter's parts, found in one pass from its beginning to its end.

The walker looks for the delimiters of every multipart it is in at once, so a missing closing delimiter of an inner
one costs nothing, and the work is proportional to the letter however it is nested.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from camdesk.channels.mail.mime.headers import Headers, read_headers
from camdesk.channels.mail.mime.limits import DEPTH, PART_HEADER_BYTES, Budget
from camdesk.channels.mail.mime.parameters import media_type, read_parameters

_LINE_END = re.compile(rb"\r\r\n|\r\n|\r|\n")
_BEFORE_DELIMITER = re.compile(rb"(?:\r\r\n|\r\n|\r|\n)\Z")
_UNDECLARED = re.compile(rb"--(?<![^\r\n]--)([^\r\n]{1,150}?)[ \t]*(?:\r\n|\r|\n)(?=Content-[A-Za-z-]+:)", re.I)
_LONGEST_DELIMITER = 200


@dataclass
class Part:
    """One node. `start` and `stop` bound its body in the letter's bytes; a multipart has `children`, others none."""

    headers: Headers
    type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    start: int
    stop: int
    children: list["Part"] = field(default_factory=list)
    is_multipart: bool = False

    @property
    def encoding(self) -> str:
        value = self.headers.raw("content-transfer-encoding")
        return value.decode("latin-1").strip().strip("\"'").lower().partition(";")[0].strip()

    @property
    def named(self) -> str:
        """The file name as sent, decoded, not yet cleaned; "" when there is none."""
        return self.disposition_parameters.get("filename", "") or self.parameters.get("name", "")


def read_parts(data: bytes, budget: Budget, *, depth: int = 0) -> Part:
    """The whole letter as a tree. Never raises; `depth` is how deep this letter lies in others."""
    part, _ = _read(data, 0, len(data), (), budget, depth, "text/plain")
    return part


@lru_cache(maxsize=64)
def _delimiters(stack: tuple[bytes, ...]) -> re.Pattern[bytes]:
    # The fixed "--" first lets the search run at the speed of memchr; that it begins a line is checked after it.
    names = b"|".join(re.escape(name) for name in sorted(set(stack), key=len, reverse=True))
    return re.compile(rb"--(?<![^\r\n]--)(" + names + rb")(--)?[ \t]*+(?=[\r\n]|\Z)")


def _next(data: bytes, at: int, stop: int, stack: tuple[bytes, ...]) -> re.Match[bytes] | None:
    return _delimiters(stack).search(data, at, stop) if stack else None


def _read(
    data: bytes, start: int, stop: int, stack: tuple[bytes, ...], budget: Budget, depth: int, default: str
) -> tuple[Part, re.Match[bytes] | None]:
    """One part, and the delimiter that ended it (None at the end of the letter)."""
    budget.parts -= 1
    head_stop = stop
    if stack:
        # The headers of a part end with it, and are not looked for through the whole letter.
        near = min(stop, start + PART_HEADER_BYTES)
        ended = _next(data, start, near, stack)
        head_stop = ended.start() if ended else near
    headers, body = read_headers(data, start, head_stop, budget)
    if stack and body == head_stop < stop and not headers.fields:
        body = start
    part = _described(headers, body, stop, default)
    if part.type.startswith("multipart/"):
        if depth >= DEPTH:
            budget.note("nested too deeply, the inner parts were not taken apart")
            part.type = "application/octet-stream"
        else:
            return part, _multipart(part, data, stop, stack, budget, depth)
    end = _next(data, body, stop, stack)
    part.stop = _without_line_end(data, body, end.start()) if end else stop
    return part, end


def _multipart(
    part: Part, data: bytes, stop: int, outer: tuple[bytes, ...], budget: Budget, depth: int
) -> re.Match[bytes] | None:
    name = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()[:_LONGEST_DELIMITER]
    found = _next(data, part.start, stop, (name, *outer)) if name else None
    if found is None or found.group(1) != name:
        guessed = _UNDECLARED.search(data, part.start, min(stop, part.start + 8192))
        if guessed is None or guessed.group(1) in outer:
            budget.note("a multipart without its delimiter, shown as text")
            part.type = "text/plain"
            end = _next(data, part.start, stop, outer)
            part.stop = _without_line_end(data, part.start, end.start()) if end else stop
            return end
        budget.note("a multipart with a wrong delimiter")
        name = guessed.group(1)
        found = _next(data, part.start, stop, (name, *outer))
    part.is_multipart = True
    stack = (name, *outer)
    default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
    while found is not None and found.group(1) == name:
        if found.group(2):
            # Closed. Some programs go on after that with more parts of the same name.
            found = _next(data, found.end(), stop, stack)
            continue
        line_end = _LINE_END.match(data, found.end(), stop)
        child_start = line_end.end() if line_end else found.end()
        if budget.parts <= 0:
            budget.note("too many parts, the rest is one raw attachment")
            end = _next(data, child_start, stop, outer)
            rest = _described(Headers(), child_start, end.start() if end else stop, "application/octet-stream")
            part.children.append(rest)
            part.stop = rest.stop
            return end
        child, found = _read(data, child_start, stop, stack, budget, depth + 1, default)
        part.children.append(child)
    part.stop = found.start() if found else stop
    return found


def _described(headers: Headers, start: int, stop: int, default: str) -> Part:
    stated, parameters = read_parameters(headers.raw("content-type"))
    # A type that makes no sense is a file of unknown kind; no type at all is what the place implies.
    kind = media_type(stated) or ("application/octet-stream" if stated and default != "message/rfc822" else default)
    if stated and kind == "application/octet-stream" and "charset" in parameters:
        kind = "text/plain"
    disposition, more = read_parameters(headers.raw("content-disposition"))
    return Part(headers, kind, parameters, disposition, more, start, stop)


def _without_line_end(data: bytes, start: int, stop: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    tail = max(start, stop - 3)
    found = _BEFORE_DELIMITER.search(data[tail:stop])
    return tail + found.start() if found else stop
