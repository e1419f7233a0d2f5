"""The gallery: every component in every state on one page, for eyes and for tests. A real installation has none."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from camdesk.ui.values import MenuEntry

SHELLS = ("cabinet", "desk", "public", "account")
TURNS = {
    "bot": "отвечает бот",
    "us": "наш ход",
    "customer": "ход клиента",
    "provider": "ждём провайдера",
    "installer": "ждём монтажника",
    "visit": "выезд",
    "nobody": "решено",
}
# turn, number, subject, person, cameras, minutes old, minutes left
QUEUE = (
    ("us", 1042, "Не показывает камера у ворот", "Анна Петрова", 1, 4, 26),
    ("us", 1041, "После грозы пропали все камеры двора", "ТСЖ «Берёзовая, 4»", 12, 18, -7),
    ("customer", 1038, "Архив обрывается ночью", "Игорь Савельев", 2, 95, 240),
    ("visit", 1035, "Поправить угол камеры над кассой", "Магазин «Ромашка»", 1, 340, 1300),
    ("provider", 1031, "Камера офлайн, у провайдера работы", "Мария Ли", 3, 600, 900),
    ("bot", 1043, "Как дать доступ соседу?", "Гость", 0, 1, 5),
    ("nobody", 1029, "Забыл пароль от личного кабинета", "Пётр Васнецов", 0, 1500, 0),
)


def _pictures() -> dict[str, str]:
    """Stills that are plainly not stills: grey scenes drawn in a few lines, so that nothing is fetched."""
    scene = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 320 180'><rect width='320' height='180' fill='%s'/>"
        "<path d='M0 120h320v60H0z' fill='%s'/><path d='M%d 120V50h84v70z' fill='%s'/>"
        "<path d='M%d 180l20-60h40l44 60z' fill='%s'/></svg>"
    )
    shades = {
        "gate": ("#aab4bd", "#7d8790", 40, "#5c656d", 180, "#939ca4"),
        "entrance": ("#c3bfb4", "#8f8a7c", 190, "#6d685c", 60, "#a6a193"),
        "parking": ("#2b3036", "#1c2024", 120, "#3d444b", 90, "#2f353b"),
        "yard": ("#9fb0a4", "#728276", 20, "#536158", 150, "#8a9a8e"),
    }
    return {name: "data:image/svg+xml," + quote(scene % shade) for name, shade in shades.items()}


def sample() -> dict[str, Any]:
    """What the gallery shows: made-up people and cameras; times are counted from now."""
    now = timezone.now()
    return {
        "now": now,
        "pictures": _pictures(),
        "minutes": lambda n: now - timedelta(minutes=n),
        "turns": TURNS,
        "menu": [
            MenuEntry("#cameras", "cctv", "Камеры", True, ""),
            MenuEntry("#events", "bell", "События", False, ""),
            MenuEntry("#tickets", "inbox", "Мои обращения", False, 2),
            MenuEntry("#new", "square-pen", "Написать в поддержку", False, ""),
            MenuEntry("#help", "circle-question-mark", "Помощь", False, ""),
            MenuEntry("#people", "users", "Сотрудники и организации", False, ""),
        ],
        "desk_menu": [
            MenuEntry("#1", "inbox", "Все обращения", True, 48, "g a"),
            MenuEntry("#2", "user-round-check", "Мои", False, 7, "g m"),
            MenuEntry("#3", "circle-dashed", "Без ответственного", False, 5, "g u"),
            MenuEntry("#4", "radio-tower", "Аварии", False, 1, "g o"),
            MenuEntry("#5", "book-open", "Сценарии", False, "", ""),
        ],
        "queue": [_row(now, *row) for row in QUEUE],
    }


def _row(now: datetime, turn: str, number: int, subject: str, person: str, cameras: int, age: int, due: int) -> object:
    return SimpleNamespace(
        turn=turn,
        word=TURNS[turn],
        number=number,
        subject=subject,
        person=person,
        cameras=cameras,
        at=now - timedelta(minutes=age),
        due=now + timedelta(minutes=due),
        tone="trouble" if due < 0 else "attention" if due < 60 else "neutral",
        unread=turn == "us",
    )


def components(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery/components.html", sample())


def shell(request: HttpRequest, shell: str) -> HttpResponse:
    """A page inside one of the shells, with believable content."""
    if shell not in SHELLS:
        raise Http404
    return render(request, f"ui/gallery/{shell}.html", sample())
