"""What pages show, as values with named fields: the look of a state, an entry of a menu, a tab, a term, a choice,
an error of a form.

Templates make them too: `look(…)`, `menu_entry(…)`, `tab(…)`, `term(…)`, `choice(…)`, `choice_group(…)`,
`form_error(…)`. A word may be translated lazily.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown: its word, its tone (docs/pages.md) and its icon."""

    word: Any
    tone: str = "neutral"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """`current`: it is the page we are on; `count`: shown when there is something; `key`: the keys that lead there."""

    url: str
    icon: str
    word: Any
    current: bool = False
    count: Any = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab that is a page. `count`: None or "" shows none."""

    url: str
    word: Any
    current: bool = False
    count: Any = None


@dataclass(frozen=True, slots=True)
class Term:
    """A line of a list of facts. An empty value is said to be unknown; `note` stands behind it, paler."""

    term: Any
    value: Any
    note: Any = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several to tick, or of a list to choose from. `worded`: the person may add words of their own to it."""

    value: Any
    label: Any
    hint: Any = ""
    worded: bool = False


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Choices of a list under a heading of their own."""

    label: Any
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class FormError:
    """What is wrong with a form: a sentence, and the id of its control, "" where it is about none."""

    control: str
    sentence: Any


def choices_of_field(pairs: Iterable[tuple[Any, Any]]) -> list[Choice]:
    """Those of a field of a Django form, which gives them as pairs."""
    return [Choice(value, label) for value, label in pairs]
