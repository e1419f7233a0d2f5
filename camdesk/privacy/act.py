"""The act of an erasure and the extract of the log that belongs to it, as Roskomnadzor's order 179 of 28.10.2022 wants
both: what was destroyed, of whom, when, by whom, why and how. Nothing of what went is in them: the person is named by
their number here and the one in the operator's own system."""

from typing import Any

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from camdesk.people.models import AccessRecord
from camdesk.privacy.classification import TABLE
from camdesk.privacy.models import Erasure
from camdesk.tickets.models import Event

METHOD = "rows of the database removed or overwritten, files of the store deleted"


def act(erasure: Erasure) -> dict[str, Any]:
    """Plain values, for JSON. `log`: the events of the erasure, in their order."""
    labels = {kept.name: str(kept.label) for kept in TABLE}
    return {
        "act": erasure.pk,
        "system": f"{settings.BRAND} ({settings.PUBLIC_URL})",
        "person": erasure.person_id,
        "external_id": erasure.external_id,
        "basis": str(Erasure.Basis(erasure.basis).label),
        "reason": erasure.reason,
        "by": erasure.by.name if erasure.by else _("командная строка сервера"),
        "at": localtime(erasure.at).isoformat(timespec="seconds"),
        "finished_at": localtime(erasure.finished_at).isoformat(timespec="seconds") if erasure.finished_at else None,
        "done_again_at": localtime(erasure.again_at).isoformat(timespec="seconds") if erasure.again_at else None,
        "method": METHOD,
        "destroyed": [{"what": labels[name], "rows": rows} for name, rows in sorted(erasure.counts.items())],
        "files": erasure.removed_files,
        "log": log(erasure),
    }


def log(erasure: Erasure) -> list[dict[str, Any]]:
    """What the access log and the timelines of their requests say of it."""
    access = AccessRecord.objects.filter(whose=erasure.person_id, what="person erased").order_by("pk")
    lines: list[dict[str, Any]] = [
        {"at": localtime(row.at).isoformat(timespec="seconds"), "record": row.pk, "by": row.by, "event": row.what}
        for row in access
    ]
    rows = Event.objects.filter(ticket__person=erasure.person_id, name="person.erased").order_by("pk")
    return lines + [
        {"at": localtime(at).isoformat(timespec="seconds"), "ticket": ticket, "seq": seq, "event": "person.erased"}
        for at, ticket, seq in rows.values_list("at", "ticket_id", "seq")
    ]


def as_markdown(told: dict[str, Any]) -> str:
    """To be printed and signed; in Russian, as the law is."""
    lines = [
        f"# Акт об уничтожении персональных данных № {told['act']}",
        "",
        f"Информационная система: {told['system']}",
        f"Субъект персональных данных: человек № {told['person']} в системе"
        + (f", {told['external_id']} у оператора" if told["external_id"] else ""),
        f"Основание: {told['basis']}. {told['reason']}",
        f"Уничтожил: {told['by']}",
        f"Начато: {told['at']}, закончено: {told['finished_at'] or 'файлы ещё удаляются'}",
        "Способ: строки базы данных удалены или заменены, файлы хранилища удалены без возможности восстановления"
        " средствами системы",
        "",
        "| Категории персональных данных | Записей |",
        "|---|---|",
        *(f"| {one['what']} | {one['rows']} |" for one in told["destroyed"]),
        f"| файлы хранилища | {told['files']} |",
        "",
        "Номера обращений, их события и счётчики остались: о человеке они ничего не говорят.",
        "",
        "Подпись: ______________________",
        "",
        "## Выгрузка из журнала регистрации событий",
        "",
        "| Когда | Обращение | № события | Событие |",
        "|---|---|---|---|",
        *(f"| {one['at']} | {one.get('ticket', '')} | {one.get('seq', '')} | {one['event']} |" for one in told["log"]),
        "",
    ]
    return "\n".join(lines)
