"""A site in another time zone: its times are told by its clock and named; what we promise is told by ours."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from camdesk.bot.engine.events import WordsTyped
from camdesk.bot.heard_messages import heard_in
from camdesk.bot.sessions.context import context_of
from camdesk.cameras.importing import import_cameras, read
from camdesk.cameras.models import Camera, Site
from camdesk.channels.mail.outgoing.compose import compose
from camdesk.channels.mail.outgoing.wording import in_a_line
from camdesk.config import translations
from camdesk.outages.models import Outage
from camdesk.playbook import current
from camdesk.tickets.answers import cameras_of
from camdesk.tickets.models import Delivery, Ticket
from camdesk.tickets.promises import promise
from camdesk.tickets.site_time import visit_zone, zone_of_ticket
from tests.deeds.outages.test_outages import outage_of
from tests.deeds.tickets.test_opening import new, open_ticket
from tests.world import open_request

ZONE = "Asia/Yekaterinburg"
NAMED = "по времени объекта (Екатеринбург, UTC+5)"


@pytest.fixture(autouse=True, scope="module")
def _catalogues() -> None:
    translations.compile_all()


@pytest.fixture
def far(world):
    """Anna's house is two hours east of us."""
    world.house.time_zone = ZONE
    world.house.full_clean()
    world.house.save()
    Camera.objects.filter(site=world.house).update(status_since=timezone.now() - timedelta(days=3))
    return world


@pytest.fixture
def ticket(far) -> Ticket:
    return open_ticket(new(far, facts={"since": "вчера, ~18:00"}), by=far.anna, now=timezone.now()).ticket


def text_of(client, address: str) -> str:
    return re.sub(r"\s+", " ", client.get(address).content.decode())


@pytest.mark.parametrize("name", ["Mars/Olympus", "asia/yekaterinburg", "МСК+2", "../UTC"])
def test_the_model_takes_iana_names_alone(world, name) -> None:
    world.house.time_zone = name
    with pytest.raises(ValidationError, match="time_zone"):
        world.house.full_clean()


def test_the_camera_page_tells_by_the_clock_of_the_site(far, client_of) -> None:
    since = Camera.objects.get(pk=far.camera_yard.pk).status_since.astimezone(far.house.zone)
    for person, address in (
        (far.anna, f"/cameras/{far.camera_yard.pk}/"),
        (far.ira, f"/desk/cameras/{far.camera_yard.pk}/"),
    ):
        html = text_of(client_of(person), address)
        assert f"{since:%H:%M} UTC+5</time>" in html
        assert f"{since:%H:%M} {NAMED}" in html
    assert "Время на объекте" in html
    assert "UTC" not in text_of(client_of(far.oleg), f"/cameras/{far.camera_oleg.pk}/")


def test_what_the_customer_said_is_by_their_clock(far, ticket, client_of) -> None:
    for person, address in ((far.anna, f"/requests/{ticket.pk}/"), (far.ira, f"/desk/tickets/{ticket.pk}/")):
        html = re.sub(r"<[^>]+>| ", "", text_of(client_of(person), address))
        assert f"вчера,~18:00{NAMED.replace(' ', '')}" in html


def test_our_promise_is_by_our_clock_and_a_visit_by_theirs(far, ticket, client_of) -> None:
    ira = client_of(far.ira)
    day = (timezone.now() + timedelta(days=3)).date()
    said = f"{day}T18:40"
    ira.post(f"/desk/tickets/{ticket.pk}/promise", {"at": said})
    assert Ticket.objects.get(pk=ticket.pk).promised_at == datetime.fromisoformat(f"{said}+03:00")
    ira.post(f"/desk/tickets/{ticket.pk}/turn", {"turn": "visit"})
    html = text_of(ira, f"/desk/tickets/{ticket.pk}/")
    assert f'required><span class="hint">{NAMED}' in html
    ira.post(f"/desk/tickets/{ticket.pk}/promise", {"at": said})
    found = Ticket.objects.get(pk=ticket.pk)
    assert found.promised_at == datetime.fromisoformat(f"{said}+05:00")
    assert visit_zone(found) == far.house.zone
    assert f"18:40 {NAMED}" in text_of(ira, f"/desk/tickets/{ticket.pk}/")
    assert f"18:40 {NAMED}" in text_of(client_of(far.anna), f"/requests/{ticket.pk}/")
    letter = Delivery.objects.filter(ticket=found, kind=Delivery.Kind.PROMISE).latest("pk")
    assert f"18:40 {NAMED}" in compose(letter).text


@pytest.mark.parametrize(
    ("zone", "cameras", "named"),
    [(ZONE, 1, True), ("", 1, False), ("", 0, True)],
    ids=["lives elsewhere", "lives by our clock", "nobody knows where"],
)
def test_a_letter_names_our_zone_to_who_may_live_by_another(far, zone, cameras, named) -> None:
    Site.objects.update(time_zone=zone)
    asked = replace(new(far), cameras=new(far).cameras[:cameras])
    opened = open_ticket(asked, by=far.anna, now=timezone.now()).ticket
    promise(ticket=opened, at=timezone.now() + timedelta(days=2), by=far.ira, now=timezone.now())
    for kind in (Delivery.Kind.CONFIRMATION, Delivery.Kind.PROMISE):
        letter = Delivery.objects.get(ticket=opened, kind=kind)
        for text in (compose(letter).text, in_a_line(letter, opened, letter.to)):
            assert re.search(r"не позже: [^\n]*\d\d:\d\d", text), kind
            assert ("(Москва, UTC+3)" in text) == named, kind


