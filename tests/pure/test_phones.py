"""What people write as a phone number, and what we understand."""

from typing import Any

import pytest

from camdesk.lib.phones import BadPhone, display, is_e164, normalise, of_caller, tel_link, unread

UNDERSTOOD = {
    "8 with brackets and hyphens": ("8 (912) 345-67-89", "+79123456789"),
    "+7 with blanks": ("+7 912 345 67 89", "+79123456789"),
    "7 without a plus": ("79123456789", "+79123456789"),
    "ten digits": ("9123456789", "+79123456789"),
    "a plus joined to the domestic 8": ("+8 912 345 67 89", "+79123456789"),
    "blanks around": ("   89123456789  ", "+79123456789"),
    "dots": ("8.912.345.67.89", "+79123456789"),
    "long dashes": ("8—912—345–67–89", "+79123456789"),
    "an extension in Russian": ("+7 (495) 123-45-67 доб. 12", "+74951234567"),
    "an extension without a dot": ("84951234567 доб 123", "+74951234567"),
    "an extension in brackets": ("84951234567 (доб. 123)", "+74951234567"),
    "an inner number": ("84951234567, вн. 5", "+74951234567"),
    "an extension in English": ("+7 495 123 45 67 ext. 7", "+74951234567"),
    "an extension by x": ("+74951234567 x12", "+74951234567"),
    "an extension as in a tel link": ("+74951234567;ext=5", "+74951234567"),
    "a word before": ("тел. 8 912 345 67 89", "+79123456789"),
    "another word before": ("Моб: 89123456789", "+79123456789"),
    "the free line": ("8-800-555-35-35", "+78005553535"),
    "a city number": ("8 (343) 212-34-56", "+73432123456"),
    "a number of many same digits that exists": ("+7 495 777-77-77", "+74957777777"),
    "full-width digits": ("8９１２3456789", "+79123456789"),
    "Arabic digits": ("٨٩١٢٣٤٥٦٧٨٩", "+79123456789"),
    "a full-width plus": ("＋79123456789", "+79123456789"),
    "invisible marks from a messenger": ("\u202a+7\u00a0912\u200b3456789\u202c", "+79123456789"),
    "dialled out of Russia by 8 10": ("8 10 375 29 123-45-67", "+375291234567"),
    "dialled out by 00": ("00375291234567", "+375291234567"),
    "Belarus": ("+375 29 123-45-67", "+375291234567"),
    "Kazakhstan": ("+7 701 234 56 78", "+77012345678"),
    "Uzbekistan": ("+998 90 123 45 67", "+998901234567"),
    "Britain": ("+44 20 7946 0958", "+442079460958"),
    "Germany": ("+49 30 901820", "+4930901820"),
    "the United States": ("+1 (650) 253-0000", "+16502530000"),
}

SHORT, LONG, LETTERS, NONE, MANY, COUNTRY = (
    "не хватает",
    "лишние цифры",
    "буквы",
    "Такого номера",
    "один номер",
    "страны",
)
REFUSED = {
    "another country's without its plus": ("998901234567", "начните с «+»: +998\u00a090\u00a0123\u00a045\u00a067"),
    "Belarus without its plus": ("375 (29) 123-45-67", "начните с «+»"),
    "nothing": ("", "цифрами"),
    "only punctuation": (" -- () ", "цифрами"),
    "a word": ("позвоните", LETTERS),
    "an e-mail address": ("ivan@example.org", LETTERS),
    "the letter O for zero": ("8 912 34O 67 89", LETTERS),
    "a Cyrillic letter inside": ("8 912 34б 67 89", LETTERS),
    "the emergency number": ("112", SHORT),
    "a short code": ("0611", SHORT),
    "a city number without its code": ("345-12-34", SHORT),
    "only the country": ("+7", SHORT),
    "one digit": ("8", SHORT),
    "a digit is missing": ("8 912 345 67 8", SHORT),
    "a digit is missing after +7": ("+7 912 345-67-8", SHORT),
    "a digit too many": ("8 912 345 67 89 0", LONG),
    "three digits too many": ("+7 912 345 67 89 000", LONG),
    "abroad, too long": ("+1 650 253 0000 000", LONG),
    "abroad, too short": ("+49 3", SHORT),
    "seventy digits": ("1" * 70, "Слишком длинно"),
    "all ones": ("1111111111", NONE),
    "all nines": ("+7 999 999-99-99", NONE),
    "all zeros": ("0000000000", NONE),
    "the keyboard row": ("1234567890", NONE),
    "the keyboard row after +7": ("+7 123 456-78-90", NONE),
    "the keyboard row backwards": ("9876543210", NONE),
    "a code no city has": ("+7 112 345 67 89", NONE),
    "a country that does not exist": ("+999 123 456 78", COUNTRY),
    "two numbers": ("8 912 345 67 89, 8 912 345 67 88", MANY),
    "a plus inside": ("8+9123456789", MANY),
    "mark-up": ("<b>89123456789</b>", LETTERS),
    "emoji": ("📞89123456789", MANY),
    "a NUL": ("8912345\x006789", MANY),
}


