"""The dialogue engine: plays the playbook's flows as a pure function.

    state, replies, effects = step(flows, state, event, ctx)

No Django, no clock, no I/O, no randomness: the same events give the same state. docs/flows.md is the language it plays,
docs/engine.md the shapes of events, replies, effects and ctx.
"""

from camdesk.bot.engine.reducer import give_up, step
from camdesk.bot.engine.scope import visible
from camdesk.bot.engine.state import DialogueState

__all__ = ["DialogueState", "give_up", "step", "visible"]
