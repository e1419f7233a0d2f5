"""Every request counts where it was answered, and what it asked of the database counts too."""

import re

import pytest
from django.db import connection
from django.test import Client

from camdesk.lib import metrics

_LINE = re.compile(r"^(camdesk_\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


def figures(name: str) -> dict[str, float]:
    return {labels: float(value) for found, labels, value in _LINE.findall(metrics.text()) if found == name}


def counted(name: str, before: dict[str, float]) -> dict[str, float]:
    return {
        labels: value - before.get(labels, 0) for labels, value in figures(name).items() if value != before.get(labels)
    }


@pytest.mark.parametrize(
    ("path", "method", "labels"),
    [
        ("/contacts/", "get", 'method="GET",room="cabinet",status="2xx"'),
        ("/requests/", "get", 'method="GET",room="cabinet",status="3xx"'),
        ("/desk/", "post", 'method="POST",room="desk",status="3xx"'),
        ("/account/login/", "head", 'method="HEAD",room="account",status="2xx"'),
        ("/api/v1/tickets", "get", 'method="GET",room="api",status="4xx"'),
        ("/hooks/mail/x/y/", "post", 'method="POST",room="hooks",status="4xx"'),
        ("/files/nothing", "get", 'method="GET",room="files",status="4xx"'),
        ("/no/such/../page", "get", 'method="GET",room="nowhere",status="4xx"'),
        ("/static/nothing.css", "get", 'method="GET",room="static",status="4xx"'),
        ("/contacts/", "brew", 'method="other",room="cabinet",status="4xx"'),
    ],
)
def test_a_request_counts_once_where_it_was_answered(world, path, method, labels):
    before = figures("camdesk_http_request_seconds_count")
    client = Client(raise_request_exception=False)
    client.generic(method.upper(), path)
    assert counted("camdesk_http_request_seconds_count", before) == {labels: 1}


def test_a_fault_of_ours_counts_as_one(world, monkeypatch):
    def fall(*_args, **_named):
        raise RuntimeError("no page today")

    before = figures("camdesk_http_request_seconds_count")
    monkeypatch.setattr("camdesk.cabinet.views.home.render", fall)
    assert Client(raise_request_exception=False).get("/contacts/").status_code == 500
    assert counted("camdesk_http_request_seconds_count", before) == {'method="GET",room="cabinet",status="5xx"': 1}


def test_statements_are_those_of_the_request(world, client_of):
    client = client_of(world.anna)
    client.get("/requests/")
    asked: list[str] = []

    def note(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    before = figures("camdesk_database_statements_total")
    with connection.execute_wrapper(note):
        client.get("/requests/")
    assert asked
    assert counted("camdesk_database_statements_total", before) == {'room="cabinet"': len(asked)}
