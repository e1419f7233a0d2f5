"""Letters that came in, as the desk lists them: by state, by sender, newest first; and what is said about each."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from camdesk.channels.mail.incoming import machine_letters
from camdesk.channels.mail.incoming.held_letters import TURNED_AWAY
from camdesk.channels.mail.incoming.threading import Ours, numbers_named
from camdesk.channels.mail.mime.authentication_results import authserv_of
from camdesk.channels.mail.mime.parsed_letter import ParsedLetter
from camdesk.channels.models import RawLetter
from camdesk.people.models import Agent
from camdesk.people.roles import hidden_teams, may
from camdesk.tickets.access import in_scope
from camdesk.tickets.models import Ticket
from camdesk.tickets.thread import page_with
from camdesk.ui.values import Look

PAGE = 50
MOST_COUNTED = 100  # beyond that the rail says «99+»
SENDERS_SHOWN = 10
_State = RawLetter.State

STATE_LOOKS = {
    _State.WAITING: Look(gettext_lazy("в очереди"), "neutral", "clock"),
    _State.TAKEN: Look(gettext_lazy("принято"), "good", "mail-check"),
    _State.UNREAD: Look(gettext_lazy("не прочитано"), "trouble", "mail-warning"),
    _State.NOTED: Look(gettext_lazy("отмечено"), "info", "bot"),
    _State.IGNORED: Look(gettext_lazy("отложено"), "neutral", "mail-minus"),
    _State.HELD: Look(gettext_lazy("ждёт решения"), "attention", "hand"),
}
FILTER_WORDS = {
    "": gettext_lazy("Все"),
    _State.HELD: gettext_lazy("Ждут решения"),
    _State.UNREAD: gettext_lazy("Не прочитаны"),
    _State.NOTED: gettext_lazy("Автоответы и возвраты"),
    _State.IGNORED: gettext_lazy("Отложены"),
    _State.WAITING: gettext_lazy("В очереди"),
}
_IGNORED_BECAUSE = {
    machine_letters.OUR_OWN: gettext_lazy("Наше же письмо вернулось к нам"),
    machine_letters.UNKNOWN_BOUNCE: gettext_lazy("Почтовый сервер вернул письмо, но какое, неизвестно"),
    machine_letters.ANOTHER_AUTOMATIC: gettext_lazy("Ещё один автоответ: первые отмечены в обращении"),
    TURNED_AWAY: gettext_lazy("Отклонено"),
}


def letter_for(agent: Agent, raw_id: int) -> RawLetter:
    """A letter this agent may see: that of a request they see; of none, as who reads the list. Raises Http404."""
    seen = in_scope(RawLetter.objects.select_related("ticket", "message", "decided_by"), agent)
    found = seen.filter(pk=raw_id).first()
    if found is None or (found.ticket_id is None and not may(agent, "letter.read")):
        raise Http404
    return found


@dataclass(frozen=True)
class LetterList:
    """What the list shows: letters in a `state` ("" for all), or those of the sender of one letter."""

    agent: Agent
    state: str = ""
    of: RawLetter | None = None

    @property
    def query(self) -> str:
        if self.of is not None:
            return f"?of={self.of.pk}"
        return f"?state={self.state}" if self.state else ""

    def letters(self) -> QuerySet[RawLetter]:
        found = in_scope(RawLetter.objects.select_related("ticket", "decided_by"), self.agent)
        if self.of is not None:
            return found.filter(sender=self.of.sender) if self.of.sender else found.filter(pk=self.of.pk)
        return found.filter(state=self.state) if self.state else found


def page(asked: LetterList, *, before: int | None) -> tuple[list[RawLetter], int | None]:
    """The rows below the id `before`, and the id to go on from."""
    found = asked.letters().filter(pk__lt=before) if before else asked.letters()
    rows = list(found.order_by("-pk")[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None


def held() -> int:
    """How many letters wait for a decision; never more than MOST_COUNTED, so it costs little in a flood too."""
    return RawLetter.objects.filter(state=_State.HELD).values("pk")[:MOST_COUNTED].count()


@dataclass(frozen=True, slots=True)
class HeldSender:
    """`last`: the id of one of their letters."""

    sender: str
    count: int
    last: int


def held_senders() -> list[HeldSender]:
    """Those from whom several letters are held, most first."""
    several = RawLetter.objects.filter(state=_State.HELD).exclude(sender="").values("sender")
    several = several.annotate(count=Count("pk"), last=Max("pk")).filter(count__gt=1)
    return [HeldSender(**row) for row in several.order_by("-count")[:SENDERS_SHOWN]]


def states_of_sender(agent: Agent, letter: RawLetter) -> dict[str, int]:
    """How many letters of this sender are held, and how many were turned away: what can be done with all of them."""
    theirs = LetterList(agent, of=letter).letters()
    return {
        "held": theirs.filter(state=_State.HELD).count(),
        "turned_away": theirs.filter(state=_State.IGNORED, note=TURNED_AWAY).count(),
    }


def sentence(letter: RawLetter) -> str:
    """What became of a letter, in one sentence; "" where the state says it all."""
    if letter.state == _State.HELD:
        return _("Слишком много писем с этого адреса за час")
    if letter.state == _State.UNREAD:
        return _("Не удалось разобрать, приложено к обращению файлом")
    if letter.state == _State.NOTED:
        return _("Письмо машины, отвечать некому")
    if letter.state == _State.WAITING and letter.attempts:
        return _("С первого раза не прочиталось, попробуем ещё")
    if letter.state == _State.WAITING:
        return _("Скоро станет обращением")
    if letter.state == _State.IGNORED:
        return _ignored(letter)
    return _("Адрес не участвует в обращении, на которое отвечает: открыто новое") if _foreign(letter) else ""


def remark(letter: RawLetter) -> str:
    """The note for agents and logs, as it is, or why it waits; "" where the sentence says the same."""
    if letter.state == _State.WAITING:
        return letter.last_error
    return "" if letter.note in _IGNORED_BECAUSE else letter.note


def may_be_read_again(letter: RawLetter) -> bool:
    if letter.state == _State.IGNORED:
        return letter.note != TURNED_AWAY  # that one goes back to where it waited
    return letter.state in (_State.UNREAD, _State.NOTED)


def is_turned_away(letter: RawLetter) -> bool:
    return letter.state == _State.IGNORED and letter.note == TURNED_AWAY


def unproven(letter: RawLetter) -> str:
    """ "": our mail server found the sender genuine. "no": it did not. "unknown": it tells us nothing about senders."""
    if letter.sender_proven:
        return ""
    return "no" if authserv_of(letter.mailbox, settings.MAIL_AUTHSERV) else "unknown"


def names_hidden(agent: Agent, letter: RawLetter, said: ParsedLetter) -> bool:
    """Whether a token of ours in the letter names a request this agent does not see; `said`: what is in it."""
    hidden = hidden_teams(agent)
    if not hidden:
        return False
    named = numbers_named(said, letter.recipients, Ours.of(settings.SUPPORT_EMAIL))
    return Ticket.objects.hidden(hidden).filter(pk__in=named).exists()


def words() -> dict[str, Any]:
    """What the templates of letters in look words up in."""
    return {
        "letter_in_looks": STATE_LOOKS,
        "letter_in_sentence": sentence,
        "letter_in_remark": remark,
        "letter_in_unproven": unproven,
        "may_be_read_again": may_be_read_again,
        "is_turned_away": is_turned_away,
        "page_with": page_with,
    }


def _ignored(letter: RawLetter) -> str:
    because = _IGNORED_BECAUSE.get(letter.note)
    if because is None:
        return _("Отложено без ответа")
    if letter.note == TURNED_AWAY and letter.decided_by is not None:
        return _("Отклонено: %(name)s") % {"name": letter.decided_by.name}
    return str(because)


def _foreign(letter: RawLetter) -> bool:
    return "in which its sender takes no part" in letter.note
