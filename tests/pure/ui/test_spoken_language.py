"""The language of a page lies with its thread, and nowhere behind a lock (lib/internals/spoken_language.py)."""

import asyncio
import contextvars
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from camdesk.lib.internals import spoken_language

CLOSE = {"ru": "Закрыть", "en": "Close"}


def said() -> str:
    return translation.gettext("Закрыть")


def test_the_process_keeps_it_here() -> None:
    assert type(trans_real._active) is spoken_language._Active


@pytest.mark.parametrize("language", CLOSE)
def test_what_is_chosen_is_spoken_until_it_is_left(language: str) -> None:
    with translation.override("en" if language == "ru" else "ru"):
        before = said()
        with translation.override(language):
            assert (said(), translation.get_language()) == (CLOSE[language], language)
        assert said() == before


def test_where_none_is_chosen_it_is_the_installations() -> None:
    with translation.override("en"):
        translation.deactivate()
        assert said() == CLOSE["ru"]
        translation.deactivate()  # a second time does no harm
        with translation.override(None):
            assert said() == "Закрыть"


def test_threads_do_not_speak_for_each_other() -> None:
    both = threading.Barrier(2, timeout=10)

    def speak(language: str) -> str:
        with translation.override(language):
            both.wait()
            heard = said()
            both.wait()
        return heard

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(speak, ["ru", "en"])) == ["Закрыть", "Close"]


def test_a_thread_that_inherits_variables_inherits_no_language() -> None:
    with translation.override("en"):
        inherited, heard = contextvars.copy_context(), []
        thread = threading.Thread(target=lambda: heard.append(inherited.run(said)))
        thread.start()
        thread.join(10)
    assert heard == ["Закрыть"]


def test_tasks_of_one_loop_do_not_speak_for_each_other() -> None:
    async def speak(language: str) -> str:
        translation.activate(language)
        await asyncio.sleep(0)
        return said()

    async def together() -> list[str]:
        return list(await asyncio.gather(speak("en"), speak("ru"), speak("en")))

    assert asyncio.run(together()) == ["Close", "Закрыть", "Close"]


def test_with_another_django_its_own_way_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = object()
    monkeypatch.setattr(trans_real, "_active", theirs)
    monkeypatch.setattr(spoken_language, "tried", lambda: False)
    spoken_language.keep_here()
    assert trans_real._active is theirs


def test_what_was_chosen_before_is_chosen_still(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = threading.local()
    theirs.value = trans_real.translation("en")
    monkeypatch.setattr(trans_real, "_active", theirs)
    with translation.override("ru"):
        pass
    spoken_language.keep_here()
    assert said() == "Close"
    translation.deactivate()
