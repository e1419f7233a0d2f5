"""What /metrics says of the desk is what stands in the database."""

import contextlib
from datetime import timedelta

from django.apps import apps
from django.utils import timezone

from camdesk.bot.models import Session
from camdesk.channels.mail.incoming import imap
from camdesk.channels.models import CallEvent
from camdesk.lib import leases, metrics
from camdesk.server.desk_figures import DeskFigures
from camdesk.tickets.models import Clock, Counter, Delivery, Ticket
from tests.engines import free_port
from tests.pages.everything import build_everything


def told(figures: DeskFigures) -> dict[tuple[str, str], float]:
    """{(name, value of its label): figure}"""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for metric in figures.collect()
        for sample in metric.samples
    }


def test_what_waits_whose_move_it_is_and_what_is_overdue(world, now, data_folder):
    build_everything(world, now)
    at = timezone.now()
    letter = Delivery.objects.filter(state=Delivery.State.WAITING).first() or Delivery.objects.first()
    Delivery.objects.update(state=Delivery.State.SENT)
    Delivery.objects.filter(pk=letter.pk).update(state=Delivery.State.WAITING, next_try_at=at - timedelta(hours=2))
    clock = Clock.objects.live().filter(paused_at=None).first()
    Clock.objects.live().exclude(pk=clock.pk).update(dropped_at=at)
    Clock.objects.filter(pk=clock.pk).update(due_at=at - timedelta(minutes=1))
    said = told(DeskFigures())
    assert said["camdesk_database_up", ""] == 1
    kinds = {model._meta.model_name for model in apps.get_models() if issubclass(model, leases.Leased)}
    assert {kind for name, kind in said if name == "camdesk_waiting"} == kinds
    assert said["camdesk_waiting", "delivery"] == 1
    assert 7200 <= said["camdesk_waiting_due_seconds", "delivery"] < 7300
    assert said["camdesk_promises_overdue", clock.kind] == 1
    assert said["camdesk_deliveries_failed", ""] == 0
    turns = {turn: number for (name, turn), number in said.items() if name == "camdesk_tickets"}
    assert turns == {
        name.removeprefix("all:"): value
        for name, value in Counter.objects.filter(name__startswith="all:").values_list("name", "value")
    }
    assert sum(turns.values()) == Ticket.objects.count()
    assert said["camdesk_bot_sessions", ""] == Session.objects.filter(ticket__turn="bot").count() > 0


def test_given_up_letters_count(world, now, data_folder):
    build_everything(world, now)
    Delivery.objects.update(state=Delivery.State.FAILED)
    assert told(DeskFigures())["camdesk_deliveries_failed", ""] == Delivery.objects.count() > 0


def test_it_is_asked_once_however_many_scrape(world, django_assert_num_queries):
    figures = DeskFigures()
    metrics.text(figures)
    with django_assert_num_queries(0):
        assert "camdesk_tickets" in metrics.text(figures)


def test_a_database_that_is_away_is_said_and_no_more(world, monkeypatch):
    def away(now):
        raise OSError("away")
        yield

    monkeypatch.setattr("camdesk.server.desk_figures._figures", away)
    assert told(DeskFigures()) == {("camdesk_database_up", ""): 0, ("camdesk_store_up", ""): 1}


def test_a_store_that_is_away_is_said(world, monkeypatch):
    monkeypatch.setattr("camdesk.server.desk_figures.what_is_wrong_with_store", lambda: ["away"])
    assert told(DeskFigures())["camdesk_store_up", ""] == 0


def test_when_an_exchange_last_spoke(world, now):
    assert ("camdesk_exchange_heard_at_seconds", "mango") not in told(DeskFigures())
    for hours in (2, 1):
        CallEvent.objects.create(
            provider="mango", call_id=str(hours), kind="ring", direction="in", received_at=now - timedelta(hours=hours)
        )
    assert told(DeskFigures())["camdesk_exchange_heard_at_seconds", "mango"] == (now - timedelta(hours=1)).timestamp()


def test_a_mailbox_that_is_away_has_not_been_fetched(world, now, settings, monkeypatch):
    def fetched_at() -> float:
        return metrics._registry.get_sample_value("camdesk_mail_fetched_at_seconds", {"way": "imap"}) or 0.0

    settings.IMAP_URL = f"imap://help:secret@127.0.0.1:{free_port()}/INBOX"
    before = fetched_at()
    assert imap.fetch(now) == 0
    assert fetched_at() == before
    monkeypatch.setattr(imap, "mailbox", lambda account: contextlib.nullcontext())
    monkeypatch.setattr(imap, "_fetched", lambda box, account, *, now: iter(()))
    assert imap.fetch(now) == 0
    assert fetched_at() > before
