"""Letters written to cost time or memory, and letters damaged at random."""

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camdesk.channels.mail.mime import limits
from camdesk.channels.mail.mime.addresses import NamedAddress
from camdesk.channels.mail.mime.letter_codec import from_frame, to_frame
from camdesk.channels.mail.mime.limits import Budget
from camdesk.channels.mail.mime.parse import parse, read_letter
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from tests.pure.mail.mime.corpus import encoded, file_part, hostile, letter, mixed, nested, part, tnef, uuencoded

HOSTILE = hostile()
MOST_SECONDS = 20  # of CPU: the square of a megabyte would cost hours


def check(read: ParsedLetter) -> None:
    """What is true of every letter, however it was written."""
    boxes = [read.sender, *read.to, *read.cc, *read.reply_to]
    lines = [read.subject, read.message_id, read.in_reply_to, *read.references, *read.notes]
    lines += [value for box in boxes for value in (box.name, box.address)]
    lines += [value for file in read.attachments for value in (file.name, file.type, file.cid)]
    assert not [line for line in lines if re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", line) or line != line.strip()]
    for text in (*lines, read.text, read.reply_text, read.html):
        text.encode()
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)
    for box in boxes:
        assert re.fullmatch(r"(?:[^\s<>\"@,;:()\\]+@[^\s<>\"@,;()\\]+)?", box.address)
        domain = box.address.rpartition("@")[2]
        assert domain == domain.lower()
    assert read.date is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", read.date)
    assert all(file.name and "/" not in file.name and isinstance(file.content, bytes) for file in read.attachments)
    assert all(re.fullmatch(r"[\w.+!#$&^-]+/[\w.+!#$&^-]+", file.type) for file in read.attachments)
    assert isinstance(read.automatic, bool)
    assert bool(read.reply_text.strip()) == bool(read.text.strip())
    assert len(read.subject) <= limits.SUBJECT_CHARACTERS
    assert len(read.text) <= limits.TEXT_CHARACTERS
    assert len(read.attachments) <= limits.ATTACHMENTS


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_letter_costs_little_and_is_read(name: str) -> None:
    budget, begun = Budget(), time.process_time()
    check(read_letter(HOSTILE[name], budget))
    assert time.process_time() - begun < MOST_SECONDS
    assert budget.parts >= -1


def test_what_follows_a_subject_of_a_megabyte_is_still_read() -> None:
    read = parse(letter("Камера", ("Subject", "x" * 1_100_000), ("From", "ivan@example.org")))
    assert (read.sender.address, read.text) == ("ivan@example.org", "Камера")


def test_a_letter_larger_than_we_read_is_read_to_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("camdesk.channels.mail.mime.parse.LETTER_BYTES", 2000)
    read = parse(letter("Камера " * 1000))
    assert read.text.startswith("Камера")
    assert any("too large" in note for note in read.notes)


def test_parts_too_large_together_are_left_in_the_raw_letter() -> None:
    budget = Budget(decoded=5000)
    read = read_letter(mixed(part("Камера"), *[file_part(b"x" * 2000, f"{n}.png") for n in range(9)]), budget)
    assert read.text == "Камера"
    assert len(read.attachments) == 1
    assert budget.decoded >= 0


def _usual() -> list[bytes]:
    picture = file_part(bytes(range(256)), "p.png", "image/png", ("Content-ID", "<p@x>"))
    fields: list[tuple[str, str | bytes]] = [
        ("From", encoded("Иван") + " <ivan@example.org>"),
        ("To", '"Help, Desk" <help@desk.example>, b@x.org (B)'),
        ("Subject", encoded("Камера") + " " + encoded("двор", "koi8-r", "q")),
        ("References", "<a@x> <b@x>"),
    ]
    html = part('<p>Да<blockquote>Точно? <img src="cid:p@x"></blockquote>', "text/html; charset=utf-8")
    alternative = nested("alternative", part("Да\n\n> Точно?\n-- \nИван"), html, boundary="alt")
    inner = part(letter("внутри"), "message/rfc822")
    winmail = file_part(tnef((1, 0x0002800C, b"text"), (2, 0x00069002, b""), (2, 0x0006800F, b"x")), "winmail.dat",
                        "application/ms-tnef")  # fmt: skip
    return [
        mixed(alternative, picture, inner, winmail, fields=fields),
        letter("Смотрите\n" + uuencoded(b"data" * 30), *fields, kind="text/plain; charset=utf-8; format=flowed"),
        mixed(part("x"), part("Final-Recipient: rfc822; a@x.org\nAction: failed", "message/delivery-status"),
              kind="report", fields=fields),
    ]  # fmt: skip