def test_several_zones_are_none_and_a_visit_costs_nothing_elsewhere(far, ticket, django_assert_num_queries) -> None:
    rows = cameras_of(ticket)
    assert zone_of_ticket(ticket, rows) == far.house.zone
    rows[0].camera.site = far.cottage
    assert zone_of_ticket(ticket, [*rows, *cameras_of(ticket)]) is None
    with django_assert_num_queries(0):
        assert visit_zone(ticket) is None


@pytest.mark.parametrize(("zone", "day"), [(ZONE, "2026-05-09"), ("", "2026-05-08")])
def test_yesterday_is_the_day_before_there(world, zone, day) -> None:
    Site.objects.filter(pk=world.house.pk).update(time_zone=zone)
    _version, document = current.current()
    at = datetime(2026, 5, 9, 20, 30, tzinfo=UTC)  # 23:30 of the ninth in Moscow, 01:30 of the tenth in Yekaterinburg
    cameras = list(Camera.objects.filter(site=world.house).select_related("site", "passport"))
    ctx = context_of(person=world.anna, document=document, now=at, language="ru", cameras=cameras)
    heard = heard_in(WordsTyped(id="1", text="вчера около шести пропала картинка"), ctx, now=at, synonyms=None).heard
    assert heard is not None
    assert heard.moment is not None
    assert (heard.moment.first_day, heard.moment.since, heard.moment.about) == (day, "18:00", True)


def test_the_form_says_whose_clock_is_asked_for(far, client_of) -> None:
    address = f"/support/write/?camera={far.camera_yard.pk}&topic=watch-archive"
    assert NAMED in text_of(client_of(far.anna), address)
    assert "по времени объекта" not in text_of(
        client_of(far.oleg), f"/support/write/?camera={far.camera_oleg.pk}&topic=watch-archive"
    )


def test_a_zone_comes_by_table_and_is_refused_in_words(world, now) -> None:
    table = "ID;Название;Адрес;Часовой пояс\nyard;Двор;Садовая улица, 12;{}"
    bad = read(table.format("Марс").encode())
    assert [(one.line, one.column) for one in bad.problems] == [(2, "Часовой пояс")]
    assert "Asia/Yekaterinburg" in bad.problems[0].text
    for said, kept in (("МСК+2", "Etc/GMT-5"), (ZONE, ZONE), ("", ZONE)):
        report = import_cameras(rows=read(table.format(said).encode()).rows, by=world.ada, now=now)
        assert report.problems == []
        assert Site.objects.get(cameras__external_id="yard").time_zone == kept


def test_in_english(far, ticket, client_of) -> None:
    client = client_of(far.anna)
    client.cookies["camdesk_language"] = "en"
    with translation.override("en"):
        assert "(Yekaterinburg, UTC+5)" in text_of(client, f"/requests/{ticket.pk}/")


@pytest.mark.parametrize("kind", Outage.Kind.values)
def test_an_outage_is_told_by_our_clock_that_is_named_to_who_lives_by_another(
    far, data_folder, client_of, kind
) -> None:
    now = timezone.now()
    open_request(new(far), by=far.anna, now=now)
    begin = now - timedelta(minutes=20) if kind == Outage.Kind.FAULT else now + timedelta(days=9)
    outage_of(far, now, kind=kind, began_at=begin, eta=begin + timedelta(hours=4))
    letters = Delivery.objects.filter(kind=Delivery.Kind.NOTICE)
    said = re.compile(r"\d\d:\d\d \(Москва, UTC\+3\)")
    assert said.search(text_of(client_of(far.anna), "/cameras/"))
    assert [bool(said.search(one.letter.text)) for one in letters] == [True] * (kind == Outage.Kind.FAULT)
    Site.objects.update(time_zone="")
    assert "(Москва" not in text_of(client_of(far.anna), "/cameras/")


def test_a_lead_sets_the_zone_of_a_site(far, client_of) -> None:
    page, zone = f"/desk/cameras/{far.camera_yard.pk}/", f"/desk/cameras/{far.camera_yard.pk}/zone"
    lead = client_of(far.leo)
    assert 'value="Екатеринбург"' in text_of(lead, page)
    for said, kept in (("Омск", "Asia/Omsk"), (" utc+7 ", "Etc/GMT-7"), ("Asia/Tomsk", "Asia/Tomsk"), ("", "")):
        answer = lead.post(zone, {"zone": said})
        assert (answer.status_code, answer["Location"]) == (302, page)
        far.house.refresh_from_db()
        assert far.house.time_zone == kept
    assert "Часовой пояс объекта сохранён." in text_of(lead, page)


@pytest.mark.parametrize("sent", [{"zone": "Нигдеград <b>"}, {}], ids=["no zone", "nothing"])
def test_what_is_no_zone_is_said_in_words_and_nothing_changes(far, client_of, sent) -> None:
    answer = client_of(far.leo).post(f"/desk/cameras/{far.camera_yard.pk}/zone", sent)
    assert answer.status_code == 422
    assert "Такого часового пояса нет. Напишите город или «UTC+5»." in answer.content.decode()
    assert ("Нигдеград &lt;b&gt;" in answer.content.decode()) == bool(sent)
    far.house.refresh_from_db()
    assert far.house.time_zone == ZONE


def test_who_may_not_sees_no_form_of_the_zone(far, client_of) -> None:
    page = f"/desk/cameras/{far.camera_yard.pk}/"
    assert "Изменить часовой пояс" in text_of(client_of(far.leo), page)
    assert "Изменить часовой пояс" not in text_of(client_of(far.ira), page)
    for person in (far.ira, far.oleg, far.anna):
        assert client_of(person).post(f"{page}zone", {"zone": "Омск"}).status_code == 404
    far.house.refresh_from_db()
    assert far.house.time_zone == ZONE
