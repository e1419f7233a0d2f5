"""Phone numbers: what people write becomes the one canonical spelling (E.164), or a sentence saying what is wrong."""

import functools
import re

import phonenumbers
from django.conf import settings
from django.utils.translation import gettext as _

LONGEST_INPUT = 60
_SHORTEST_OF_CALLERS = 7  # digits; fewer are an inner number
_LONGEST_UNREAD = 32  # characters, as the columns for numbers hold them
_LONGEST_OF_A_COUNTRY = 10  # digits of a number without its country's code

_EXTENSION = re.compile(
    r"[\s,;(]*(?:доб(?:ав(?:очный|ить)?)?|вн(?:утр(?:енний)?)?|ext(?:ension)?|extn|x|#)[\s.:=№#]*(\d{1,7})\)?\s*$",
    re.IGNORECASE,
)
_WORDS_BEFORE = re.compile(r"^\s*(?:тел(?:ефон)?|моб(?:ильный)?|phone|tel|mob)[\s.:№]*", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[\s().\-‐-―−/\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_LETTER = re.compile(r"[^\W\d_]")
_ONE_NUMBER = re.compile(r"\+?\d+")
_PLUS_EIGHT = re.compile(r"\+8\d{10}")
_ABROAD = re.compile(r"00[1-9]\d{6,14}")
_ABROAD_BY_EIGHT = re.compile(r"810[1-9]\d{6,14}")
_DIAL_EIGHT = frozenset(("RU", "KZ", "BY", "UZ", "TJ", "TM"))  # countries that dial 8 10 abroad
_IN_BRACKETS = re.compile(r"<([^<>]{1,120})>")
_WITHIN = re.compile(r"\+?\(?\d[\d\s().\-‐-―−'’_]{5,40}\d")
_SEPARATORS = str.maketrans("'’_", "   ")
_SCHEME = re.compile(r"\s*(?:sips?|tel):", re.IGNORECASE)
_RUSSIAN = re.compile(r"\+7\d{10}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_RUNS = frozenset({"0123456789", "1234567890", "123456789", "9876543210", "987654321", "0987654321"})


class BadPhone(ValueError):
    """The text is no phone number we could call; `str(error)` is a sentence for the person who wrote it."""


def _digits_of_any_script(raw: str) -> str:
    return "".join(str(int(c)) if c.isdecimal() else c for c in raw)


def _spelled(raw: str, region: str) -> str:
    """`raw` without words, extension and punctuation: digits with at most a leading plus. Raises BadPhone."""
    text = _WORDS_BEFORE.sub("", _digits_of_any_script(raw.strip()).replace("＋", "+"))
    text = _PUNCTUATION.sub("", _EXTENSION.sub("", text))
    if not text:
        raise BadPhone(_("Напишите номер телефона цифрами, например %(example)s.") % _example())
    if _LETTER.search(text):
        raise BadPhone(_("В номере телефона есть буквы. Оставьте только цифры, например %(example)s.") % _example())
    if not _ONE_NUMBER.fullmatch(text):
        raise BadPhone(_("Нужен один номер телефона без лишних знаков, например %(example)s.") % _example())
    if region == "RU" and _PLUS_EIGHT.fullmatch(text):
        # +8… is how people join two habits: the domestic 8 and the international plus.
        return "+7" + text[2:]
    if _ABROAD.fullmatch(text):
        return "+" + text.removeprefix("00")
    if region in _DIAL_EIGHT and _ABROAD_BY_EIGHT.fullmatch(text):
        return "+" + text.removeprefix("810")
    return text


def _without_its_plus(text: str) -> str:
    """The number that the digits are once a plus stands before them; "" where they are none."""
    try:
        number = phonenumbers.parse(f"+{text.removeprefix('+')}", None)
    except phonenumbers.NumberParseException:
        return ""
    known = phonenumbers.is_valid_number(number) and not _made_up(str(number.national_number))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if known else ""


def _made_up(national: str) -> bool:
    """One digit over and over, or a run of the keyboard: not a number somebody owns."""
    return (len(national) >= 7 and len(set(national)) == 1) or national in _RUNS


def normalise(raw: str, region: str = "") -> str:
    """The E.164 spelling (`+79123456789`) of what a person wrote; an extension («доб. 12») is left out.

    A number without a country code is read as one of `region`, the installation's own (CAMDESK_PHONE_COUNTRY) unless
    said. Raises BadPhone with a sentence for the person.
    """
    region = region or settings.PHONE_COUNTRY
    if len(raw) > LONGEST_INPUT:
        raise BadPhone(_("Слишком длинно: нужен один номер телефона, например %(example)s.") % _example())
    text = _spelled(raw, region)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise BadPhone(_why_not_read(error)) from None
    national = str(number.national_number)
    if _made_up(text.removeprefix("+")) or _made_up(national):
        raise BadPhone(_("Такого номера не бывает: проверьте цифры."))
    length = _length_fault(number, national)
    if length > 0 and (abroad := _without_its_plus(text)):
        raise BadPhone(_("Если это номер другой страны, начните с «+»: %(number)s.") % {"number": display(abroad)})
    if length < 0:
        raise BadPhone(_too_short())
    if length > 0:
        raise BadPhone(_too_long())
    if not phonenumbers.is_valid_number(number):
        if number.country_code == 7 and len(text) == 10 and text.startswith("8"):
            raise BadPhone(_too_short())
        raise BadPhone(_("Такого номера не бывает: проверьте цифры."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def of_caller(raw: str, region: str = "") -> str:
    """The E.164 spelling of who calls, as an exchange writes it: with its country code and without the plus, in
    brackets, as an address of SIP, beside a name or an extension; "" for hidden and internal numbers, and where none
    can be read (`unread`). Whoever calls has a number, also one that the tables of numbers do not know."""
    region = region or settings.PHONE_COUNTRY
    text = raw[: 2 * LONGEST_INPUT].replace("%2B", "+")
    within = _IN_BRACKETS.search(text)
    text = _SCHEME.sub("", within[1] if within else text).partition("@")[0].partition(";")[0]
    if found := _caller_at(text, region):
        return found
    beside = _WITHIN.findall(_EXTENSION.sub("", _digits_of_any_script(text)))
    return _caller_at(beside[0].translate(_SEPARATORS), region, known=True) if len(beside) == 1 else ""


def unread(raw: str) -> str:
    """What an exchange gave as a caller's number where none can be read of it: as it was spelled, at most 32
    characters. "" where it has fewer digits than a number: hidden, or internal."""
    text = raw[: 4 * LONGEST_INPUT]
    if sum(character.isdecimal() for character in text) < _SHORTEST_OF_CALLERS:
        return ""
    plain = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return plain if len(plain) <= _LONGEST_UNREAD else plain[: _LONGEST_UNREAD - 1] + "…"


def is_e164(text: str) -> bool:
    """Whether it can be called as it stands."""
    return bool(_E164.fullmatch(text))


def _caller_at(text: str, region: str, *, known: bool = False) -> str:
    """`known`: only a number that the tables know."""
    plain = _PUNCTUATION.sub("", _digits_of_any_script(text).replace("＋", "+"))
    digits = plain.removeprefix("+")
    if not _ONE_NUMBER.fullmatch(plain) or len(digits) < _SHORTEST_OF_CALLERS:
        return ""
    national = digits.startswith(("0", "8")) and not plain.startswith("+")
    spellings = [plain] if national or plain.startswith("+") else [f"+{digits}", plain]
    for spelling in spellings if len(digits) > _LONGEST_OF_A_COUNTRY else spellings[::-1]:
        try:
            return normalise(spelling, region)
        except BadPhone:
            continue
    for spelling in () if known else spellings:
        try:
            number = phonenumbers.parse(_spelled(spelling, region), region)
        except (BadPhone, phonenumbers.NumberParseException):
            continue
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return ""


def _length_fault(number: phonenumbers.PhoneNumber, national: str) -> int:
    """Below zero: too short, above: too long, zero: a length that exists."""
    if number.country_code == 7:
        # The tables also know 14-digit service numbers of +7, which would make every typing mistake possible.
        return len(national) - 10
    whether = phonenumbers.is_possible_number_with_reason(number)
    if whether in (phonenumbers.ValidationResult.TOO_SHORT, phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return -1
    return 1 if whether == phonenumbers.ValidationResult.TOO_LONG else 0


def _why_not_read(error: phonenumbers.NumberParseException) -> str:
    if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
        return _("Такого кода страны нет: проверьте цифры после «+».")
    if error.error_type == phonenumbers.NumberParseException.TOO_LONG:
        return _too_long()
    return _too_short()


def _example() -> dict[str, str]:
    return {"example": example(settings.PHONE_COUNTRY)}


@functools.lru_cache(maxsize=8)
def example(country: str) -> str:
    """A mobile number of the country (two letters) as people read it: «+7 912 345-67-89» of RU."""
    number = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    number = number or phonenumbers.example_number(country)
    return display(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if number else "+…"


def _too_short() -> str:
    return _("Номер короче, чем нужно: не хватает цифр. Напишите его с кодом, например %(example)s.") % _example()


def _too_long() -> str:
    return _("Номер длиннее, чем нужно: есть лишние цифры. Пример: %(example)s.") % _example()


def display(e164: str) -> str:
    """The spelling for reading: «+7 912 345-67-89», its spaces do not break; what is not E.164 comes back as it is."""
    return _for_reading(e164) if is_e164(e164) else e164


@functools.lru_cache(maxsize=2048)
def _for_reading(e164: str) -> str:
    if _RUSSIAN.fullmatch(e164):
        return f"+7\u00a0{e164[2:5]}\u00a0{e164[5:8]}-{e164[8:10]}-{e164[10:]}"
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace(" ", "\u00a0")


def tel_link(e164: str) -> str:
    """The address of a link that calls the number; empty for what is not E.164."""
    return f"tel:{e164}" if is_e164(e164) else ""
