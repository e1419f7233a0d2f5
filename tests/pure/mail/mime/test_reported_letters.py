"""Letters of kinds that others reported as read wrong (tests/letters/reported), and what each must give. Where a letter
then goes is in tests/deeds/channels: the numbers and ids of requests in these are examples."""

from pathlib import Path

import pytest

from camdesk.channels.mail.mime.addresses import NamedAddress
from camdesk.channels.mail.mime.body import UNCHECKED_SIGNATURE
from camdesk.channels.mail.mime.delivery_reports import Bounce
from camdesk.channels.mail.mime.parse import parse
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter

FOLDER = Path(__file__).parents[3] / "letters" / "reported"
OLGA = "olga@example.net"
YES = "Да, согласен."

# {the beginning of its name: (recipient, permanent, given up)}
BOUNCES: dict[str, tuple[str, bool, bool]] = {
    "01-report-names-no-recipient": (OLGA, True, True),
    "02-report-action": (OLGA, True, True),
    "03-daemon-says": (OLGA, True, True),
    "04-daemon-in-words": (OLGA, False, True),
    "05-daemon-only": (OLGA, True, True),
    "06-bounce-from": (OLGA, True, True),
    "07-rejected": (OLGA, True, True),
    "08-report": (OLGA, False, True),
    "09-report": (OLGA, True, True),
    "10-bounce": (OLGA, True, True),
    "23c-dsn": ("rita@dom.example", True, True),
}
# {…: what the person wrote, whole}
OWN = {
    "07-outlook-de": "Vielen Dank, die Kamera läuft wieder.",
    "09-blockquote": "Здравствуйте, приложение пишет вот что:\n\n> Ошибка 0x80072EE7, камера CAM-7781-K не отвечает\n"
    ">\nЧто делать?",
    "11-google-group": "Через группу компании: экран всё ещё чёрный, помогите.",
    "11b-ses": "Отвечаю из нашей CRM, экран всё ещё чёрный.",
    "13-utf-7": "Камера у ворот не показывает. Tschüß",
    "14-cc-colleague": "Подтверждаю, доступ разрешаю.",
    "14-reply": "Здравствуйте! Камера снова пишет.\n\nМастера жду в четверг до 18 часов.\nКод домофона 4521.",
    "15-reply": YES,
    "16-reply": YES,
    "16-smime": "Камера 14 на складе не пишет архив со вчерашнего дня.",
    "17-reply": "Dankeschön!",
    "18-reply": YES,
    "19-reply": YES,
    "20-reply": "Рахмет!",
    "21-reply": YES,
    "22-reply": YES,
    "23-person": "Здравствуйте! Письмо о тревоге с камеры 3 не было доставлено, во вчерашнем журнале пусто. Проверьте, "
    "пожалуйста.",
    "23-plain": '<body class="x" onclick="...">',
    "25-iphone": "Добрый день, камера мигает красным.\n\nЗабыл добавить: это второй подъезд, серийный номер C7H-55120. "
    "Ключ от щитка у консьержа.",
    "26-html": "Просим выгрузить запись с камеры отделения за 21.11, 14:00–15:00.",
    "41-person": "Отключите, пожалуйста, уведомления с камер до 10 декабря.",
}
# {…: words that are shown as the person's own}
SHOWN = {
    "25b-signature": ("Договор № 774512", "кв. 45", "+7 912 000-11-22"),
    "33-outlook-forward": ("Коллеги, прошу разобраться", "K-4471"),
    "34-outlook-inline": ("Ответил ниже", "КАМЕРА 5, СКЛАД, СЕРИЙНЫЙ ZX-9001"),
    "36c-base64": ("Камера упала с крыши, провод висит!",),
    "21-webform": ("Тел. 8 912 555-44-33",),
}
FILES = {
    "20d-rfc2231": [("Схема подключения камер подъезд №3.pdf", 9)],
    "24-winmail": [("empty.txt", 0), ("Anlage-äüö.txt", 3)],
    "16-smime": [("smime.p7m", 1579)],
}
ADDRESSES = {
    "11-address": ("ivan@example.org", "help@example.org"),
    "12-address": ("ivan@mail.example.org", "help@example.org"),
}


def _read(beginning: str) -> ParsedLetter:
    (path,) = FOLDER.glob(f"{beginning}*.eml")
    return parse(path.read_bytes())


def test_every_letter_here_is_asked_about() -> None:
    tables = (BOUNCES, OWN, SHOWN, FILES, ADDRESSES)
    asked = {path.name for table in tables for name in table for path in FOLDER.glob(f"{name}*.eml")}
    assert asked == {path.name for path in FOLDER.iterdir()}


@pytest.mark.parametrize("name", BOUNCES)
def test_bounces(name: str) -> None:
    read = _read(name)
    recipient, permanent, given_up = BOUNCES[name]
    assert read.bounce == Bounce(recipient, permanent, given_up)
    assert read.automatic


@pytest.mark.parametrize("name", [*OWN, *SHOWN, *FILES, *ADDRESSES])
def test_a_person_is_a_person(name: str) -> None:
    read = _read(name)
    assert (read.bounce, read.automatic) == (None, False)


@pytest.mark.parametrize("name", OWN)
def test_what_they_wrote(name: str) -> None:
    assert _read(name).reply_text == OWN[name]


@pytest.mark.parametrize("name", SHOWN)
def test_what_must_be_seen(name: str) -> None:
    own = _read(name).reply_text
    assert [words for words in SHOWN[name] if words not in own] == []


@pytest.mark.parametrize("name", FILES)
def test_files(name: str) -> None:
    assert [(one.name, len(one.content)) for one in _read(name).attachments] == FILES[name]


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses(name: str) -> None:
    read = _read(name)
    assert (read.sender.address, read.to[0].address) == ADDRESSES[name]


def test_what_is_said_beside_the_words() -> None:
    assert _read("13-utf-7").subject == "Камера"
    assert UNCHECKED_SIGNATURE in _read("16-smime").notes
    assert _read("21-webform").reply_to == (NamedAddress("Марина Лебедева", "marina@lebedeva.example"),)
    assert _read("23c-dsn").returned == ("181.d3701f5ad917b0912aa7fe6f.xweqqqirm25oispvzujbjic3fv@example.org",)
