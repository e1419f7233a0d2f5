"""Pages leave compressed: a request's page of 66 KB is 16 KB on the wire.

By ISA-L where it can be had (x86-64, ARM): the same length as zlib's level 1 in a fifth of its time.

Compression tells the length of what repeats, so a page must hold no secret that stays the same beside words somebody
else chose: the token against forgery is masked anew on every page, the live token is signed anew, and a random name in
the header blurs the length itself.
"""

import secrets
import struct
import zlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

_deflated: Callable[[bytes, int, int], bytes] = zlib.compress
_crc32: Callable[[bytes], int] = zlib.crc32
_LEVEL = 1  # of 1 to 9: the sixth takes three times as long for a sixth less
try:
    from isal import isal_zlib
except ImportError:
    pass
else:
    _deflated, _crc32, _LEVEL = isal_zlib.compress, isal_zlib.crc32, 2  # of 3: the last twice as long, a thirtieth less

_LEAST = 500  # bytes: below, the head costs more than is gained
_KINDS = ("text/html", "application/json", "application/problem+json", "text/csv")
_NAMES = b"x" * 100
_HEAD = b"\x1f\x8b\x08\x08\0\0\0\0\x04\xff"  # deflate, a name follows, no time, fastest, of no known system


class Compression:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.streaming or len(response.content) < _LEAST or response.has_header("Content-Encoding"):
            return response
        if not response.headers.get("Content-Type", "").startswith(_KINDS):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if not _takes_gzip(request.headers.get("Accept-Encoding", "")):
            return response
        response.content = _compressed(response.content)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
        return response


def _takes_gzip(accepted: str) -> bool:
    """Whether the header names gzip and does not refuse it (`gzip;q=0`)."""
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "").rstrip("0.") not in ("q=", "q")
    return False


def _compressed(content: bytes) -> bytes:
    """A gzip file (RFC 1952) with a name of random length in its head."""
    name = _NAMES[: secrets.randbelow(len(_NAMES))]
    squeezed = _deflated(content, _LEVEL, -zlib.MAX_WBITS)
    tail = struct.pack("<LL", _crc32(content), len(content) & 0xFFFFFFFF)
    return b"".join((_HEAD, name, b"\0", squeezed, tail))
