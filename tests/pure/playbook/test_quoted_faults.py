# ruff: noqa: E501  (one sentence a line)
"""What an editor quoted of the first playbook, sentence by sentence, put back where it stood: the check names every one.

The kinds are shown in test_wording.py and test_flow_checks.py; here is the whole list, so that a rule that is loosened for
one text is seen to let the others through.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from camdesk.playbook.loading import load

PLAYBOOK = Path(__file__).parents[3] / "playbook"

HEIGHTS = {
    "camera-offline": "Не поднимайтесь к камере выше двух метров без помощника и надёжной лестницы.",
    "blurred-picture": "Достаёте с пола или с устойчивой стремянки до трёх метров — сделайте это сами. Выше не поднимайтесь.",
    "night-glare": "Не получается протереть с пола — не поднимайтесь выше трёх метров, вызовите нас.",
    "maintenance": "Камера выше роста — на стремянку с ней не лезьте, это работа мастера.",
    "request-visit": "До 1,8 метра хватит рук, до пяти — лестницы.",
    "camera-turned": "Делайте это только с пола или с надёжной стремянки.",
    "reset-camera": "Висит выше трёх метров — не лезьте сами, вызовите мастера.",
}
PLACES = {
    "outage-here": "1. Откройте «Аварии и работы» в кабинете: там открытые аварии по вашим адресам.",
    "folders-groups": "1. «Устройства» → «Создать папку», назовите её так, чтобы понял и новый охранник.",
    "payment-failed": "Номер лицевого счёта, сумма и все способы оплаты — в кабинете, в разделе «Оплата».",
    "unclear-charge": "1. Откройте «Оплата» и счёт за нужный месяц.",
    "plan-and-depth": "2. Сумма по всем камерам — в разделе «Оплата», построчно.",
    "blocked-for-debt": "1. Откройте «Оплата». Вверху видно, сколько нужно внести.",
    "share-camera": "1. Откройте карточку камеры (или группы) и выберите «Поделиться».",
    "black-screen": "6. **Перезагрузите камеру** кнопкой в карточке, если она есть, или питанием на 30 секунд.",
    "frozen-picture": "Перезагрузите камеру: кнопкой в карточке или питанием на 30 секунд.",
    "ptz-stuck": "4. **Перезагрузите камеру** кнопкой в карточке или питанием.",
    "blurred-picture": "Если у камеры зум с приводом, запустите автофокус в её карточке.",
    "activate-camera": "6. **Заполните паспорт камеры:** высота, на чём висит, кто пускает.",
    "network-changed": "После всего смените провайдера в паспорте камеры: по нему мы узнаём об авариях.",
    "suspected-intrusion": "3. В настройках завершите все остальные сеансы.",
    "cannot-sign-in": "Снимок журнала входов, время, запись с камеры за эти минуты.",
    "closing-documents": "1. Откройте кабинет организации и раздел документов.",
    "desktop-app": "Ставьте её только по ссылке из кабинета.",
    "mobile-app": "Ставьте приложение из магазина или по ссылке из раздела «Приложения» кабинета.",
    "sms-limit": "1. **Посмотрите остаток.** Откройте карточку сотрудника: там лимит SMS.",
}


@pytest.mark.parametrize(("quoted", "codes"), [(HEIGHTS, {"own-wording"}), (PLACES, {"unknown-name", "avoided-words"})])
def test_every_sentence_that_was_quoted_is_found_in_its_article(
    tmp_path: Path, quoted: dict[str, str], codes: set[str]
) -> None:
    directory = tmp_path / "playbook"
    shutil.copytree(PLAYBOOK, directory)
    for name, sentence in quoted.items():
        path = directory / f"articles/{name}.ru.md"
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{sentence}\n", encoding="utf-8")
    found = {one.file for one in load(directory).problems if one.code in codes}
    assert found == {f"articles/{name}.ru.md" for name in quoted}


FAULT = """say: {ru: "Мы уже знаем об этой аварии: {outage.title}. Чиним.", en: "We already know of this outage: {outage.title}."}
    subscribe: outage"""
EXAMINED = """
  - id: unpaid
    say: {ru: "Камера приостановлена.", en: "The camera is suspended."}
    confirm: {ru: Всё понятно?, en: Is that clear?}
    yes: unpaid_solved
    no: operator

  - id: unpaid_solved
    resolve: true
"""


def _put_back(directory: Path, link: str, old: str, steps: str = "") -> set[str]:
    """Names of the flows in which the part was replaced by the words that once stood there."""
    changed = set()
    for path in (directory / "flows").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if link in text and "\npart: true" not in text:
            head, timeouts, rest = text.partition("\ntimeouts:")
            path.write_text(f"{head.replace(link, old).rstrip()}\n{steps}{timeouts}{rest}", encoding="utf-8")
            changed.add(f"flows/{path.name}")
    return changed


@pytest.mark.parametrize(
    ("link", "old", "steps", "code", "least"),
    [
        ("link: known-outage", FAULT, "", "planned-as-fault", 13),
        ("to: {link: suspended}", "to: unpaid", EXAMINED, "unpaid-as-solved", 11),
    ],
)
def test_what_every_flow_once_said_is_found_in_every_flow(
    tmp_path: Path, link: str, old: str, steps: str, code: str, least: int
) -> None:
    directory = tmp_path / "playbook"
    shutil.copytree(PLAYBOOK, directory)
    changed = _put_back(directory, link, old, steps)
    assert len(changed) >= least
    assert {one.file for one in load(directory).problems if one.code == code} == changed
