"""The operator's words: terms come from settings, names exist, rules have one wording. Each rule is shown on the text
that an editor once found in this playbook, and on the text that replaced it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from camdesk.playbook.document import Contacts, Limits, Promise, Text
from camdesk.playbook.fields import Fields
from camdesk.playbook.loading import load
from camdesk.playbook.wording import filled, terms_of, wording_of
from camdesk.playbook.yaml_source import Node, Problem, parse_yaml

PLAYBOOK = Path(__file__).parents[3] / "playbook"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    shutil.copytree(PLAYBOOK, tmp_path / "playbook")
    return tmp_path / "playbook"


def rewrite(directory: Path, file: str, old: str, new: str) -> list[Problem]:
    path = directory / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")
    return list(load(directory).problems)


HEIGHT = (
    "Делайте сами только то, до чего достаёте, стоя на полу. Выше, на электрическом щите, у воды и на морозе — "
    "вызовите мастера."
)
FOUND = {
    "height: two metres and a helper": (
        "articles/camera-offline.ru.md",
        HEIGHT,
        "Не поднимайтесь к камере выше двух метров без помощника и надёжной лестницы.",
        "own-wording",
    ),
    "height: a stepladder to three metres": (
        "articles/blurred-picture.ru.md",
        HEIGHT,
        "Достаёте с пола или с устойчивой стремянки до трёх метров — сделайте это сами. Выше не поднимайтесь.",
        "own-wording",
    ),
    "height: three metres": (
        "articles/night-glare.ru.md",
        HEIGHT,
        "Не получается протереть с пола — не поднимайтесь выше трёх метров, вызовите нас.",
        "own-wording",
    ),
    "height: above a person's own": (
        "articles/maintenance.ru.md",
        HEIGHT,
        "Камера выше роста — на стремянку с ней не лезьте, это работа мастера.",
        "own-wording",
    ),
    "height: a ladder in a question": (
        "flows/reset-camera.yaml",
        "Достанете до камеры с пола?",
        "До камеры можно безопасно дотянуться, с пола или стремянки?",
        "own-wording",
    ),
    "height: a threshold of its own in a topic": (
        "topics/visit/request-visit.yaml",
        "Выше пяти метров нужен подъёмник, его мы заказываем заранее.",
        "От 1,8 метра работа считается высотной и нужен обученный мастер.",
        "own-wording",
    ),
    "height in English": (
        "topics/visit/request-visit.yaml",
        "Above five metres a lift is needed, and we book it beforehand.",
        "From 1.8 m it is work at height and needs a trained person.",
        "own-wording",
    ),
    "a telephone that a request does not show": (
        "topics/visit/reschedule-visit.yaml",
        "День и часы выезда — в нашем ответе в обращении; мастер звонит перед приездом.",
        "В обращении видны время выезда, этап и телефон диспетчера.",
        "avoided-words",
    ),
    "a question that examines": (
        "flows/suspended.yaml",
        "confirm: {ru: Сможете оплатить?",
        "confirm: {ru: Всё понятно?",
        "avoided-words",
    ),
    "a section that is not there": (
        "articles/outage-here.ru.md",
        "показаны вверху раздела «Камеры»",
        "показаны в разделе «Аварии и работы»",
        "unknown-name",
    ),
    "buttons that are not there": (
        "articles/folders-groups.ru.md",
        "1. Создайте папку в списке устройств",
        "1. «Устройства» → «Создать папку»",
        "unknown-name",
    ),
    "an English section that is not there": (
        "articles/unclear-charge.en.md",
        "1. Open the payment section of your account and the bill:",
        "1. Open “Payment” and the bill:",
        "unknown-name",
    ),
    "a button on the camera's card": (
        "articles/black-screen.ru.md",
        "выключите её питание на 30 секунд и включите.",
        "кнопкой в карточке.",
        "avoided-words",
    ),
    "a passport that customers cannot edit": (
        "topics/connect/activate-camera.yaml",
        "сообщите нам высоту, крепление и кто пускает.",
        "заполните паспорт.",
        "avoided-words",
    ),
    "a promise in other days than the setting": (
        "articles/request-status.ru.md",
        "В течение {term.reopen} оно откроется снова",
        "Две недели оно откроется снова",
        "avoided-words",
    ),
    "a payment term of its own": (
        "articles/payment-failed.ru.md",
        "2. Через банк по реквизитам: {term.transfer}.",
        "2. Через банк по реквизитам: до одного рабочего дня.",
        "avoided-words",
    ),
    "a reply promised in minutes": (
        "articles/preserve-footage.ru.md",
        "ответ в течение {term.urgent}.",
        "ответ в течение 15 минут.",
        "avoided-words",
    ),
    "a term of the law written by hand": (
        "articles/formal-claim.ru.md",
        "не позднее {term.law_claim}, о возврате денег — {term.law_refund}.",
        "не позднее 30 дней, о возврате денег — 10 дней.",
        "own-promise",
    ),
    "an hour that a canned reply promises": (
        "replies.yaml",
        "Позвонит {term.call_ahead}.",
        "За час позвонит.",
        "own-promise",
    ),
    "a hand-over that guesses how long it takes": (
        "flows/roaming.yaml",
        "почему не идёт видео. Ответим {promised|в рабочее время}.",
        "почему не идёт видео. Ответим в течение нескольких минут.",
        "own-promise",
    ),
    "a hand-over that promises the hour of opening": (
        "flows/roaming.yaml",
        "Обращение принято, ответим {promised|в рабочее время}.",
        "Обращение принято, ответим {hours.next_open|утром}.",
        "own-promise",
    ),
    "the estimate of before": (
        "flows/roaming.yaml",
        "почему не идёт видео. Ответим {promised|в рабочее время}.",
        "почему не идёт видео. Ответим в течение {queue.wait|нескольких минут}.",
        "unknown-substitution",
    ),
    "a telephone number of its own": (
        "articles/talk-to-person.ru.md",
        "Телефон: {term.phone},",
        "Телефон: +7 800 000-00-00,",
        "avoided-words",
    ),
    "a term that is not there": (
        "articles/talk-to-person.ru.md",
        "Телефон: {term.phone},",
        "Телефон: {term.telephone},",
        "unknown-term",
    ),
    "a link that says another title": (
        "articles/plan-and-depth.ru.md",
        "[Хранится меньше дней, чем я плачу]",
        "[Архив короче, чем должен]",
        "link-title",
    ),
    "a flow called otherwise than its topic": (
        "flows/preserve-footage.yaml",
        "title: {ru: \"Срочно сохранить запись о происшествии\"",
        "title: {ru: \"Сохранить запись\"",
        "two-names",
    ),
    "a drawing that is not there": (
        "articles/led-meaning.en.md",
        "(picture:led-states)",
        "(picture:led)",
        "unknown-picture",
    ),
    "a step that only one language has": (
        "articles/wifi-setup.en.md",
        "\n1. ",
        "\n1. Rest.\n2. ",
        "steps-differ",
    ),
    "English: cabinet": (
        "articles/activate-camera.en.md",
        "3. **Add it in your account:**",
        "3. **Add it in the cabinet:**",
        "avoided-words",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("file", "now", "before", "code"), FOUND.values(), ids=FOUND.keys())
def test_what_an_editor_found_is_found_by_the_check(
    directory: Path, file: str, now: str, before: str, code: str
) -> None:
    problems = rewrite(directory, file, now, before)
    assert (file, code) in {(problem.file, problem.code) for problem in problems}, problems


def test_a_setting_changes_every_text_that_promises_it(directory: Path) -> None:
    assert rewrite(directory, "playbook.yaml", "reopen_days: 14", "reopen_days: 21") == []
    playbook = load(directory).playbook
    assert playbook is not None
    assert "21 дня" in playbook.articles["request-status"].body.ru
    assert "21 days" in playbook.articles["request-status"].body.en
    assert not [one.id for one in playbook.articles.values() if "{term." in one.body.ru + one.body.en]
    assert "{term." not in str(playbook.flows)


@pytest.mark.parametrize(
    ("days", "minutes", "told"),
    [
        (1, 15, ("1 дня", "1 day", "15 минут", "15 minutes")),
        (14, 60, ("14 дней", "14 days", "1 часа", "1 hour")),
        (21, 240, ("21 дня", "21 days", "4 часов", "4 hours")),
        (11, 1, ("11 дней", "11 days", "1 минуты", "1 minute")),
    ],
)
def test_settings_are_told_in_the_case_that_follows_within(days: int, minutes: int, told: tuple[str, ...]) -> None:
    node = parse_yaml("names: []\n", "wording.yaml", [])
    assert isinstance(node, Node)
    wording = wording_of(Fields(node, "wording", []))
    promise = Promise("urgent", Text("Срочно", "Urgent"), first_reply=minutes, resolution=600)
    terms = terms_of(wording, Contacts(phone="112"), Limits(reopen_days=days), {"urgent": promise})
    assert (terms["reopen"].ru, terms["reopen"].en, terms["urgent"].ru, terms["urgent"].en) == told
    assert filled("{term.phone}, {term.reopen}, {term.lost}", "ru", terms) == f"112, {told[0]}, {{term.lost}}"


def test_a_broken_pattern_is_named(directory: Path) -> None:
    problems = rewrite(directory, "wording.yaml", 'ru: "предустанов"', 'ru: "предустанов("')
    assert [problem.code for problem in problems] == ["bad-pattern"]
