"""Where a call was recorded. We never fetch it: an agent's browser opens it, the exchange asks who that is. Pure."""

from urllib.parse import urlsplit


def safe_link(raw: str) -> str:
    """The address of a recording when it may be a link, else "": an exchange may send any text, also a script or a
    name and password."""
    if not raw.isascii() or any(sign <= " " or sign in "\\\"'<>`\x7f" for sign in raw):
        return ""
    try:
        parts = urlsplit(raw)
        plain = parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.password is None
        return raw if plain and (parts.port is None or parts.port > 0) else ""
    except ValueError:
        return ""
