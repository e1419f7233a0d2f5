"""Letters brought by a mail provider over HTTP: `/hooks/mail/<provider>/<secret>/`.

2xx is said when the letter is durable, 5xx when in doubt: providers ask again for hours, and the same letter brought
twice is one. A letter is taken whole and read later, by the worker; here only the provider's wrapping is taken off.
"""

import hashlib
import logging

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from camdesk.channels.mail.incoming import hook_forms
from camdesk.channels.mail.incoming.raw_store import LARGEST, LetterTooLarge, NoRoomForLetters, TooManyLetters, store

log = logging.getLogger("camdesk.mail")
LARGEST_BODY = LARGEST * 3 // 2  # base64 in JSON
_PROVIDERS = frozenset(("raw", "postmark", "mailjet", "mailgun", "sendgrid"))


@csrf_exempt
@require_POST
def letter(request: HttpRequest, provider: str, secret: str) -> HttpResponse:
    """provider: `raw` (the body is the letter), `postmark`, `mailjet`, `mailgun`, `sendgrid`."""
    if not settings.MAIL_HOOK_SECRET or not constant_time_compare(secret, settings.MAIL_HOOK_SECRET):
        return _refused(request, provider, "secret")
    if provider not in _PROVIDERS:
        return HttpResponse(status=404)
    body = request.read(LARGEST_BODY + 1)
    try:
        if len(body) > LARGEST_BODY:
            raise LetterTooLarge
        raw, recipients, digest = _given(provider, request.headers.get("Content-Type", ""), body)
        store(raw, mailbox=provider, now=timezone.now(), recipients=recipients, digest=digest, bearer_keeps=True)
    except hook_forms.Forged as what:
        return _refused(request, provider, str(what))
    except hook_forms.NotRaw as missing:
        log.error(
            "%s sends letters without their %s: set it to send them raw; it keeps them meanwhile", provider, missing
        )
        return HttpResponse("send the raw letter, please", status=503, content_type="text/plain")
    except LetterTooLarge:
        # Mailgun takes 406 for a plain no, and anything else for "ask again".
        status = 406 if provider == "mailgun" else 413
        return HttpResponse("the letter is too large", status=status, content_type="text/plain")
    except TooManyLetters:
        return HttpResponse("too many letters of this sender", status=503, content_type="text/plain")
    except NoRoomForLetters:
        return HttpResponse("no room just now", status=507, content_type="text/plain")
    except ValueError:
        return HttpResponse("this cannot be read", status=400, content_type="text/plain")
    return HttpResponse("kept", content_type="text/plain")


def _given(provider: str, kind: str, body: bytes) -> tuple[bytes, list[str], str]:
    """(the letter, its envelope's recipients, its digest where the bytes are made anew each time)."""
    if provider == "raw":
        return body, [], ""
    if provider == "sendgrid":
        return *hook_forms.sendgrid(kind, body), ""
    if provider == "mailgun":
        raw, recipients, token = hook_forms.mailgun(kind, body, key=settings.MAILGUN_KEY)
        _used_for_one_letter(token, raw)
        return raw, recipients, ""
    from camdesk.channels.mail.incoming import hook_json  # as hook_forms does, for the same reason

    return *hook_json.unwrapped(provider, body), hashlib.sha256(body).hexdigest()


def _used_for_one_letter(token: str, raw: bytes) -> None:
    """Mailgun signs a token and not the letter: whoever overheard one must not send another letter with it. Raises
    Forged."""
    name = f"mailgun:{hashlib.sha256(token.encode()).hexdigest()}"
    letter = hashlib.sha256(raw).hexdigest()
    if cache.get_or_set(name, letter, hook_forms.SIGNED_WITHIN) != letter:
        raise hook_forms.Forged("token, used before")


def _refused(request: HttpRequest, provider: str, what: str) -> HttpResponse:
    log.warning(
        "a letter hook (%.20s) was called with a wrong %s from %s", provider, what, request.META.get("REMOTE_ADDR")
    )
    return HttpResponse(status=403)
