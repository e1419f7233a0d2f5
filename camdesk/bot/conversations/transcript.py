"""A conversation as people read it."""

from __future__ import annotations

from camdesk.bot.engine.replies import (
    AnyReply,
    Confirmation,
    FactAsked,
    InstructionStep,
    TopicMenu,
    TopicsOffered,
)


def shown(reply: AnyReply) -> str:
    """A reply as one line of a transcript."""
    text = getattr(reply, "text", "")
    if isinstance(reply, FactAsked):
        buttons = " / ".join(one.label for one in reply.options)
        return f"{reply.about} {text}".strip() + (f" [{buttons}]" if buttons else "")
    if isinstance(reply, InstructionStep):
        return f"{text} [{' / '.join(filter(None, (reply.yes, reply.no, reply.rest)))}]"
    if isinstance(reply, Confirmation):
        return f"{text} [{reply.yes} / {reply.no}]"
    if isinstance(reply, TopicsOffered):
        return f"{text} [{' / '.join(one.title for one in reply.topics)}]"
    if isinstance(reply, TopicMenu):
        return "(список тем)"
    items = getattr(reply, "items", None)
    if items is not None:
        return "(" + "; ".join(f"{one.title}: {one.text}" for one in items) + ")"
    return text or (f"(статья {reply.article})" if hasattr(reply, "article") else "")
