"""What the words of a message do by themselves, whoever says them and whenever."""

from camdesk.bot.utterances.acts import Acts, acts_of
from camdesk.bot.utterances.heard import Heard
from camdesk.bot.utterances.patterns import Token, tokens_of
from camdesk.bot.utterances.things import lights_of

LONGEST = 1200  # characters that are heard


def overhear(text: str) -> Heard:
    """What the words of a message do by themselves, whoever says them and whenever."""
    tokens = tokens_of(text[:LONGEST])
    return overheard(text, tokens, acts_of(tokens)) if tokens else Heard()


def overheard(text: str, tokens: list[Token], said: Acts) -> Heard:
    """The same, of what is read already. `tokens`: of the text, one at least; `said`: their acts."""
    return Heard(
        acts=said.acts,
        danger=said.danger,
        rest=_rest(text, tokens, said.courtesy),
        agrees=said.agrees,
        command=said.command,
        lights=lights_of(tokens),
    )


def _rest(text: str, tokens: list[Token], courtesy: frozenset[int]) -> str:
    """The text from the first word that is no courtesy to the last such word."""
    left = [token for at, token in enumerate(tokens) if at not in courtesy]
    return text[left[0].start : left[-1].end] if left else ""
