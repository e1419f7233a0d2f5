"""What one message says, before anybody asks which topic it belongs to."""

from dataclasses import dataclass
from enum import StrEnum


class SpeechAct(StrEnum):
    """What a person does by saying it. One message may do several: «спасибо, заработало» thanks and says it works."""

    GREETING = "greeting"
    THANKS = "thanks"
    WORKS_NOW = "works_now"
    NOT_HELPED = "not_helped"
    YES = "yes"
    NO = "no"
    LATER = "later"
    DONT_KNOW = "dont_know"
    WHAT_IS_IT = "what_is_it"  # does not know the thing that was asked about
    CANT = "cant"
    UNDERSTOOD = "understood"  # «понятно»: heard what was said; neither a yes nor that it works
    FAILS = "fails"  # a camera shows nothing, is gone, does not work
    UPSET = "upset"  # is angry, and insults nobody
    PERSON = "person"
    INSULT = "insult"
    ABOUT_THE_BOT = "about_the_bot"  # complains that the bot does not listen
    IS_IT_HUMAN = "is_it_human"
    WANTS_VISIT = "wants_visit"  # somebody is to come
    ASKS_HOW = "asks_how"  # how a thing is done: «как скачать», «где посмотреть»
    ASKS_WHEN = "asks_when"  # when somebody answers or comes
    EMERGENCY = "emergency"


class Danger(StrEnum):
    """What kind of emergency: each has its own first sentence."""

    LOCKED_OUT = "locked_out"
    STUCK = "stuck"
    FIRE = "fire"
    INTRUSION = "intrusion"
    HEALTH = "health"
    AFRAID = "afraid"  # a child alone


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was, in the customer's own time; what was not said is "".

    `first_day`, `last_day`: ISO dates, the same twice for one day. `since`, `until`: HH:MM, `until` "" where one moment
    was meant. `about`: «около шести».
    """

    first_day: str = ""
    last_day: str = ""
    since: str = ""
    until: str = ""
    about: bool = False


@dataclass(frozen=True, slots=True)
class Return:
    """When a person will be able to: after so many seconds, that is `days` from today, on `date` (ISO) at `time`
    (HH:MM) of their own time."""

    after: int
    days: int
    date: str
    time: str


@dataclass(frozen=True, slots=True)
class Light:
    """A lamp on a device: its colour ("green", "red", "blue", "yellow", "white" or ""), and lit, blinking or dark."""

    colour: str
    state: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One message, read.

    `rest` is what is left when greeting, thanks and a leading yes or no are taken away, as it was typed: empty when the
    message says nothing else. `matter`: the same with «камера» for the names of the person's own cameras («вход не
    показывает» is about no sign-in), "" where it names none. `agrees`: whether it says yes or no to whatever is asked;
    None: neither. `command`: the button the whole message stands for: back, restart, other_topic, skip, or "".
    `cameras`: ids of those that are meant; `perhaps`: of those among which one is meant.
    `language`: "ru", "en", or the code of another that was recognised; "" when there is too little to tell.
    """

    acts: frozenset[SpeechAct] = frozenset()
    danger: Danger | None = None
    rest: str = ""
    matter: str = ""
    agrees: bool | None = None
    command: str = ""
    cameras: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    moment: Moment | None = None
    back: Return | None = None  # with LATER: when they will be able to, where they say
    lights: tuple[Light, ...] = ()
    metres: float | None = None
    floor: int | None = None
    money: int | None = None  # whole roubles
    phone: str = ""
    request: str = ""  # the number of a request of theirs
    place: str = ""  # an address, as it was written
    wanted: str = ""  # a time to come that they ask for: «на пятницу после обеда»
    language: str = ""
