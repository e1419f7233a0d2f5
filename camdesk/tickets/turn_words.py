"""Whose move it is, in words: the same state in the same words, but that a customer is spoken to, not spoken of."""

from django.utils.translation import gettext_lazy as _

from camdesk.tickets.models.ticket import Turn

TURN_WORDS = {
    Turn.BOT: _("Отвечает помощник"),
    Turn.US: _("Ход за поддержкой"),
    Turn.CUSTOMER: _("Ход за клиентом"),
    Turn.PROVIDER: _("Ждём интернет-провайдера"),
    Turn.INSTALLER: _("Ждём монтажников"),
    Turn.VISIT: _("Ждём выезда мастера"),
    Turn.NOBODY: _("Решено"),
}
_TO_CUSTOMERS = TURN_WORDS | {Turn.US: _("Отвечаем мы"), Turn.CUSTOMER: _("Ваш ход")}
CLOSED_WORD = _("Закрыто")


def turn_word(turn: str, *, closed: bool = False, to_customer: bool = False) -> str:
    return str(CLOSED_WORD if closed else (_TO_CUSTOMERS if to_customer else TURN_WORDS)[Turn(turn)])
