"""What a first start makes is used by it too, not only by the next one."""

from django.utils import translation
from django.utils.translation import trans_real

from camdesk.config import startup, translations


def test_words_asked_for_before_the_catalogues_were_there_are_looked_up_again(monkeypatch):
    translation.activate("ru")
    found_too_early = trans_real._translations["ru"]
    monkeypatch.setattr(translations, "compile_all", lambda: 18)
    assert startup._translations(None)
    translation.activate("ru")
    assert trans_real._translations["ru"] is not found_too_early
