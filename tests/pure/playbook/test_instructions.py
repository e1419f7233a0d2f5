"""The steps of an article: what the chat walks through one at a time."""

import shutil
from pathlib import Path

import pytest

from camdesk.playbook.export import files_of
from camdesk.playbook.instructions import steps_of, walk_fault
from camdesk.playbook.loading import load

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("body", "steps"),
    [
        ("", ()),
        ("Просто текст.\n\n- пункт\n- пункт", ()),
        ("1. Раз\n2. Два", ("Раз", "Два")),
        ("Начало.\n\n## Что сделать\n\n1. Раз\n\n2. Два\n\nПотом.\n\n1. Не это", ("Раз", "Два")),
        ("1. Раз\n   и ещё\n2. Два\n\n## Дальше\n\n1. Не это", ("Раз\nи ещё", "Два")),
        ("1. Раз\n2. Два\n- не шаг\n3. Не это", ("Раз", "Два")),
        ("В 2026. году\n10. Десять", ("Десять",)),
    ],
)
def test_the_first_numbered_list_is_the_steps(body: str, steps: tuple[str, ...]) -> None:
    assert steps_of(body) == steps


def test_every_article_of_ours_can_be_walked_in_both_languages() -> None:
    playbook = load(ROOT / "playbook").playbook
    assert playbook is not None
    for article in playbook.articles.values():
        for body in (article.body.ru, article.body.en):
            steps = steps_of(body)
            assert 2 <= len(steps) <= 9 or not article.walk, article.id
            assert max(map(len, steps), default=0) <= 400, f"{article.id}: a step is one thing to do, not a page"


DEEDS = "1. **Питание.** Выключите камеру.\n2. Подождите минуту.\n3. Роутер молчит? Перезапустите его."
CHOICE = "1. Камера куплена.\n2. Камера в аренде.\n3. Своя камера: проверьте её модель."
TELLING = "1. Напишите адрес.\n2. Приложите фото.\n3. Дождитесь ответа."


@pytest.mark.parametrize(
    ("body", "said", "code"),
    [
        (DEEDS, None, None),
        (DEEDS, True, None),
        (DEEDS, False, "steps-not-walked"),
        (CHOICE, None, "walk-without-steps"),
        (CHOICE, False, None),
        (CHOICE, True, None),
        (TELLING, None, "walk-without-steps"),
        (TELLING, False, None),
        (f"{DEEDS}\n4. Готово.", False, None),
        ("1. Выключите камеру.", False, None),
        ("Текст без списка.", None, None),
        ("- Выключите камеру.\n- Подождите.", False, None),
    ],
)
def test_steps_are_walked_and_only_they(body: str, said: bool | None, code: str | None) -> None:
    fault = walk_fault(body, said)
    assert (fault and fault[0]) == code


@pytest.mark.parametrize(
    ("article", "old", "new", "code"),
    [
        ("camera-offline", "\n---\n", "\nwalk: false\n---\n", "steps-not-walked"),
        ("become-client", "walk: false\n", "", "walk-without-steps"),
    ],
)
def test_the_check_finds_it_in_an_article(tmp_path: Path, article: str, old: str, new: str, code: str) -> None:
    directory = tmp_path / "playbook"
    shutil.copytree(ROOT / "playbook", directory)
    path = directory / f"articles/{article}.ru.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert [(one.file, one.code) for one in load(directory).problems] == [(f"articles/{article}.ru.md", code)]


def test_what_an_author_says_against_the_rule_is_exported_too(tmp_path: Path) -> None:
    directory = tmp_path / "playbook"
    shutil.copytree(ROOT / "playbook", directory)
    path = directory / "articles/become-client.ru.md"
    path.write_text(path.read_text(encoding="utf-8").replace("walk: false", "walk: true"), encoding="utf-8")
    playbook = load(directory).playbook
    assert playbook is not None
    assert playbook.articles["become-client"].walk
    files = files_of(playbook)
    assert "walk: true" in files["articles/become-client.ru.md"]
    assert "walk" not in files["articles/camera-offline.ru.md"]
