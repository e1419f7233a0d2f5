"""What words that nobody asks back about are plainly about."""

from camdesk.bot.understanding.classify import understand
from camdesk.bot.understanding.current import model_of
from camdesk.playbook import current as playbook

_READ = 2_000  # characters


def plain_topic(text: str) -> str:
    """A topic's id; «Другое» where it is not plain: a wrong topic costs more than none."""
    document = playbook.current()[1]
    found = understand(model_of(document), text[:_READ])
    if found.decision == "open" and found.topics and found.topics[0][0] in document.topics:
        return found.topics[0][0]
    return document.other_topic
