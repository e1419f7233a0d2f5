"""Letters for the tests, as they come over the wire."""

from email.message import EmailMessage
from email.policy import SMTP

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def letter(
    text: str = "Камера во дворе не показывает с утра",
    *,
    sender: str = "Анна <anna@example.org>",
    to: str = "support@example.org",
    subject: str = "Нет картинки",
    message_id: str = "<one@mail.example.org>",
    files: dict[str, bytes] | None = None,
    html: str = "",
    top: str = "",
    **headers: str,
) -> bytes:
    """The bytes of a letter; `headers` by their names with _ for -, `top`: raw lines above all others."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = to
    made["Subject"] = subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, data in (files or {}).items():
        made.add_attachment(data, maintype="image", subtype="png", filename=name)
    if made.is_multipart():
        made.set_boundary("edge")
    head = f"{top}Message-ID: {message_id}\r\n" if message_id else top
    return head.encode() + made.as_bytes()
