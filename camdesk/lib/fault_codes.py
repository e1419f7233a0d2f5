"""The code of a fault: its page shows it, and the same fault's lines in the log bear it. Who calls support names it."""

import logging
import secrets

from django.http import HttpRequest

_NAME = "_fault_code"


def code_of(request: HttpRequest) -> str:
    """Eight hexadecimal digits, the same ones whenever this request is asked."""
    code: str = vars(request).setdefault(_NAME, secrets.token_hex(4))
    return code


class WithFaultCode(logging.Filter):
    """Puts it at the end of the line about the request; of a request without a fault the line stays as it is."""

    def filter(self, record: logging.LogRecord) -> bool:
        code = getattr(getattr(record, "request", None), _NAME, "")
        if code and isinstance(record.msg, str):
            record.msg += f" (fault {code})"
        return True
