"""A published playbook back into files that load to the same digest. Comments and dialogues are not in it."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from camdesk.playbook.document import WEEK, Article, Playbook, Span, Text
from camdesk.playbook.instructions import walk_fault
from camdesk.playbook.schema import FORMAT


class _Dumper(yaml.SafeDumper):
    """Block style that `yaml_source.py` reads back as the same values."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _float(dumper: yaml.SafeDumper, value: float) -> yaml.Node:
    # The reader takes 0.00001 for a number and 1e-05 for a word.
    return dumper.represent_scalar("tag:yaml.org,2002:float", format(Decimal(repr(value)), "f"))


_Dumper.add_representer(float, _float)


def export(playbook: Playbook, directory: Path) -> list[Path]:
    """Writes the files into `directory`, which must be empty or not there. Raises FileExistsError, OSError."""
    if directory.exists() and any(directory.iterdir()):
        raise FileExistsError(f"{directory} is not empty")
    written = []
    for name, text in files_of(playbook).items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def files_of(playbook: Playbook) -> dict[str, str]:
    """Every file of the playbook: name in the directory → its text."""
    head = {
        "format": FORMAT,
        "title": playbook.title,
        "common_flow": playbook.common_flow,
        "other_topic": playbook.other_topic,
        "limits": dataclasses.asdict(playbook.limits),
        "texts": dict(playbook.texts) or None,
    }
    files = {
        "playbook.yaml": _yaml(head),
        "sections.yaml": _yaml(list(playbook.sections.values())),
        "facts.yaml": _yaml(list(playbook.facts.values())),
        "teams.yaml": _yaml(list(playbook.teams.values())),
        "promises.yaml": _yaml([_promise(promise) for promise in playbook.promises.values()]),
        "replies.yaml": _yaml(list(playbook.replies)),
        "contacts.yaml": _yaml(_without(playbook.contacts, "phone_link", "sample")),
        "hours.yaml": _yaml(_hours(playbook)),
        "consent.yaml": _yaml(_without(playbook.consent) or {"required": False}),
        "lexicon.yaml": _yaml(_without(playbook.lexicon) or {"out_of_scope": []}),
    }
    for topic in playbook.topics.values():
        files[f"topics/{topic.section}/{topic.id}.yaml"] = _yaml(_without(topic, "id", "section"))
    for name, flow in playbook.flows.items():
        files[f"flows/{name}.yaml"] = _yaml(flow, keep_empty=True)
    for article in playbook.articles.values():
        files |= _article(article)
    return files


def _article(article: Article) -> dict[str, str]:
    files = {}
    for language in ("ru", "en"):
        body, title = getattr(article.body, language), getattr(article.title, language)
        if body:
            front: dict[str, Any] = {"title": title}
            if language == "ru" and article.keywords:
                front["keywords"] = list(article.keywords)
            if language == "ru" and (not article.walk or walk_fault(article.body.ru, None)):
                front["walk"] = article.walk
            files[f"articles/{article.id}.{language}.md"] = f"---\n{_yaml(front)}---\n{body}"
    return files


def _promise(promise: Any) -> dict[str, Any]:
    data = _without(promise)
    for key in ("first_reply", "resolution", "next_update"):
        if key in data:
            data[key] = _duration(data[key])
    if promise.waits:
        data["waits"] = {turn: _duration(minutes) for turn, minutes in promise.waits.items()}
    return data


def _duration(minutes: int) -> str:
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def _hours(playbook: Playbook) -> dict[str, Any]:
    hours = playbook.hours
    return {
        "time_zone": hours.time_zone,
        "week": {day: [_span(span) for span in spans] for day, spans in zip(WEEK, hours.week, strict=True) if spans},
        "breaks": [_span(span) for span in hours.breaks],
        "holidays": [
            {"date": day.date, "title": day.title, "open": [_span(span) for span in day.open]} for day in hours.holidays
        ],
    }


def _span(span: Span) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (span.start, span.end))


def _yaml(data: Any, *, keep_empty: bool = False) -> str:
    value = data if keep_empty else _plain(data)
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110)


def _plain(data: Any) -> Any:
    """Plain data as an author would write it: Russian-only texts are bare, what is empty is left out."""
    if isinstance(data, Text):
        return {"ru": data.ru, "en": data.en} if data.en else data.ru
    if dataclasses.is_dataclass(data) and not isinstance(data, type):
        return _plain(_without(data))
    if isinstance(data, dict):
        plain = {key: _plain(value) for key, value in data.items()}
        return {key: value for key, value in plain.items() if value not in ("", None, [], {})}
    if isinstance(data, (list, tuple)):
        return [_plain(value) for value in data]
    return data


def _without(thing: Any, *names: str) -> dict[str, Any]:
    """The fields of a dataclass that differ from their defaults, `names` left out."""
    kept = {}
    for field in dataclasses.fields(thing):
        value = getattr(thing, field.name)
        default = field.default_factory() if callable(field.default_factory) else field.default
        if field.name not in names and value != default:
            kept[field.name] = value
    return kept
