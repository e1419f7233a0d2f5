"""The code of a fault: its page shows it, and the same fault's lines in the log bear it, beside the id of the request
(request_ids.py). Who calls support names it."""

import logging
import secrets

from django.http import HttpRequest

_NAME = "_fault_code"


def code_of(request: HttpRequest) -> str:
    """Eight hexadecimal digits, the same ones whenever this request is asked."""
    code: str = vars(request).setdefault(_NAME, secrets.token_hex(4))
    return code


def code_in(record: logging.LogRecord) -> str:
    """Of the request that a line of the log is about; "" where it had no fault."""
    return str(getattr(getattr(record, "request", None), _NAME, ""))
