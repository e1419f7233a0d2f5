"""An answer that leaves no sooner than a moment after its request came, so that how long it took tells nothing: whether
an address is known here, say. The server waits (server/bridge.py); no thread does."""

from collections.abc import MutableMapping
from typing import Any

NO_SOONER = "camdesk.no_sooner"  # of the WSGI environment: seconds after the request was taken up


def no_sooner(environ: MutableMapping[str, Any], seconds: float) -> None:
    """`environ`: `request.META`."""
    environ[NO_SOONER] = max(seconds, environ.get(NO_SOONER, 0.0))
