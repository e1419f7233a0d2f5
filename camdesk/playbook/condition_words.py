"""A condition of a flow as people read it on an arrow: «Есть, но с перебоями», «рядом тоже не работают». Pure.

What is no usual condition is called «по условию»: who wants it as it stands reads the flow.
"""

import re

from camdesk.playbook.document import Text
from camdesk.playbook.flows import Flow

_ANSWER = re.compile(r"(not )?(?:has\()?([a-z_.]{1,80})(?: (==|!=) |, )'([^']{0,80})'\)?\Z")
_AMONG = re.compile(r"[a-z_]{1,40}\.verdict in \[([^\]]{1,200})\]\Z")
_VERDICTS = {
    "online": Text("в сети", "online"),
    "offline": Text("не в сети", "offline"),
    "unstable": Text("с перебоями", "unstable"),
    "blocked": Text("заблокирована", "blocked"),
    "planned": Text("плановые работы", "planned works"),
    "unknown": Text("нет данных", "no data"),
}
_WHOLE = {
    "diag.neighbours": Text("", ""),
    "diag.neighbours > 0": Text("рядом тоже не работают", "others beside it are down"),
    "diag.neighbours == 0": Text("рядом работают", "others beside it work"),
    "not diag.neighbours": Text("рядом работают", "others beside it work"),
    "diag.recording": Text("", ""),
    "diag.recording != 'constant'": Text("пишет не всё время", "does not record all the time"),
    "diag.breaks": Text("", ""),
    "diag.breaks > 0": Text("связь обрывалась", "the connection broke"),
    "diag.all_down": Text("не работают все", "all are down"),
    "joined.added": Text("добавлено", "added"),
    "not joined.added": Text("не добавлено", "not added"),
    "len(cameras) == 1": Text("камера одна", "one camera"),
    "len(cameras) > 0": Text("", ""),
    "count(picked(cameras), 'ptz') == 0": Text("без поворота", "does not turn"),
    "count(picked(cameras), 'ptz') > 0": Text("с поворотом", "turns"),
    "count(picked(cameras), 'audio') == 0": Text("без микрофона", "no microphone"),
    "count(picked(cameras), 'kind', 'rtsp') > 0": Text("есть свои (RTSP)", "some are their own (RTSP)"),
    "count(picked(cameras), 'kind', 'rtsp') == len(cameras)": Text("все свои (RTSP)", "all are their own (RTSP)"),
}
_OR, _AND, _NOT = Text(" или ", " or "), Text(" и ", " and "), Text("не «{}»", "not “{}”")
_THERE_IS, _NO = Text("есть", "there is"), Text("нет", "no")
_UNUSUAL = Text("по условию", "on a condition")


def in_words(condition: str, flow: Flow | None, lang: str) -> str:
    """The condition in a few words. The words of an answer are those of its option."""
    said = condition.strip()
    if said.startswith("not (") and said.endswith(")"):
        inner = _any(said[5:-1], flow, lang)
        return _NOT.get(lang).format(inner) if inner else _UNUSUAL.get(lang)
    return _any(said, flow, lang) or _UNUSUAL.get(lang)


def _any(said: str, flow: Flow | None, lang: str) -> str:
    """ "" when a part of it is not understood."""
    ways = [_all(part, flow, lang) for part in said.split(" or ")]
    return _OR.get(lang).join(ways) if all(ways) else ""


def _all(said: str, flow: Flow | None, lang: str) -> str:
    parts = [_one(part.strip(), flow, lang) for part in said.split(" and ")]
    return "" if None in parts else _AND.get(lang).join(part for part in parts if part)


def _one(said: str, flow: Flow | None, lang: str) -> str | None:
    """Of one comparison; "" for one that goes without saying, None for one that is not understood."""
    if said in _WHOLE:
        return _WHOLE[said].get(lang)
    if among := _AMONG.match(said):
        return _OR.get(lang).join(_value("verdict", one.strip(" '"), flow, lang) for one in among[1].split(","))
    denied, name = said.startswith("not "), said.removeprefix("not ")
    if flow is not None and name in flow.slot:
        return f"{(_NO if denied else _THERE_IS).get(lang)}: {flow.slot[name].title.get(lang)}"
    if (match := _ANSWER.match(said)) is None:
        return None
    other, name, sign, value = match.groups()
    words = _value(name, value, flow, lang)
    return _NOT.get(lang).format(words) if bool(other) != (sign == "!=") else words


def _value(name: str, value: str, flow: Flow | None, lang: str) -> str:
    if name.rpartition(".")[2] == "verdict" and value in _VERDICTS:
        return _VERDICTS[value].get(lang)
    slot = flow.slot.get(name) if flow else None
    option = slot.option(value) if slot else None
    return option.title.get(lang) if option else value
