"""What is said about files on their way in: by the form, by the browser beside it, and when one is refused."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def words_for_browser() -> dict[str, str]:
    """The sentences file-picker.js says itself: {name} stands for the file's name."""
    name, most = {"name": "{name}"}, {"name": "{name}", "n": settings.MAX_FILES}
    return {
        "too_large": sentence("too_large", "{name}"),
        "empty": sentence("empty", "{name}"),
        "too_many": too_many() % most,
        "again": sentence("lost", "{name}"),
        "infected": _("Файл «%(name)s» не прошёл проверку на вирусы: его никто не сможет открыть. Уберите его.") % name,
        "folder": _("Папку «%(name)s» приложить нельзя: приложите файлы из неё.") % name,
        "added": _("Файл «%(name)s» приложен.") % name,
        "removed": _("Файл «%(name)s» убран.") % name,
        "failed": _("Файл «%(name)s» не загрузился. Нажмите «Повторить».") % name,
        "offline": _("Нет связи. Загрузка продолжится сама."),
        "wait": _("Отправим, как только загрузятся файлы."),
        "stuck": _("Файл «%(name)s» не загрузился. Повторите загрузку или уберите его, потом отправьте.") % name,
        "pasted": _("Снимок"),
        "remove": _("Убрать %(name)s") % name,
        "retry": _("Загрузить %(name)s ещё раз") % name,
        "progress": _("Загружается %(name)s") % name,
        "bytes": _("Б"),
        "kilobytes": _("КБ"),
        "megabytes": _("МБ"),
    }


def too_many() -> str:
    """With %(name)s and %(n)s for the caller to fill."""
    return ngettext(
        "Файл «%(name)s» не прикреплён: можно приложить не больше %(n)s файла.",
        "Файл «%(name)s» не прикреплён: можно приложить не больше %(n)s файлов.",
        settings.MAX_FILES,
    )


def limits_sentence() -> str:
    """«До 10 файлов любого формата, каждый до 50 МБ.»"""
    return ngettext(
        "До %(n)s файла любого формата, каждый до %(size)s МБ.",
        "До %(n)s файлов любого формата, каждый до %(size)s МБ.",
        settings.MAX_FILES,
    ) % {"n": settings.MAX_FILES, "size": settings.MAX_FILE_MB}


def limits_together(most: int, megabytes: int) -> str:
    """«До 5 файлов любого формата, вместе до 20 МБ.»"""
    return ngettext(
        "До %(n)s файла любого формата, вместе до %(size)s МБ.",
        "До %(n)s файлов любого формата, вместе до %(size)s МБ.",
        most,
    ) % {"n": most, "size": megabytes}


def sentence(failure: str, name: str) -> str:
    """`failure`: "too_large", "empty", "lost" or "no_room"."""
    values = {"name": name, "size": settings.MAX_FILE_MB}
    if failure == "too_large":
        return _("Файл «%(name)s» больше %(size)s МБ, поэтому он не прикреплён.") % values
    if failure == "empty":
        return _("Файл «%(name)s» пустой, поэтому он не прикреплён.") % values
    if failure == "lost":
        return _("Загрузка файла «%(name)s» прервалась. Приложите его ещё раз.") % values
    return _("Файл «%(name)s» не сохранён: на сервере кончилось место. Попробуйте позже.") % values
