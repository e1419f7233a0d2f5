"""When an exchange says something happened."""

from datetime import UTC, datetime

import pytest

from camdesk.channels.phone.exchange_events import moment

AT = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
SECONDS = int(AT.timestamp())


@pytest.mark.parametrize(
    "said, found",
    [
        (SECONDS, AT),
        (str(SECONDS), AT),
        (f"{SECONDS}.0", AT),
        (f"{SECONDS}.000000000000000000000000", AT),
        ("2026-03-17T12:00:00+03:00", AT),
        ("2026-03-17T12:00:00", None),
        ("²", None),
        (f"{SECONDS}.²", None),
        ("9" * 400, None),
        ("", None),
        (None, None),
    ],
)
def test_seconds_or_iso_with_its_offset(said, found):
    assert moment(said) == found
