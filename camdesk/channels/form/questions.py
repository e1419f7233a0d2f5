"""Which questions the form shows, in which order and how: nothing is asked that the passport or account tells."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from camdesk.cameras.models import Camera
from camdesk.channels.form.answers import CameraAnswer, answers, known_facts, listed
from camdesk.channels.form.posted_fields import Filled
from camdesk.playbook.document import Fact, Playbook, TopicSpec
from camdesk.playbook.facts import facts_for, may_not_stay_empty

# The four of the seed, in its order (S30-S33): shown while no topic is chosen, so that the form reads as it is known.
SEED_FACTS = ("provider", "internet", "height", "supplier")
# Of so few cameras each is asked what differs; of more, so many at most, about which nobody knows. Beyond that a row
# is opened by hand: 54 cameras are no 216 drop-downs.
FEW = 6
OPENED_ROWS = 12
_NO_FIELD = ("files", "camera")  # the form has places of its own for both
_NOT_BROKEN = {Camera.Status.ONLINE, Camera.Status.UNSTABLE, Camera.Status.BLOCKED}


@dataclass(frozen=True)
class Question:
    """One fact as the form shows it. `values`: what holds for all the cameras, () where it differs or nobody knows;
    `source`: where we know it from, "" when it was said; `common`: what was said of all at once;
    `by_camera`: {camera id: what holds for it}."""

    fact: Fact
    required: bool
    values: tuple[str, ...] = ()
    source: str = ""
    other: str = ""
    common: tuple[str, ...] = ()
    by_camera: Mapping[int, CameraAnswer] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        return len({answer.values for answer in self.by_camera.values()}) > 1

    @property
    def known(self) -> bool:
        """All of it comes from what we know; shown as such, with «изменить»."""
        return bool(self.source)


@dataclass(frozen=True)
class Row:
    """A camera in the table. `asked`: the facts it is asked by itself; `known`: some of it is from its passport."""

    camera: Camera
    asked: frozenset[str]
    known: bool


@dataclass(frozen=True)
class Questions:
    """`seed`: those of the seed; `table`: their rows where cameras differ, else (); `required`, `further`: the others
    of the topic. `about_broken`: the cameras may be called broken: nobody knows better."""

    seed: Sequence[Question]
    table: Sequence[Row]
    required: Sequence[Question]
    further: Sequence[Question]
    about_broken: bool
    cameras: int

    @property
    def open_further(self) -> int:
        """How many of the further ones nobody has answered."""
        return sum(1 for one in self.further if not one.values and not one.differs)

    @property
    def in_order(self) -> Sequence[Question]:
        return [*self.seed, *self.required, *self.further]


def questions(
    topic: TopicSpec | None,
    cameras: Sequence[Camera],
    document: Playbook,
    filled: Filled,
    *,
    faulty: Collection[int] = (),
) -> Questions:
    """The questions of this topic about these cameras, with what was answered before, else with what is known.
    `faulty`: the cameras whose own answers are refused."""
    facts = facts_for(document, topic) if topic else [document.facts[f] for f in SEED_FACTS if f in document.facts]
    needed = may_not_stay_empty(topic, facts, cameras_named=bool(cameras)) if topic else ()
    known = {camera.pk: known_facts(camera, document) for camera in cameras}
    made = {
        fact.id: _question(fact, fact.id in needed, cameras, known, filled)
        for fact in facts
        if fact.type not in _NO_FIELD
    }
    seed = [made.pop(name) for name in SEED_FACTS if name in made]
    return Questions(
        seed=seed,
        table=_table(seed, cameras, filled, faulty),
        required=[one for one in made.values() if one.required],
        further=[one for one in made.values() if not one.required],
        about_broken=_about_broken(topic, cameras),
        cameras=len(cameras),
    )


def _question(
    fact: Fact,
    required: bool,
    cameras: Sequence[Camera],
    known: Mapping[int, Mapping[str, CameraAnswer]],
    filled: Filled,
) -> Question:
    common, other = listed(filled.facts.get(fact.id)), str(filled.facts.get(f"{fact.id}.other", ""))
    if fact.scope != "camera" or not cameras:
        return Question(fact, required, common, other=other)
    each = answers(fact, cameras, known, filled)
    held, sources = {one.values for one in each.values()}, {one.source for one in each.values() if one.values}
    same = next(iter(held)) if len(held) == 1 else ()
    source = next(iter(sources)) if len(sources) == 1 else "passport" if sources and "" not in sources else ""
    return Question(fact, required, same, source, other, common, each)


def _table(
    seed: Sequence[Question], cameras: Sequence[Camera], filled: Filled, faulty: Collection[int]
) -> Sequence[Row]:
    """None unless cameras differ, or the person said that they do."""
    of_camera = [one for one in seed if one.by_camera]
    asks_all = "all" in filled.apart
    if len(cameras) < 2 or not (asks_all or any(one.differs for one in of_camera)):
        return ()
    opened = {camera.pk for camera in cameras if str(camera.pk) in filled.apart or camera.pk in faulty}
    opened |= {camera.pk for camera in cameras} if asks_all and len(cameras) <= OPENED_ROWS else set()
    unknown = [camera.pk for camera in cameras if any(_unknown(one, camera.pk) for one in of_camera)]
    rows = []
    for camera in cameras:
        asked = {
            one.fact.id
            for one in of_camera
            if camera.pk in opened
            or one.fact.id in filled.camera_facts.get(camera.pk, {})
            or (one.differs and len(cameras) <= FEW)
            or (_unknown(one, camera.pk) and len(unknown) <= OPENED_ROWS)
        }
        known = any(one.by_camera[camera.pk].source == "passport" for one in of_camera)
        rows.append(Row(camera, frozenset(asked), known))
    return rows


def _unknown(question: Question, camera: int) -> bool:
    return question.differs and not question.by_camera[camera].values


def _about_broken(topic: TopicSpec | None, cameras: Sequence[Camera]) -> bool:
    if topic is not None and topic.kind != "camera":
        return False
    return not cameras or any(camera.status not in _NOT_BROKEN for camera in cameras)


def errors_in_order(fields: Sequence[str], shown: Questions) -> list[str]:
    """The fields that errors are about, in the order of the form."""
    seed = [f"fact-{one.fact.id}" for one in shown.seed]
    later = [f"fact-{one.fact.id}" for one in chain(shown.required, shown.further)]
    own = [f"camera-{row.camera.pk}-{name}" for row in shown.table for name in seed]
    order = ["", "name", "phone", "topic", "address", "cameras", *seed, *own, "text", "files", "disk", *later]
    order += ["email", "consent"]
    places = {name: place for place, name in enumerate(order)}
    return sorted(fields, key=lambda name: places.get(name.removesuffix(".other"), len(order)))
