"""How people name the columns and the values of a camera list, in Russian and in English. Pure.

The values on our side are those of the playbook's facts (provider, supplier, height, connection).
"""

import re
from dataclasses import dataclass

# Field → the headers it is known by, as `plain()` makes them.
HEADERS: dict[str, tuple[str, ...]] = {
    "external_id": ("id", "внешний id", "id камеры", "код камеры", "external id", "camera id", "uid", "идентификатор"),
    "name": ("название", "название камеры", "имя", "имя камеры", "камера", "name", "camera", "camera name"),
    "address": ("адрес", "адрес объекта", "адрес установки", "адрес камеры", "address", "site address"),
    "city": ("город", "населенный пункт", "city", "town"),
    "district": ("район", "микрорайон", "district"),
    "time_zone": ("часовой пояс", "часовой пояс объекта", "time zone", "timezone", "site time zone"),
    "site_name": ("объект", "название объекта", "площадка", "site", "site name"),
    "site_id": ("id объекта", "код объекта", "site id", "site external id"),
    "organisation_id": (
        *("id организации", "код организации", "id клиента", "код клиента"),
        *("organisation id", "organization id", "organisation external id", "organization external id", "customer id"),
    ),
    "organisation": (
        *("организация", "название организации", "клиент", "компания"),
        *("organisation", "organization", "organisation name", "organization name", "customer", "company"),
    ),
    "vendor": ("производитель", "вендор", "марка", "бренд", "vendor", "manufacturer", "brand", "make"),
    "model": ("модель", "модель камеры", "model", "camera model"),
    "serial": ("серийный номер", "серийный", "серийник", "заводской номер", "s n", "sn", "serial", "serial number"),
    "mac": ("mac", "mac адрес", "мак адрес", "мак", "mac address"),
    "firmware": ("прошивка", "версия прошивки", "firmware", "firmware version"),
    "provider": (
        *("провайдер", "провайдер интернета", "интернет провайдер", "интернет"),
        *("provider", "internet provider", "isp"),
    ),
    "supplier": ("поставщик", "поставщик камеры", "supplier", "supplied by"),
    "height": (
        *("высота", "высота установки", "высота см", "высота установки см", "высота м", "высота установки м"),
        *("height", "mounting height", "height cm", "mounting height cm", "height m", "mounting height m"),
    ),
    "connection": ("подключение", "тип подключения", "способ подключения", "connection", "connection type"),
    "mount": ("крепление", "способ крепления", "место установки", "mount", "mounting"),
    "port": ("порт", "порт poe", "порт коммутатора", "коммутатор и порт", "port", "poe port", "switch port"),
    "access": ("доступ", "как попасть", "access"),
    "archive_days": ("архив", "архив дней", "глубина архива", "глубина архива дней", "archive", "archive days"),
    "status": ("статус", "состояние", "status", "state"),
}

PROVIDERS: dict[str, tuple[str, ...]] = {
    "rostelecom": ("ростелеком", "ртк", "rostelecom"),
    "domru": ("дом ru", "дом ру", "эр телеком", "dom ru", "er telecom"),
    "mts": ("мтс", "mts"),
    "beeline": ("билайн", "beeline"),
    "megafon": ("мегафон", "megafon"),
    "ttk": ("ттк", "транстелеком", "ttk"),
    "mobile": ("мобильный интернет", "мобильный", "sim", "сим карта", "4g", "lte", "mobile", "mobile internet"),
    "own_network": ("сеть организации", "корпоративная сеть", "своя сеть", "company network", "own network"),
}
SUPPLIERS: dict[str, tuple[str, ...]] = {
    "operator": ("оператор", "оператор услуги", "ростелеком", "operator"),
    "own": ("куплена самостоятельно", "самостоятельно", "своя", "rtsp", "customer", "own"),
    "integrator": ("монтажная организация", "монтажники", "интегратор", "installer", "integrator"),
    "builder": ("застройщик", "ук", "тсж", "управляющая компания", "застройщик ук или тсж", "developer"),
}
CONNECTIONS: dict[str, tuple[str, ...]] = {
    "poe": ("poe", "пое", "кабель poe", "витая пара poe"),
    "cable": ("кабель", "витая пара", "ethernet", "lan", "cable", "wired", "проводное"),
    "wifi": ("wi fi", "wifi", "вай фай", "беспроводное"),
    "sim": ("sim", "сим", "сим карта", "4g", "lte", "мобильная сеть"),
}
STATUSES: dict[str, tuple[str, ...]] = {
    "online": ("онлайн", "в сети", "работает", "online", "up", "ok"),
    "offline": ("офлайн", "оффлайн", "не в сети", "не работает", "offline", "down"),
    "unstable": ("нестабильно", "нестабильна", "с перебоями", "unstable", "flapping"),
    "blocked": ("заблокирована", "заблокировано", "блокировка", "blocked", "suspended"),
    "unknown": ("неизвестно", "не известно", "unknown"),
}
# Upper bound in centimetres of each range but the last; the cuts follow the rules on work at height.
HEIGHTS: tuple[tuple[str, int], ...] = (
    ("up-to-1.8", 180),
    ("1.8-3", 300),
    ("3-5", 500),
    ("5-8", 800),
    ("over-8", 9999),
)
_HEIGHT_WORDS: dict[str, tuple[str, ...]] = {
    "up-to-1.8": ("с пола", "достану с пола", "floor"),
    "1.8-3": ("стремянка", "stepladder"),
    "3-5": ("лестница", "ladder"),
    "5-8": ("подъемник", "lift"),
    "over-8": ("автовышка", "вышка", "альпинист", "crane"),
}

