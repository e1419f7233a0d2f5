"""How filters are given a text that take more than a text."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any


def in_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def of_bytes(function: Any, text: str) -> object:
    return function(in_bytes(text))


def _budget() -> Any:
    from camdesk.channels.mail.mime.limits import Budget

    return Budget()


def _headers(*fields: tuple[str, str]) -> Any:
    from camdesk.channels.mail.mime.headers import Headers

    return Headers(tuple((name, in_bytes(value)) for name, value in fields))


def storable(function: Any, text: str) -> object:
    """Of text that has come through a door, as our models hold it."""
    from camdesk.channels.mail.mime.storable import many_lines

    return function(many_lines(text, 10**9))


def _letter(text: str, kind: str = "text/plain; charset=utf-8", **fields: str) -> bytes:
    said = {"From": "a@example.org", "Subject": "x", "Content-Type": kind, **fields}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in said.items())
    return in_bytes(head + "\r\n" + text)


def letter_html(function: Any, text: str) -> object:
    return function(_letter(text, "text/html"))


def letter_fields(function: Any, text: str) -> object:
    line = text.replace("\n", " ").replace("\r", " ").replace("\x00", " ")
    names = ("From", "To", "Cc", "Reply_To", "Subject", "Date", "References", "Message_ID", "In_Reply_To")
    return function(_letter("x", **{name: line[: len(line) // len(names)] for name in names}))


def letter_parts(function: Any, text: str) -> object:
    return function(_letter(f"--a\r\n{text}\r\n--a\r\n\r\n{text}", "multipart/mixed; boundary=a"))


def winmail(function: Any, text: str) -> object:
    import struct

    raw = in_bytes(text)
    attribute = struct.pack("<BII", 1, 0x0002800C, len(raw)) + raw + b"\0\0"
    return function(struct.pack("<IH", 0x223E9F78, 1) + attribute, _budget())


def _fact(kind: str) -> Any:
    from camdesk.playbook.document import Fact, FactLimits, Option, Text

    options = tuple(Option(f"o{number}", Text(f"Вариант {number}", f"Option {number}")) for number in range(12))
    return Fact("f", Text("Вопрос"), kind, options=options, limits=FactLimits(max_chars=10**7))


KINDS = ("text", "longtext", "choice", "choices", "yesno", "phone", "number", "date", "time", "files", "camera")


def facts(function: Any, text: str) -> object:
    given = (text, [text], text.split(" ")[:100])
    return [function([_fact(kind)], {"f": one}) for kind in KINDS for one in given]


def _ctx() -> dict[str, Any]:
    cameras = [{"id": number, "title": f"Подъезд {number}"} for number in range(20)]
    return {"customer": {"cameras": cameras}, "today": "2026-03-17", "lang": "ru"}


def _each_fact(errors: type[Exception], ask: Callable[[str], object], kinds: Iterable[str] = KINDS) -> None:
    for kind in kinds:
        with contextlib.suppress(errors):
            ask(kind)


def bot_answers(function: Any, text: str) -> object:
    from camdesk.bot.engine.answers import InvalidAnswer

    kinds = ("longtext", "choices", "phone", "number", "date", "time", "cameras")
    return _each_fact(InvalidAnswer, lambda kind: function(_fact(kind), text, _ctx(), "ru"), kinds)


def whether_it_works(function: Any, text: str) -> object:
    return function(text, text)


def _posted(text: str) -> Any:
    from django.http import QueryDict

    posted = QueryDict(mutable=True)
    for name in ("text", "name", "cameras", "attachments", "fact-a", "camera-1-fact-a", f"fact-{text}", text):
        posted.setlist(name, [text, text])
    return posted


def delivery(function: Any, text: str) -> object:
    from datetime import UTC, datetime

    from camdesk.tickets.models import Delivery, OutgoingLetter

    text = text.encode("utf-8", "replace").decode()
    at = datetime(2026, 3, 17, tzinfo=UTC)
    letter = Delivery(kind=Delivery.Kind.ACCOUNT, to="a@example.org", created_at=at)
    words = {"subject": text, "text": text, "html": f"<p>{text}</p>"}
    OutgoingLetter(delivery=letter, letter_id="a@b", charged_at=at, **words)
    return function(letter)


def blocks(function: Any, text: str) -> object:
    from camdesk.channels.mail.outgoing import blocks
    from camdesk.ui.values import Term

    return function(
        [blocks.Words(text), blocks.Quote("x", text), blocks.Rows([Term(text, text)])], title="x", language="ru"
    )


def exchange(name: str) -> Callable[[Any, str], object]:
    return lambda function, text: function(name)(in_bytes('{"kind":"answer","call_id":"1","from":' + text + "}"))


def hook_form(function: Any, text: str) -> object:
    plain = function("application/x-www-form-urlencoded", in_bytes(text))
    return plain, function("multipart/form-data; boundary=a", in_bytes(f"--a\r\n{text}\r\n\r\n{text}\r\n--a--"))


def postmark(function: Any, text: str) -> object:
    import json

    fields = [{"Name": "To", "Value": text}] * 3
    event = {"From": text, "Subject": text, "TextBody": text, "HtmlBody": text, "Headers": fields}
    return function("postmark", json.dumps(event).encode())


def reader() -> Any:
    from camdesk.bot.understanding.features import Reader
    from camdesk.bot.understanding.lexicon import Synonyms

    return Reader(Synonyms({"камера": ["видеокамера", "cam"]}), {"камер": 3})


def _article(text: str) -> Any:
    from camdesk.playbook.document import Article, Text

    return Article("a", Text("Заголовок"), Text(text))


def article_search(function: Any, text: str) -> object:
    return function([_article("Камера не работает. Перезагрузите её.")], reader().synonyms).search(text)


def _articles_body(function: Any, text: str) -> object:
    return function([_article(text)], reader().synonyms).search("камера")


def condition(function: Any, text: str) -> object:
    from camdesk.playbook.expressions import PURE

    names = {"x": text, "xs": text.split(" "), "rows": [{"k": one} for one in text[:20_000]], **PURE}
    return [function(one, names) for one in ("x == 'a'", "'a' in x", "has(xs, 'a')", "len(values(rows, 'k')) > 1")]


def choices(function: Any, text: str) -> object:
    return function(text, [(str(number), [f"Подъезд {number}"]) for number in range(50)])


def without_bound(function: Any, text: str) -> object:
    return function(text, most=10**9)


def letter(function: Any, text: str) -> object:
    return function(_letter(text))


def letter_of_two_forms(function: Any, text: str) -> object:
    edge, kind = "\r\n--b", "\r\nContent-Type: text/"
    raw = f"Content-Type: multipart/alternative; boundary=b\r\n{edge}{kind}plain\r\n\r\n{text[:300]}"
    raw += f"{edge}{kind}html\r\n\r\n{text}{edge}--\r\n"
    return function(in_bytes(raw)), function(in_bytes("Content-Type: text/plain\r\n\r\n<body>" + text))


def with_budget(function: Any, text: str) -> object:
    return function(in_bytes(text), _budget())


def header_block(function: Any, text: str) -> object:
    raw = in_bytes("From: a\r\n" + text)
    return function(raw, 0, len(raw), _budget())


def automatic(function: Any, text: str) -> object:
    headers = _headers(("auto-submitted", text), ("precedence", text), ("return-path", text))
    return function(headers, text, text, "text/plain"), function(_headers(), text + "@a.ru", text, "text/plain")


def bounce(function: Any, text: str) -> object:
    from camdesk.channels.mail.mime.addresses import NamedAddress
    from camdesk.channels.mail.mime.bounces import Suspect

    headers = _headers(("x-failed-recipients", text), ("auto-submitted", text), ("return-path", text))
    senders = (NamedAddress(text, address) for address in ("mailer-daemon@a.ru", "postmaster@a.ru", text))
    return [
        function(Suspect(headers, sender, text, text, reports=[text], dispositions=[text])) for sender in senders
    ], [
        function(Suspect(_headers(), NamedAddress(text, name), text, text))
        for name in ("root@a.ru", "mailer-daemon@a.ru", f"{text}@a")
    ]


def letter_back(function: Any, text: str) -> object:
    return function([in_bytes(text)], [], text, _budget()), function([], [], text, _budget())


def transfer_encodings(function: Any, text: str) -> object:
    return [function(in_bytes(text), name, _budget()) for name in ("base64", "quoted-printable", "uuencode", text)]


def authentication(function: Any, text: str) -> object:
    field = f"mx.example; dmarc=pass header.from={text}; dkim=fail ({text}"
    return function([field, text], authserv="mx.example", sender=f"a@{text}")


def at_some_time(function: Any, text: str) -> object:
    from datetime import UTC, datetime

    return function(text, now=datetime(2026, 3, 17, tzinfo=UTC))


def mango(function: Any, text: str) -> object:
    return function(in_bytes("json=" + text)), function(
        in_bytes('json={"entry_id":"1","call_state":"Connected"}&a=' + text)
    )


def posted_form(function: Any, text: str) -> object:
    return function(_posted(text))


def address(function: Any, text: str) -> object:
    return function(f"a@{text}")


def cursor(function: Any, text: str) -> object:
    from camdesk.api.problems import ApiProblem

    with contextlib.suppress(ApiProblem):
        function(text)
    return None


def used_as(method: str) -> Callable[[Any, str], object]:
    """Of a pattern whose function needs more than a text: the pattern itself, used as that function uses it."""

    def call(pattern: Any, text: str) -> object:
        given = in_bytes(text) if isinstance(pattern.pattern, bytes) else text
        more = (b"" if isinstance(given, bytes) else "",) if method == "sub" else ()
        return getattr(pattern, method)(*more, given)

    return call


def phone(function: Any, text: str) -> object:
    with contextlib.suppress(ValueError):
        function(text)
    return function(text[:60])


def camera_table(function: Any, text: str) -> object:
    cell = " ".join(text.replace(";", " ").split("\n"))
    cells = ";".join((cell[:90], cell[:60], cell[:60], cell[:60], cell[:150]))
    table = "ID;MAC;Высота;Серийный номер;Адрес\n" + f"{cells}\n" * (len(text) // 400) + cell + "\n" + text
    return function(table.encode("utf-8", "replace"))


def letter_without_boundary(function: Any, text: str) -> object:
    return function(_letter(text, "multipart/mixed; boundary=zz"))


def address_of_hook(function: Any, text: str) -> object:
    return function(f"http://{text}", resolve=lambda host, port: ["192.0.2.1"])


def own_pictures(function: Any, text: str) -> object:
    return function(SimpleNamespace(html=text, attachments=SimpleNamespace(all=list)))


def language_of_letter(function: Any, text: str) -> object:
    return function(SimpleNamespace(subject=text, reply_text=text))


def middleware(function: Any, text: str) -> object:
    from django.http import Http404

    request = SimpleNamespace(path_info=f"/{text}", META={"QUERY_STRING": text})
    with contextlib.suppress(Http404):
        function(lambda one: one)(request)
    return None


def attributes(function: Any, text: str) -> object:
    return function(text, enough=20)


def hear(function: Any, text: str) -> object:
    """Without the bound on how much of a message is heard: what bounds it may be raised some day."""
    from camdesk.bot.utterances import reader
    from camdesk.bot.utterances.cameras import NamedCamera

    cameras = [NamedCamera(str(number), f"Касса {number}") for number in range(9)]
    kept, reader.LONGEST = reader.LONGEST, len(text)
    try:
        return function(text, now=datetime(2026, 3, 17, 12, 30, tzinfo=UTC), cameras=cameras, phone=str)
    finally:
        reader.LONGEST = kept


def form_body(function: Any, text: str) -> object:
    """As the name and as the words of a field; a name too long to be one leaves the words alone."""
    raw = text.encode("utf-8", "replace")
    name = raw if len(raw) < 900 else b"a"
    return function(
        b'--edge\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + raw + b"\r\n--edge--", b"edge"
    )
