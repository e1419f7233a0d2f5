"""Open pages of somebody whose rights became less."""

from django.db import transaction

from camdesk.lib import bus


def end_streams(*channels: str) -> None:
    """After the commit, streams on these channels end, and tokens from before it open none any more: their pages ask
    for new ones, which know the rights of now."""
    transaction.on_commit(lambda: bus.publish(channels, {"renew": True}))
