"""Signed tokens of proofs: whoever holds one has read the letter that we sent to the address.

Bound to one identity of one person, to its value, and to a moment at which it is over; of no use for anything else, and
to nobody else who is signed in. What is proven needs no token any more, so one works once.
"""

from datetime import datetime, timedelta

from django.core import signing

from camdesk.people.models import Identity, Person

VALID_FOR = timedelta(hours=48)
_SALT = "camdesk.identities"
_LONGEST = 600


def issue(identity: Identity, *, now: datetime) -> str:
    return signing.dumps([identity.pk, identity.value, int((now + VALID_FOR).timestamp())], salt=_SALT)


def read(token: str, *, person: Person, now: datetime) -> Identity | None:
    """What this person may prove with it; None for one that is not ours, altered, over, used or of somebody else."""
    try:
        pk, value, until = signing.loads(token[:_LONGEST], salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if until <= now.timestamp():
        return None
    return Identity.objects.said().filter(pk=pk, value=value, person=person).first()
