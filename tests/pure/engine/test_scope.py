# ruff: noqa: E501  (one case a row)
"""What holds for which camera: answers, what is on record; of the cameras that are chosen, of no other."""

from typing import Any

import pytest

from camdesk.bot.engine import DialogueState
from camdesk.bot.engine.scope import FlowScope, cameras_of, in_language, known
from camdesk.playbook.document import Fact, Option, Text
from camdesk.playbook.flows import BUILT_IN, Flow

HEIGHT = Fact(
    "height",
    Text("Высота"),
    "choice",
    Text("Высота?"),
    options=(Option("low", Text("Низко")), Option("high", Text("Высоко"))),
    scope="camera",
)
FLOW = Flow("f", Text("Проба"), (), topic="f", slots=(HEIGHT, *BUILT_IN))
PASSPORT = {"known_cameras": {"1": {"height": {"value": "high", "source": "passport"}}}}

HOLDS: list[tuple[str, list[str] | None, dict[str, str], dict[str, Any], dict[str, str]]] = [
    ("no camera is chosen", None, {"*": "low"}, {}, {"*": "low"}),
    ("no camera is chosen, and it was said of one", None, {"1": "low"}, {}, {"1": "low"}),
    ("the same for all", ["1", "2"], {"*": "low"}, {}, {"1": "low", "2": "low"}),
    ("one apart from the others", ["1", "2"], {"1": "high", "*": "low"}, {}, {"1": "high", "2": "low"}),
    ("of one that is chosen no more nothing holds", ["1"], {"1": "low", "2": "high"}, {}, {"1": "low"}),
    ("what is on record", ["1", "2"], {}, PASSPORT, {"1": "high"}),
    ("what is on record speaks of its camera", None, {}, PASSPORT, {}),
    ("the answer before what is on record", ["1"], {"1": "low"}, PASSPORT, {"1": "low"}),
    ("nothing", ["1"], {}, {}, {}),
]


@pytest.mark.parametrize(("chosen", "said", "ctx", "holds"), [row[1:] for row in HOLDS], ids=[row[0] for row in HOLDS])
def test_what_holds_for_which_camera(
    chosen: list[str] | None, said: dict[str, str], ctx: dict[str, Any], holds: dict[str, str]
) -> None:
    facts = ({"height": said} if said else {}) | ({"cameras": chosen} if chosen else {})
    assert FlowScope(FLOW, DialogueState(facts=facts), ctx, "ru").by_camera(HEIGHT) == holds


HERS: dict[str, Any] = {
    "customer": {
        "cameras": [{"id": 1, "title": "Двор"}, {"id": 2, "title": {"ru": "Вход", "en": "Door"}}, {"title": "?"}, "?"],
        "rights": ["pay"],
    },
    "outages": [{"id": 7, "cameras": [2, 3]}, {"id": 8, "cameras": [1]}],
    "promised": lambda topic: f"до 18:00 ({topic})",
}
TICKS = Fact("ticks", Text("Что"), "choices", options=HEIGHT.options)
SORTS = Fact("sorts", Text("Что"), "choices", options=HEIGHT.options, scope="camera")
ONE = Fact("one", Text("Что"), "choices", options=HEIGHT.options, scope="camera", one_value=True)
NOTE = Fact("note", Text("Что"), "text")
ASKED = Flow("f", Text("Проба"), (), topic="f", slots=(HEIGHT, TICKS, SORTS, ONE, NOTE, *BUILT_IN))


def scope(
    lang: str = "ru", *, vars: dict[str, Any] | None = None, flow: Flow | None = ASKED, **facts: Any
) -> FlowScope:
    return FlowScope(flow, DialogueState(facts=facts, vars=vars or {}), HERS, lang)