_NOT_A_WORD = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"(\d{1,5}(?:[.,]\d{1,3})?) ?(см|cm|м|m|метр\w*)?\.?\Z")
_UP_TO = re.compile(r"(?:до|ниже|менее|<|under|up to) ?(\d+(?:[.,]\d+)?) ?(?:м|m|метр\w*)?\.?\Z")
_OVER = re.compile(r"(?:выше|более|свыше|от|>|over|above) ?(\d+(?:[.,]\d+)?) ?(?:м|m|метр\w*)?\.?\Z")
_BETWEEN = re.compile(r"(?:от )?(\d+(?:[.,]\d+)?) ?(?:-|–|—|до|to|\.\.\.?) ?(\d+(?:[.,]\d+)?) ?(?:м|m|метр\w*)?\.?\Z")
_BETWEEN_BYTES = re.compile(r"[\s:.\-]")
_HEX12 = re.compile(r"[0-9A-F]{12}\Z")


def plain(words: str) -> str:
    """Letters and digits in lower case with single blanks between: «Серийный №» → «серийный»."""
    return _NOT_A_WORD.sub(" ", words.casefold().replace("ё", "е")).strip()


_FIELD_OF = {alias: field for field, aliases in HEADERS.items() for alias in (*aliases, plain(field))}


def field_of(header: str) -> str | None:
    """Which field a column holds by its header, or None."""
    return _FIELD_OF.get(plain(header))


def one_of(table: dict[str, tuple[str, ...]], said: str) -> str | None:
    """The value of `table` that goes by this name, or None. The value itself is a name of itself."""
    said = plain(said)
    return next((value for value, names in table.items() if said in names or said == plain(value)), None)


@dataclass(frozen=True, slots=True)
class Height:
    """`range`: a value of HEIGHTS; `cm`: where it was measured, else None."""

    range: str
    cm: int | None


def height(said: str, *, header: str = "") -> Height | None:
    """«3,5 м», «350», «3–5», «до 1,8 м», «выше 8», «стремянка»; None when it is none of these.

    A bare number is in the unit that the header names; without one, numbers below 30 are metres, others centimetres.
    """
    text = " ".join(said.casefold().replace("ё", "е").split())
    for value, _bound in HEIGHTS:
        if text == value or plain(text) in _HEIGHT_WORDS[value]:
            return Height(value, None)
    if match := _NUMBER.match(text):
        cm = _centimetres(match[1], match[2] or _unit(header))
        return Height(_range_of(cm), cm) if 0 < cm <= 9999 else None
    return _range_in_words(text)


def _range_in_words(text: str) -> Height | None:
    if match := _UP_TO.match(text):
        upper = _metres(match[1])
    elif match := _BETWEEN.match(text):
        upper = _metres(match[2])
        if _metres(match[1]) >= upper:
            return None
    elif match := _OVER.match(text):
        upper = _metres(match[1]) + 1
    else:
        return None
    return Height(_range_of(upper), None) if 0 < upper <= 9999 else None


def _range_of(cm: int) -> str:
    return next(value for value, upper in HEIGHTS if cm <= upper)


def _metres(number: str) -> int:
    return round(float(number.replace(",", ".")) * 100)


def _centimetres(number: str, unit: str | None) -> int:
    value = float(number.replace(",", "."))
    if unit is None:
        unit = "м" if value < 30 else "см"
    return round(value) if unit in {"см", "cm"} else round(value * 100)


def _unit(header: str) -> str | None:
    words = plain(header).split()
    return next((word for word in words if word in {"см", "cm", "м", "m"}), None)


def mac(said: str) -> str | None:
    """AA:BB:CC:DD:EE:FF from any usual spelling; None when it is no address of a device."""
    digits = _BETWEEN_BYTES.sub("", said).upper()
    if not _HEX12.match(digits) or digits in {"0" * 12, "F" * 12}:
        return None
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
