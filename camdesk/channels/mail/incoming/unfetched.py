"""What is kept of a letter that stays in its mailbox: a letter in its place, with its headers, that says why."""

from django.utils import translation
from django.utils.translation import gettext as _

from camdesk.channels.mail.mime.headers import read_headers
from camdesk.channels.mail.mime.limits import Budget

_EDGE = b"=_camdesk_unfetched"


def notice(headers: bytes, *, size: int, uid: int, too_large: bool) -> bytes:
    """A letter of the same author, subject and thread, about the one that was not fetched. `headers`: its header block,
    b"" when not even that came. The same each time it is made, so that it is one letter however often it is brought."""
    fields = read_headers(headers.rstrip(b"\r\n") + b"\r\n\r\n", 0, len(headers) + 4, Budget())[0].fields
    kept = [
        name.encode("latin-1") + b": " + value + b"\r\n"
        for name, value in fields
        if not name.startswith("content-") and name != "mime-version"
    ]
    with translation.override("ru"):
        if too_large:
            text = _("Это письмо слишком велико (%(size)s МБ) и целиком не принято.") % {"size": -(-size // 1_000_000)}
        else:
            text = _("Это письмо не удалось получить из почтового ящика.")
        text += "\n" + _("Оно осталось в почтовом ящике непрочитанным.")
        if not fields:
            text += f" UID {uid}."
    return b"".join(
        [
            *kept,
            b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=" + b'"%s"' % _EDGE + b"\r\n\r\n",
            b"--%s\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" % _EDGE,
            text.encode() + b"\r\n",
            b"--%s\r\nContent-Type: text/rfc822-headers; name=headers.txt\r\n\r\n" % _EDGE,
            headers.rstrip(b"\r\n") + b"\r\n",
            b"--%s--\r\n" % _EDGE,
        ]
    )
