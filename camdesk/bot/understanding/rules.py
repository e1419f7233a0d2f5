"""What is plain before any model: asking for a person, greeting, thanking, swearing, saying nothing.

What a message does by being said is known in one place, `bot/utterances`; here is only what follows for its topic. A
message is thanks (or a greeting, or abuse) only when nothing else is left of it; asking for a person counts anywhere.
"""

from camdesk.bot.utterances.acts import acts_of
from camdesk.bot.utterances.heard import SpeechAct
from camdesk.bot.utterances.patterns import tokens_of, words
from camdesk.lib.stems import STOP_WORDS

PERSON, GREETING, THANKS, RUDE, NOTHING, TOPIC = "person", "greeting", "thanks", "rude", "nothing", "topic"
FAILS = "fails"  # «опять не работает»: and no word of what
_READ = 1000  # characters
_FILLERS = words(
    "пожалуйста плиз пж пжл плз очень просто срочно можно ребята уважаемые девушка господа друзья коллеги все всем сам "
    "сама сами теперь please ladies"
)
_ONCE_MORE = words("опять снова вообще совсем ничего again still")
_ABUSE = frozenset({SpeechAct.INSULT, SpeechAct.ABOUT_THE_BOT})
# Words that close a talk: nothing is asked by them.
_CLOSING = frozenset({SpeechAct.THANKS, SpeechAct.WORKS_NOW, SpeechAct.UNDERSTOOD, SpeechAct.YES, SpeechAct.NO})


def judge(text: str) -> str:
    """PERSON, GREETING, THANKS, RUDE, NOTHING, FAILS or TOPIC (the model must say which)."""
    tokens = tokens_of(text[:_READ])
    telling = [at for at, token in enumerate(tokens) if token.word not in STOP_WORDS and token.stem.isalpha()]
    if not telling:  # stop words alone («и вот так») say as little as punctuation
        return NOTHING
    said = acts_of(tokens)
    if SpeechAct.PERSON in said.acts:
        return PERSON
    left = [at for at in telling if at not in said.spent and tokens[at].word not in _FILLERS]
    if left:
        return FAILS if all(at in said.failing or tokens[at].word in _ONCE_MORE for at in left) else TOPIC
    if said.acts & _ABUSE:
        return RUDE
    if said.acts & _CLOSING:
        return THANKS
    return GREETING if SpeechAct.GREETING in said.acts else NOTHING
