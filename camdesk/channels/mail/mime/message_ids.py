"""Message-IDs out of the fields that hold them."""

import re

from camdesk.channels.mail.mime.limits import REFERENCES

_MESSAGE_ID = re.compile(rb"<\s*([^<>\s]{1,250})\s*>")
_BARE_ID = re.compile(rb"[^<>\s\"',;()]{1,120}@[^<>\s\"',;()]{1,120}")
_UNSAFE_IN_ID = re.compile(r"[\x00-\x20\x7f-\xa0\"\\<>(),;\ud800-\udfff]")


def message_ids(value: bytes) -> list[str]:
    """The ids of a Message-ID, In-Reply-To or References value, without brackets, in order, each once."""
    found = _MESSAGE_ID.findall(value) or _BARE_ID.findall(value[:2000])
    ids: dict[str, None] = {}
    for one in found:
        text = one.decode("utf-8", "replace")
        if not _UNSAFE_IN_ID.search(text):
            ids.setdefault(text)
    # A long thread: its beginning and its newest letters say the most.
    known = list(ids)
    return known if len(known) <= REFERENCES else [known[0], *known[1 - REFERENCES :]]
