"""Pages of faults are in our look, and need nothing that may be what is broken."""

import pytest
from django.db import connection
from django.test import Client

NOT_ASKED = "Так эта страница не открывается"


def test_an_address_that_only_takes_forms_says_so_in_our_look(world, client_of):
    answer = client_of(world.anna).post("/cameras/")
    assert answer.status_code == 405
    assert NOT_ASKED not in answer.content.decode(), "a program that asks for no page gets no page"
    answer = client_of(world.anna).post("/cameras/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert NOT_ASKED in answer.content.decode()
    assert answer["Content-Type"] == "text/html; charset=utf-8"


def test_a_program_that_asks_the_api_the_wrong_way_gets_no_page(client):
    answer = client.delete("/api/v1/tickets", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/account/login/", "/help/"])
def test_the_page_of_a_fault_asks_no_database(monkeypatch, db, path):
    def fall(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    def asked(*args: object, **kwargs: object) -> None:
        pytest.fail("the page of a fault asked the database")

    monkeypatch.setattr("django.core.handlers.base.BaseHandler._get_response", fall)
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(asked):
        answer = client.get(path)
    assert answer.status_code == 500
    assert "У нас сбой" in answer.content.decode()
    assert "/static/" in answer.content.decode(), "in our look"
