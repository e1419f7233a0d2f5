"""What the words of a message do by themselves, whoever says them and whenever."""

from camdesk.bot.utterances.acts import acts_of
from camdesk.bot.utterances.heard import Heard
from camdesk.bot.utterances.patterns import Token, tokens_of
from camdesk.bot.utterances.things import lights_of

LONGEST = 1200  # characters that are heard


def overhear(text: str) -> Heard:
    """What the words of a message do by themselves, whoever says them and whenever."""
    tokens = tokens_of(text[:LONGEST])
    if not tokens:
        return Heard()
    said = acts_of(tokens)
    rest = rest_of(text, tokens, said.courtesy)
    lights = lights_of(tokens)
    return Heard(acts=said.acts, danger=said.danger, rest=rest, agrees=said.agrees, command=said.command, lights=lights)


def rest_of(text: str, tokens: list[Token], courtesy: frozenset[int]) -> str:
    """The text from the first word that is no courtesy to the last such word."""
    left = [token for at, token in enumerate(tokens) if at not in courtesy]
    return text[left[0].start : left[-1].end] if left else ""
