"""Counts per topic and step, and per article."""

from collections import Counter
from collections.abc import Iterable

from django.db import connection
from django.db.models import F, Sum

from camdesk.bot.engine.effects import ArticleHelped, ArticleView, BotEffect, Track
from camdesk.bot.models import ArticleCount, StepCount
from camdesk.lib.internals.prepared_cursors import cursor_of

_ADD = "INSERT INTO bot_stepcount (version, flow, step, what, value) VALUES "
_ADDED_UP = " ON CONFLICT (version, flow, step, what) DO UPDATE SET value = bot_stepcount.value + excluded.value"


def count(version: int, effects: Iterable[BotEffect]) -> None:
    """Adds what the effects tell; in the move's transaction, rows in one order so that moves cannot deadlock."""
    effects = list(effects)
    tracks = [effect for effect in effects if isinstance(effect, Track)]
    steps = Counter((track.flow[:120], track.step[:80], track.what[:12]) for track in tracks)
    if steps:
        params = [value for step, times in sorted(steps.items()) for value in (version, *step, times)]
        with cursor_of(connection) as cursor:
            cursor.execute(_ADD + ", ".join(["(%s, %s, %s, %s, %s)"] * len(steps)) + _ADDED_UP, params)
    for effect in effects:
        if isinstance(effect, ArticleView):
            count_article(effect.article, "shown")
        elif isinstance(effect, ArticleHelped):
            count_article(effect.article, "helped" if effect.helped else "not_helped")


def count_article(article: str, what: str) -> None:
    """what: shown, helped, not_helped."""
    if not ArticleCount.objects.filter(article=article).update(**{what: F(what) + 1}):
        ArticleCount.objects.bulk_create([ArticleCount(article=article)], ignore_conflicts=True)
        ArticleCount.objects.filter(article=article).update(**{what: F(what) + 1})


def of_flow(version: int, flow: str) -> dict[str, dict[str, int]]:
    """{step: {"enter": 12, "left": 1, …}} for the drawing of a flow."""
    found: dict[str, dict[str, int]] = {}
    for step, what, value in StepCount.objects.filter(version=version, flow=flow).values_list("step", "what", "value"):
        found.setdefault(step, {})[what] = value
    return found


def handed_by_flow(version: int) -> dict[str, dict[str, int]]:
    """{flow: {"resolved": 25, "handed": 9, …}} of a version: how its dialogues end."""
    found: dict[str, dict[str, int]] = {}
    rows = StepCount.objects.filter(version=version, what__in=["resolved", "handed", "left", "reopened"])
    for flow, what, total in rows.values_list("flow", "what").annotate(total=Sum("value")):
        found.setdefault(flow, {})[what] = total
    return found
