"""Addresses that let in do not get into the log: Django writes the path of every refused request there."""

import logging
import re

_SECRET = re.compile(r"(/invitations/|/claims/|/hooks/[^/\s]+/[^/\s]+/|/account/password/reset/key/)[^/\s]+")


class WithoutSecretAddresses(logging.Filter):
    """Puts … in the place of tokens. Changes the record for every handler."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_SECRET.sub(r"\1…", one) if isinstance(one, str) else one for one in record.args)
        return True