@pytest.mark.parametrize(("raw", "expected"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_understood(raw: str, expected: str):
    assert normalise(raw) == expected
    assert normalise(expected) == expected, "what we stored is understood again"


@pytest.mark.parametrize(("raw", "word"), REFUSED.values(), ids=REFUSED)
def test_refused_with_a_sentence_that_says_why(raw: str, word: str):
    with pytest.raises(BadPhone) as caught:
        normalise(raw)
    assert word in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_number_without_a_country_belongs_to_the_region_asked_for():
    assert normalise("029 123-45-67", region="BY") == "+375291234567"


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+79123456789", "+7 912 345-67-89"),
        ("+375291234567", "+375 29 123-45-67"),
        ("+16502530000", "+1 650-253-0000"),
        ("89161234567", "89161234567"),
        ("+7 912 34", "+7 912 34"),  # as they typed it
        ("not a number", "not a number"),
        ("", ""),
    ],
)
def test_display(e164: str, shown: str):
    assert display(e164) == (shown.replace(" ", "\u00a0") if is_e164(e164) else shown)


def test_a_link_calls_only_a_stored_number():
    assert tel_link("+79123456789") == "tel:+79123456789"
    assert tel_link("javascript:alert(1)") == ""
    assert tel_link("8 912") == ""


@pytest.mark.parametrize("country, written, wanted", [
    ("BY", "80 29 123-45-02", "+375291234502"),
    ("BY", "8 029 123 45 02", "+375291234502"),
    ("BY", "00375 29 123 45 02", "+375291234502"),
    ("BY", "8 10 7 912 345 67 89", "+79123456789"),
    ("KG", "0555 12 34 56", "+996555123456"),
    ("KG", "+996 555 12-34-56", "+996555123456"),
    ("KG", "007 912 345-67-89", "+79123456789"),
    ("KZ", "8 701 234 56 78", "+77012345678"),
    ("DE", "030 901820", "+4930901820"),
    ("DE", "0044 20 7946 0958", "+442079460958"),
    ("RU", "810 44 20 7946 0958", "+442079460958"),
])  # fmt: skip
def test_a_number_without_its_country_is_of_the_installations(
    settings: Any, country: str, written: str, wanted: str
) -> None:
    settings.PHONE_COUNTRY = country
    assert normalise(written) == wanted
    assert of_caller(written) == wanted


@pytest.mark.parametrize("country, written, word", [
    ("BY", "+8 912 345 67 89", COUNTRY),
    ("US", "253 0000", SHORT),
    ("US", "650 253 0000 000", LONG),
    ("RU", "8 912 345 67", SHORT),
    ("RU", "7777777", NONE),
    ("BY", "+375 29 123-45-6", NONE),
    ("RU", "9" * 30, LONG),
])  # fmt: skip
def test_what_is_wrong_by_the_installations_country(settings: Any, country: str, written: str, word: str) -> None:
    settings.PHONE_COUNTRY = country
    with pytest.raises(BadPhone, match=word):
        normalise(written)


@pytest.mark.parametrize("country, shown", [
    ("RU", "+7 912 345-67-89"), ("BY", "+375 29 491-19-11"), ("KG", "+996 700 123 456"), ("KZ", "+7 771 000-99-98"),
])  # fmt: skip
@pytest.mark.parametrize("written", ["", "1", "8 912 345 67 89 0000", "a@b", "7" * 61, "8*912"])
def test_a_sentence_gives_an_example_of_the_installations_country(
    settings: Any, country: str, shown: str, written: str
) -> None:
    settings.PHONE_COUNTRY = country
    with pytest.raises(BadPhone) as caught:
        normalise(written)
    assert f"{shown}.".replace(" ", "\u00a0") in str(caught.value)


CALLERS = {
    "8 (935) 111-22-98": "+79351112298", "+7 (935) 111-22-95": "+79351112295", "00375291234502": "+375291234502",
    "89351112233": "+79351112233", "79351112294": "+79351112294", "9351112296": "+79351112296",
    "810375291234503": "+375291234503", "sip:+79351112299@pbx.local": "+79351112299",
    "sips:8-935-111-22-99@pbx.local;user=phone": "+79351112299", "tel:+7-935-111-22-99;ext=5": "+79351112299",
    "7.935.111.22.99": "+79351112299", "＋7 935 111 22 99": "+79351112299", "375 29 123-45-03": "+375291234503",
    "996 (555) 12-34-56": "+996555123456", "442079460958": "+442079460958",
    "79000000000": "+79000000000",  # no table knows it, and it called
    "1234567": "+71234567", "123456": "", "+7 912 345 67": "", "12345678901234567890": "",
    "Иван 8 912 345 67 89": "+79123456789", "Иван 8 912 345 67 89 и 8 912 345 67 88": "",
    "Иван 79000000000": "+79000000000", "<sip:+79123456789@x> Иван": "+79123456789", "Иван <101>": "",
    "8'912'345_67_89": "+79123456789", "0079123456789": "+79123456789",
    "anonymous": "", "": "", "101": "", "sip:200@pbx.local": "", "Unknown": "", "+": "", "()": "",
}  # fmt: skip


@pytest.mark.parametrize("said", CALLERS)
def test_who_calls(said: str) -> None:
    assert of_caller(said) == CALLERS[said]


UNREAD = {
    "8*935*111#2298": "8*935*111#2298", "+7935111229": "+7935111229", " 8*935\x00111\n22\u202e98 ": "8*935 111 22 98",
    "звонил 8*9351112298 из Новосибирска": "звонил 8*9351112298 из Новосиби…",
    "anonymous": "", "101": "", "sip:200@pbx.local": "", "": "",
}  # fmt: skip


@pytest.mark.parametrize("said", UNREAD)
def test_a_number_nobody_can_read_is_kept_as_it_was_spelled(said: str) -> None:
    assert unread(said) == UNREAD[said]
    assert len(unread(said)) <= 32
