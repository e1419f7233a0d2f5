"""What the desk says became of a letter, and what can still be done with it: by its state and its note."""

import pytest

from camdesk.channels.mail.incoming.held_letters import TURNED_AWAY
from camdesk.channels.models import RawLetter
from camdesk.desk import letters_in

FATES = {
    ("held", "", 0): "Слишком много писем с этого адреса за час",
    ("unread", "", 0): "Не удалось разобрать, приложено к обращению файлом",
    ("noted", "", 0): "Письмо машины, отвечать некому",
    ("waiting", "", 0): "Скоро станет обращением",
    ("waiting", "", 1): "С первого раза не прочиталось, попробуем ещё",
    ("ignored", TURNED_AWAY, 0): "Отклонено",
    ("ignored", "something else", 0): "Отложено без ответа",
    ("taken", "", 0): "",
    ("taken", "foreign", 0): "Адрес не участвует в обращении, на которое отвечает: открыто новое",
}


def letter(state: str, note: str = "", attempts: int = 0) -> RawLetter:
    return RawLetter(state=state, note=note, attempts=attempts, last_error="away")


@pytest.mark.parametrize("fate", FATES)
def test_what_became_of_it(monkeypatch: pytest.MonkeyPatch, fate: tuple[str, str, int]) -> None:
    monkeypatch.setattr(letters_in, "_foreign", lambda row: row.note == "foreign")
    assert letters_in.sentence(letter(*fate)) == FATES[fate]


@pytest.mark.parametrize("state", RawLetter.State.values)
def test_what_can_be_done_with_it(state: str) -> None:
    plain, turned_away = letter(state), letter(state, TURNED_AWAY)
    assert letters_in.may_be_read_again(plain) == (state in ("ignored", "unread", "noted"))
    assert letters_in.may_be_read_again(turned_away) == (state in ("unread", "noted"))
    assert (letters_in.is_turned_away(plain), letters_in.is_turned_away(turned_away)) == (False, state == "ignored")
    assert letters_in.remark(turned_away) == ("away" if state == "waiting" else "")
    assert letters_in.remark(letter(state, "as it is")) == ("away" if state == "waiting" else "as it is")


@pytest.mark.parametrize(
    ("proven", "authserv", "said"), [(True, "mx", ""), (True, "", ""), (False, "mx", "no"), (False, "", "unknown")]
)
def test_whether_its_sender_is_genuine(monkeypatch: pytest.MonkeyPatch, proven: bool, authserv: str, said: str) -> None:
    monkeypatch.setattr(letters_in, "authserv_of", lambda mailbox, setting: authserv)
    assert letters_in.unproven(RawLetter(sender_proven=proven)) == said