USUAL = _usual()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_a_damaged_letter_is_still_read(seed: int, damages: int) -> None:
    chance = random.Random(seed)
    raw = bytearray(chance.choice(USUAL))
    for _ in range(damages):
        at = chance.randrange(len(raw))
        kind = chance.randrange(5)
        if kind == 0:
            raw[at] = chance.randrange(256)
        elif kind == 1:
            del raw[at : at + chance.randrange(1, 60)]
        elif kind == 2:
            raw[at:at] = raw[chance.randrange(len(raw)) :][: chance.randrange(80)]
        elif kind == 3:
            raw[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(8)))
        else:
            raw[at:at] = chance.choice(
                [b"\r", b"\n\n", b"--edge\r\n", b"=?", b"?=", b'"', b"\0", b"<", b"(", b";", b"%"]
            )
        raw = raw or bytearray(b"x")
    check(parse(bytes(raw)))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_letter(raw: bytes) -> None:
    check(parse(raw))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_a_letter_in_html(text: str) -> None:
    check(parse(letter(text.encode("utf-8", "replace"), kind="text/html; charset=utf-8")))


@settings(max_examples=200, deadline=None)
@given(
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff"), min_size=1, max_size=80
    )
)
def test_ordinary_text_comes_back_as_it_was_sent(text: str) -> None:
    text = text.strip()
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    read = parse(letter("x " + text, ("Subject", encoded(text)), ("From", f"{quoted} <i@x.org>")))
    assert read.subject == text
    assert read.text == ("x " + text).rstrip("\n")


# Strings that break programs, each sent as subject, name and body at once.
STRINGS = [
    "undefined", "null", "NULL", "None", "true", "NaN", "-Infinity", "0", "-1", "1/0", "0x0",
    "1e9999", "٤٢", "٠١٢", "<>?:\"{}|_+", "!@#$%^&*()`~", "'; DROP TABLE tickets; --",
    "' OR 1=1 --", "1;SELECT pg_sleep(9)", "%00", "%0d%0aX: y", "{{7*7}}", "{% debug %}", "${7*7}",
    "#{7*7}", "<%= 7*7 %>", "$(touch /tmp/x)", "`ls -al`", "; ls", "| cat /etc/passwd",
    "../../../etc/passwd", "C:\\nul", "CON", "PRN", "file:///etc/passwd", "http://a/%%30%30",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)",
    "\"><svg/onload=alert(1)>", "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+1", "-1+1", "Ω≈ç√∫˜µ≤≥÷",
    "åß∂ƒ©˙∆˚¬…æ", "œ∑´®†¥¨ˆøπ“‘", "¡™£¢∞§¶•ªº–≠", "ЁЂЃЄЅІЇЈЉЊЋЌЍЎЏ", "田中さんにあげて下さい",
    "社會科學院語學研究所", "𠜎𠜱𠝹𠱓", "ヽ༼ຈل͜ຈ༽ﾉ", "(｡◕ ∀ ◕｡)", "👾 🙇 💁 🙅", "👨\u200d👩\u200d👧\u200d👦",
    "🇷🇺🇸🇪", "👩🏽", "בְּרֵאשִׁית", "ﷺ", "مُنَاقَشَةُ", "T̆h̆ĕ", "Ṱ̺̺o͞ ̷i̲̬n", "˙ɐnbᴉlɐ ɐuƃɐɯ",
    "𝕿𝖍𝖊", "⒯⒣⒠", "\u200bzero\u200bwidth", "\u202ereversed", "á̂",
    "Power̀ لُلُصّبُلُلصّبُررً ॣ ॣh ॣ ॣ 冗", "జ్ఞ\u200cా", "గ", "%s%n%d", "%x%x%x", "\\u0041", "\\",
    "\\\\", "\"", "'", "''''\"", ">", "> x", "--", "-- ", ".", "..", "From here", "BEGIN:VCARD",
    "Content-Type: text/html", "=?utf-8?B?", "?=", "=3D", "=", "&amp;", "&#0;", "<!--", "]]>",
]  # fmt: skip


@pytest.mark.parametrize("text", STRINGS)
def test_strings_that_break_programs_come_back_as_they_were_sent(text: str) -> None:
    quoted = f'"{encoded(text)}"'
    read = parse(letter(text, ("Subject", encoded(text)), ("From", f"{quoted} <i@x.org>")))
    assert (read.subject, read.text) == (text.strip(), text)
    name = text.strip("' ") if text[:1] == text[-1:] == "'" else text.strip()
    assert read.sender == NamedAddress(name, "i@x.org")
    assert from_frame(to_frame(read)) == read


@pytest.mark.parametrize("control", [chr(code) for code in range(32) if chr(code) not in "\t\r\n"] + ["\x7f"])
def test_control_characters_are_replaced_visibly(control: str) -> None:
    data = f"a{control}b".encode()
    read = parse(letter(data, ("Subject", b"=?utf-8?Q?" + b"".join(b"=%02X" % byte for byte in data) + b"?=")))
    assert re.fullmatch("a[ \ufffd]+b", read.subject)
    assert re.fullmatch("a[\n\ufffd]+b", read.text)
