"""Letters of the town: brought and read as any other, so that the desk shows every fate a letter may have."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from django.conf import settings

from camdesk.channels.mail.incoming import person_letters
from camdesk.channels.mail.incoming.dispatch import take_in_due
from camdesk.channels.mail.incoming.raw_store import store
from camdesk.people.models import Person
from camdesk.tickets.models import Delivery
from camdesk.tickets.models.ticket import Turn
from camdesk_demo.exhibits import exhibit
from camdesk_demo.story_player import local

_WE_WAIT = timedelta(hours=3)  # for an answer to a letter of ours
_HTML = """<html><head><style>p {{ color: #333 }}</style></head><body>
<div dir="ltr"><p>Здравствуйте!</p>
<p>Сделал, как вы написали: выключил камеру из розетки на минуту и включил. <b>Лампочка горит</b>, а картинки нет,
на экране вот это:</p>
<p><img src="cid:{picture}" alt="Снимок экрана: камера не отвечает" width="640"></p>
<p>Роутер в той же комнате, остальное в сети работает. Что попробовать дальше?</p>
<p>--<br>{name}</p></div>
<br><div class="gmail_quote"><div dir="ltr">Служба поддержки пишет:<br></div>
<blockquote class="gmail_quote">{quote}</blockquote></div>
<img src="https://counter.example/open.gif?id=1" width="1" height="1">
</body></html>"""


def bring(now: datetime) -> None:
    """All letters of the last hours, in their order. Answers go to requests that wait for their customer."""
    answers = ((52, _with_a_picture), (47, _returned), (44, _away))
    for (minutes, answer), delivery in zip(answers, _answered(now), strict=False):
        _take(answer(delivery), now - timedelta(minutes=minutes))
    _take(_stranger(), now - timedelta(minutes=38))
    for minutes, camera in ((31, "Вход"), (29, "Вход"), (26, "Склад")):
        _take(_alarm(camera, minutes), now - timedelta(minutes=minutes), most_from_one=1)
    _take(_bounce("ivan.petrov@old-mail.example", ""), now - timedelta(minutes=21))
    _cannot_be_read(now - timedelta(minutes=14))


def _answered(now: datetime) -> list[Delivery]:
    """Three of our letters to people who have not answered yet, one a request, the first about a dead camera."""
    said = Delivery.objects.filter(
        kind=Delivery.Kind.REPLY,
        created_at__lt=now - _WE_WAIT,
        ticket__turn=Turn.CUSTOMER,
        ticket__person__kind=Person.Kind.HUMAN,
    ).select_related("letter", "ticket", "message")
    about_a_camera = said.filter(ticket__topic_id="camera-offline").order_by("-pk")[:1]
    # Only what has left can come back; the newest are still on the catcher page.
    left = {one.ticket_id: one for one in said.filter(state=Delivery.State.SENT).order_by("pk")}
    found = [*about_a_camera, *sorted(left.values(), key=lambda one: -one.pk)]
    return list({one.ticket_id: one for one in reversed(found)}.values())[::-1][:3]


def _take(letter: EmailMessage, at: datetime, *, most_from_one: int | None = None) -> None:
    store(_dated(letter, at), mailbox="demo", now=at, most_from_one=most_from_one)
    take_in_due(at)


def _dated(letter: EmailMessage, at: datetime) -> bytes:
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{at:%Y%m%d%H%M%S}.{len(letter.as_bytes())}@mail.example>"
    return letter.as_bytes()


def _new(sender: str, subject: str, *, genuine: bool) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    domain = sender.rpartition("@")[2].rstrip(">")
    said = "pass" if genuine else "fail"
    if settings.MAIL_AUTHSERV:
        letter["Authentication-Results"] = f"{settings.MAIL_AUTHSERV}; dmarc={said} header.from={domain}"
    letter["From"], letter["To"], letter["Subject"] = sender, settings.SUPPORT_EMAIL, subject
    return letter


def _answer(delivery: Delivery) -> EmailMessage:
    name, subject = (delivery.ticket.contact_name, delivery.ticket.subject) if delivery.ticket else ("", "")
    letter = _new(f"{name} <{delivery.to}>", f"Re: {subject}", genuine=True)
    letter["In-Reply-To"] = f"<{delivery.letter.letter_id}>"
    return letter


def _with_a_picture(delivery: Delivery) -> EmailMessage:
    letter = _answer(delivery)
    quote = delivery.message.text if delivery.message else ""
    name = delivery.ticket.contact_name if delivery.ticket else ""
    letter.set_content(
        "Здравствуйте!\n\nСделал, как вы написали: выключил камеру из розетки на минуту и включил. Лампочка горит, а "
        "картинки нет, на экране вот это (снимок внутри). Роутер в той же комнате, остальное в сети работает. Что "
        f"попробовать дальше?\n\n-- \n{name}\n\nСлужба поддержки пишет:\n> " + quote.replace("\n", "\n> ")
    )
    letter.add_alternative(
        _HTML.format(picture="screen@mail.example", name=escape(name), quote=escape(quote)), subtype="html"
    )
    picture = exhibit("screenshot-offline.png", at=local(delivery.created_at))
    letter.get_payload()[1].add_related(  # type: ignore[union-attr, index]
        picture, "image", "png", cid="<screen@mail.example>", filename="экран.png"
    )
    return letter


def _away(delivery: Delivery) -> EmailMessage:
    letter = _answer(delivery)
    letter.replace_header("Subject", "Автоответ: меня нет на месте")
    letter["Auto-Submitted"] = "auto-replied"
    letter.set_content("Здравствуйте! Я в отпуске до понедельника, отвечу, когда вернусь.")
    return letter


def _stranger() -> EmailMessage:
    letter = _new("Служба безопасности <security@dom-24.example>", "Срочно нужна запись с подъезда", genuine=False)
    letter.set_content(
        "Добрый день.\n\nПришлите запись с камеры у второго подъезда за вчерашний вечер и список жильцов, у кого есть "
        "доступ к камере. Дело срочное, ждём сегодня.\n\nСлужба безопасности дома"
    )
    return letter


def _alarm(camera: str, minutes: int) -> EmailMessage:
    letter = _new("Регистратор <alarm@nvr-rynok.example>", f"Тревога: движение, канал «{camera}»", genuine=True)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(f"Устройство: NVR-16\nКанал: {camera}\nСобытие: движение, {minutes} мин назад\n")
    return letter


def _returned(delivery: Delivery) -> EmailMessage:
    return _bounce(delivery.to, delivery.letter.letter_id)


def _bounce(to: str, answered: str) -> EmailMessage:
    letter = _new(
        "Mail Delivery System <MAILER-DAEMON@mx.example.org>", "Undelivered Mail Returned to Sender", genuine=True
    )
    letter["X-Failed-Recipients"] = to
    if answered:
        letter["In-Reply-To"] = f"<{answered}>"
    letter.set_content(
        f"This is the mail system at host mx.example.org.\n\n<{to}>: host mail said: 550 5.1.1 User unknown\n"
    )
    return letter


def _cannot_be_read(at: datetime) -> None:
    """Nothing that is fit for a demo is too much for the parser: here its refusal is said, the rest is done."""
    letter = _new("Павел Ершов <pavel.ershov@factory.example>", "Схема цеха и вопрос по камерам", genuine=True)
    letter.set_content("Высылаю схему цеха, на ней отмечены места. Подскажите, сколько камер нужно?\n")
    row = store(_dated(letter, at), mailbox="demo", now=at).letter
    row.sender_proven = True
    person_letters.open_unread(row, why="could not be read: memory: the letter is larger than it says", now=at)