SEEN: list[tuple[str, Any, Any]] = [
    ("the answer for all", scope(cameras=["1", "2"], height={"*": "low"}).fact("height"), "low"),
    ("one for each", scope(cameras=["1", "2"], height={"1": "low", "2": "high"}).fact("height"), ["low", "high"]),
    ("no answer", scope(cameras=["1"]).fact("height"), None),
    ("ticks", scope(ticks=["low", "high"]).fact("ticks"), ["low", "high"]),
    ("one tick", scope(ticks=["low"]).fact("ticks"), ["low"]),
    ("no tick", scope(ticks=[]).fact("ticks"), None),
    ("ticks of cameras", scope(cameras=["1", "2"], sorts={"1": ["low"], "2": ["high", "low"]}).fact("sorts"), ["low", "high"]),
    ("one value of a camera", scope(cameras=["1"], one={"1": ["low"]}).fact("one"), "low"),
    ("a text", scope(note="слова").fact("note"), "слова"),
    ("who is picked", [one["id"] for one in scope(cameras=["2"]).picked()], [2]),
    ("who is named", [one["id"] for one in scope(cameras=["2"]).picked(["1", 2])], [1, 2]),
    ("the outage of who is picked", scope(cameras=["1"]).outage_for(), HERS["outages"][1]),
    ("the first outage", scope(cameras=["1", "2"]).outage_for(), HERS["outages"][0]),
    ("an outage of who is named", scope(cameras=["1"]).outage_for([3]), HERS["outages"][0]),
    ("no outage", scope().outage_for(), None),
    ("the request that was found last", scope(vars={"a": {"request": {"id": 1}}, "b": {"request": {"id": 2}}}).request(), {"id": 2}),
    ("the request that was found at all", scope(vars={"a": {"request": {"id": 1}}, "b": {"request": None}, "c": "?"}).request(), {"id": 1}),
    ("no request", scope().get("request"), None),
    ("a right", (scope().can("pay"), scope().can("fly")), (True, False)),
    ("answered", (scope(note="x").answered("note"), scope().answered("note"), scope(note="x").answered("?")), (True, False, False)),
    ("answered outside of a flow", scope(flow=None, note="x").answered("note"), False),
    ("until when", scope().get("promised"), "до 18:00 (f)"),
    ("until when, of no topic", scope(flow=None).get("promised"), "до 18:00 ()"),
    ("open as long as nobody says else", scope().get("open"), True),
    ("the language", scope("en").get("lang"), "en"),
    ("what was found", scope(vars={"diag": "x"}).get("diag"), "x"),
    ("what is no root", scope().get("outages_of_all"), None),
    ("of no topic", scope(flow=None).get("topic"), {}),
    ("an option", scope().shown("low", HEIGHT), "Низко"),
    ("what is no option", scope().shown("x" * 501, HEIGHT), "x" * 500),
    ("options", scope().shown(["low", None, "high"], TICKS), "Низко, Высоко"),
    ("many", scope().shown(["x" * 300] * 3), f"{'x' * 300}, {'x' * 198}"),
    ("yes", (scope().shown(True), scope().shown(False)), ("да", "нет")),
    ("yes in English", (scope("en").shown(True), scope("en").shown(False)), ("yes", "no")),
    ("nothing", (scope().shown(None), scope().shown({"a": 1})), ("", "")),
    ("a camera", scope().shown(["1", "9"], BUILT_IN[0]), "Двор, 9"),
    ("a camera in English", scope("en").camera_title("2"), "Door"),
    ("a camera without a name", FlowScope(ASKED, DialogueState(), {"customer": {"cameras": [{"id": 5}]}}, "ru").camera_title("5"), "5"),
    ("a text in two languages", (in_language(Text("да", "yes"), "en"), in_language({"ru": "да", "en": ""}, "en")), ("yes", "да")),
    ("no text in two languages", in_language({"ru": "да", "fr": "oui"}, "ru"), {"ru": "да", "fr": "oui"}),
    ("her cameras", [one["id"] for one in cameras_of(HERS)], [1, 2]),
    ("filled in", scope(cameras=["1"], height={"1": "low"}).fill(Text("{height} {cameras}")), "Низко Двор"),
    ("what is not listed stays", scope().fill(Text("{nobody} {note}")), "{nobody} —"),
    ("what stands instead", scope().fill(Text("{note|нет}")), "нет"),
    ("a thing of a thing", scope(vars={"diag": {"since": "вчера"}}).fill(Text("{diag.since} {diag.until}")), "вчера —"),
    ("known", known({"known": {"note": "x"}}, NOTE, None), ("x", "known")),
    ("known from somewhere", known({"known": {"note": {"value": "x", "source": "account"}}}, NOTE, None), ("x", "account")),
    ("known as nothing", [known({"known": {"note": one}}, NOTE, None) for one in ("", [], None, {"value": ""})], [None] * 4),
    ("known of no camera", known({"known": {"height": "x"}}, HEIGHT, "1"), None),
    ("the only camera", known({"customer": {"cameras": [{"id": 5}]}}, BUILT_IN[0], None), (["5"], "only")),
    ("one of two cameras", known(HERS, BUILT_IN[0], None), None),
]  # fmt: skip


@pytest.mark.parametrize(("found", "expected"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
def test_what_conditions_and_texts_see(found: Any, expected: Any) -> None:
    assert found == expected
