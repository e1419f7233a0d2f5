"""How much we say to machines, so that two of them never talk all night. Pure."""

from datetime import timedelta

MACHINE_LETTERS_PER_TICKET = 3
CONFIRMATIONS_PER_ADDRESS = 5  # within CONFIRMATIONS_WITHIN
CONFIRMATIONS_WITHIN = timedelta(hours=1)


def may_confirm(*, automatic: bool, sender: str, from_us: bool, confirmed_lately: int) -> bool:
    """Whether the sender of a letter that opens a request gets the confirmation.

    A machine never does, nor do we ourselves; somebody who writes again and again, or an answering machine that hides
    what it is, gets a few within the hour and then silence. `confirmed_lately`: within CONFIRMATIONS_WITHIN, 0 for a
    sender without proof: what they get is held by the budget of letters (tickets/letter_budget.py).
    """
    return bool(sender) and not automatic and not from_us and confirmed_lately < CONFIRMATIONS_PER_ADDRESS


def may_note(machine_letters_before: int) -> bool:
    """Whether another letter of a machine is noted on the request; the last one noted says that no more will be."""
    return machine_letters_before < MACHINE_LETTERS_PER_TICKET


def is_last_note(machine_letters_before: int) -> bool:
    return machine_letters_before == MACHINE_LETTERS_PER_TICKET - 1
