"""How much a client may send before Django has looked at the request: a stranger's body is not worth the disk."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import close_old_connections
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from camdesk.channels.form.open_submission import MOST_MB
from camdesk.channels.mail.incoming.hooks import LARGEST_BODY
from camdesk.lib.internals.session_store import SessionStore
from camdesk.people import api_keys, limits
from camdesk.people.limits import Limited

ANYBODY = 1024 * 1024
_MAIL_HOOK = re.compile(r"/hooks/mail/[\w-]+/([^/]+)/")


def most_for_in_thread(environ: Mapping[str, Any]) -> int:
    """As `most_for`, looking after the thread's connection as Django does around a request."""
    close_old_connections()
    try:
        return most_for(environ)
    finally:
        close_old_connections()


def most_for(environ: Mapping[str, Any]) -> int:
    """Bytes. Those signed in and integrations with a key: the form's limit; a mail provider with its secret: a
    letter's; the form of those who are not: MOST_MB, until their network has sent its share of the day; everybody else:
    ANYBODY. Asks the database."""
    hook = _MAIL_HOOK.match(environ["PATH_INFO"])
    if hook is not None:
        known = bool(settings.MAIL_HOOK_SECRET) and constant_time_compare(hook[1], settings.MAIL_HOOK_SECRET)
        return LARGEST_BODY if known else ANYBODY
    if _has_key(environ) or _is_signed_in(environ):
        return settings.MAX_BODY_BYTES
    return MOST_MB * 1024 * 1024 + ANYBODY if _may_send_files(environ) else ANYBODY


def _may_send_files(environ: Mapping[str, Any]) -> bool:
    if environ["PATH_INFO"] != settings.OPEN_FORM_URL or not settings.OPEN_FORM:
        return False
    network = limits.network_of(environ.get("REMOTE_ADDR", ""))
    return not limits.wait_of("uploads_by_network", network, now=timezone.now())


def _has_key(environ: Mapping[str, Any]) -> bool:
    kind, _space, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if kind.lower() != "bearer":
        return False
    try:
        return api_keys.find(secret.strip(), address=environ.get("REMOTE_ADDR", ""), now=timezone.now()) is not None
    except Limited:
        return False


def _is_signed_in(environ: Mapping[str, Any]) -> bool:
    key = parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME, "")
    return key.isalnum() and SESSION_KEY in SessionStore(key)
