"""The steps of an article: what the chat walks through one at a time."""

from pathlib import Path

import pytest

from camdesk.playbook.instructions import steps_of
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
            assert 2 <= len(steps) <= 9, article.id
            assert max(map(len, steps)) <= 400, f"{article.id}: a step is one thing to do, not a page"
