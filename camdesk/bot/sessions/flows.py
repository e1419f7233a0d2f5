"""The flows and the synonyms of a published playbook, made ready once per version and process."""

from collections.abc import Mapping
from functools import lru_cache

from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.bot.utterances.cameras import Synonyms as Replace
from camdesk.playbook import current as playbook
from camdesk.playbook.flow_binding import flows_of
from camdesk.playbook.flows import Flow


def flows_of_version(number: int) -> Mapping[str, Flow]:
    return _bound(playbook.version(number).digest, number)


def synonyms_of_version(number: int) -> Replace:
    """What people call things, as the bot hears them."""
    return _synonyms(playbook.version(number).digest, number)


# By digest: a number may mean another playbook in another database (tests); a digest never does.
@lru_cache(maxsize=8)
def _bound(digest: str, number: int) -> Mapping[str, Flow]:
    return flows_of(playbook.version(number))


@lru_cache(maxsize=8)
def _synonyms(digest: str, number: int) -> Replace:
    return Synonyms(playbook.version(number).lexicon.synonyms).replace
