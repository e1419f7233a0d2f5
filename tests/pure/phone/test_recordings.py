"""A recording is a link only where it can do nothing but open."""

import pytest

from camdesk.channels.phone.recordings import safe_link

FINE = ["https://records.example.org/call/1?token=a%20b", "https://records.example.org:8443/1"]
NOT = {
    "an id of the exchange": "MToxMDA2",
    "not encrypted": "http://records.example.org/1",
    "a script": "javascript:alert(1)",
    "a script in capitals": "JavaScript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "without a host": "https:///etc/passwd",
    "with a password": "https://user:secret@records.example.org/1",
    "with a name": "https://records.example.org@evil.example/1",
    "with a line break": "https://records.example.org/\n1",
    "with a quotation mark": 'https://records.example.org/"onclick="x',
    "with a backslash": "https:\\\\evil.example",
    "letters that look alike": "https://ехаmple.org/1",
    "a broken port": "https://records.example.org:99999/1",
    "a broken address": "https://[::1",
    "nothing": "",
}


@pytest.mark.parametrize("raw", FINE)
def test_a_link(raw):
    assert safe_link(raw) == raw


@pytest.mark.parametrize("raw", NOT.values(), ids=NOT)
def test_no_link(raw):
    assert safe_link(raw) == ""
