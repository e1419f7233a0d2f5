"""Numbers, sizes, phones and initials as people read them in the page's language."""

from django.utils.translation import gettext

from camdesk.lib import phones
from camdesk.lib.language import current_language

NBSP = "\u00a0"


def _comma() -> str:
    return "." if current_language() == "en" else ","


def number(value: float, places: int = 0) -> str:
    """`5000` → «5 000», `2.5, places=1` → «2,5»; the space does not break."""
    text = f"{value:,.{places}f}"
    if _comma() == ".":
        return text
    return text.replace(",", NBSP).replace(".", ",")


def filesize(size: int) -> str:
    """Bytes as «340 КБ», «2,4 МБ»; a kilobyte is 1024 bytes, as the limits count it."""
    if size < 1024:
        return number(size) + NBSP + gettext("Б")
    value, unit = size / 1024, gettext("КБ")
    if value >= 1000:
        value, unit = value / 1024, gettext("МБ")
    if value >= 1000:
        value, unit = value / 1024, gettext("ГБ")
    return f"{number(value, 0 if value >= 100 or value == int(value) else 1)}{NBSP}{unit}"


def reference(request_number: int) -> str:
    """How a request (a person, an act) is called, `1042` → «№ 1042»; the space does not break."""
    return f"{'No.' if current_language() == 'en' else '№'}{NBSP}{request_number}"


def caller(number: str) -> str:
    """As `phones.display`; what an exchange gave and nobody can read says so: «номер не распознан: 8*935*11»."""
    if phones.is_e164(number):
        return phones.display(number)
    return gettext("номер не распознан: %(raw)s") % {"raw": number}


def within_quotes(name: str) -> str:
    """A name as it stands within «…» of a Russian sentence: «Продукты „Вкусный двор“»."""
    return name.replace("«", "„").replace("»", "“") if current_language() == "ru" else name


def initials(name: str) -> str:
    """«Анна Петрова» → «АП», «anna@example.org» → «A», nothing → «?»."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def hue(name: str) -> int:
    """One of the eight avatar tints, the same for the same name in every process (hash() is salted, this is not)."""
    return sum(name.encode()) % 8
