"""The queue: who comes first, page by page without gaps, at the same cost whatever the number of requests."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from camdesk.desk import queues
from camdesk.desk.queues import Queue
from camdesk.tickets import assignment, conversation, counts, resolution
from camdesk.tickets.models import Ticket, TicketCamera
from tests.deeds.tickets.test_opening import new, open_ticket


def crowd(world, now, number: int, *, turn: str = "us", **fields) -> list[Ticket]:
    """Many requests of Anna at once, a minute apart; in pairs of the same moment, so that the number decides."""
    rows = []
    for n in range(number):
        at = now - timedelta(minutes=n // 2)
        due = at + timedelta(hours=4) if turn == "us" else None
        rows.append(
            Ticket(
                subject=f"Обращение {n}",
                topic_id="camera-offline",
                playbook_version=1,
                channel="form",
                person=world.anna,
                contact_name="Анна",
                turn=turn,
                turn_since=at,
                next_due_at=due,
                promised_at=due,
                active_at=at,
                opened_at=at,
                resolved_at=at if turn == "nobody" else None,
                **fields,
            )
        )
    made = Ticket.objects.bulk_create(rows)
    TicketCamera.objects.bulk_create(TicketCamera(ticket=ticket, camera=world.camera_gate) for ticket in made)
    counts.mend()
    return made


def walk(queue: Queue) -> list[int]:
    """The whole queue, page by page."""
    numbers, after = [], ""
    while True:
        page = queues.page(queue, after=after)
        numbers += [row.number for row in page.rows]
        if not (after := page.after):
            return numbers


def test_our_move_is_read_by_promise_the_soonest_first(world, now):
    made = crowd(world, now, 95)
    assert walk(Queue()) == [t.pk for t in sorted(made, key=lambda t: (t.promised_at, t.pk))]


@pytest.mark.parametrize(("turn", "group"), [("customer", "customer"), ("bot", "bot"), ("nobody", "settled")])
def test_the_others_are_read_by_what_happened_last(world, now, turn, group):
    made = crowd(world, now, 95, turn=turn)
    newest = [t.pk for t in sorted(made, key=lambda t: (t.active_at, t.pk), reverse=True)]
    assert walk(Queue(group=group)) == newest


def test_three_turns_make_one_line_when_we_wait_for_others(world, now):
    made = [t for turn in ("provider", "installer", "visit") for t in crowd(world, now, 31, turn=turn)]
    newest = [t.pk for t in sorted(made, key=lambda t: (t.active_at, t.pk), reverse=True)]
    assert walk(Queue(group="outside")) == newest


def test_what_has_no_promise_comes_last_and_is_not_lost(world, now):
    promised = crowd(world, now, 41)
    bare = crowd(world, now, 45)
    Ticket.objects.filter(pk__in=[t.pk for t in bare]).update(promised_at=None)
    walked = walk(Queue())
    assert sorted(walked[:41]) == sorted(t.pk for t in promised)
    assert walked[41:] == sorted(t.pk for t in bare)


def test_mine_unassigned_and_a_team_are_parts_of_all(world, now):
    crowd(world, now, 3, assignee=world.ira.agent, team=world.first_line)
    crowd(world, now, 2, team=world.field_crew)
    crowd(world, now, 1)
    ira = world.ira.agent.pk
    sizes = {
        "all": len(walk(Queue())),
        "mine": len(walk(Queue("mine", agent=ira))),
        "unassigned": len(walk(Queue("unassigned"))),
        "team": len(walk(Queue("support", team=world.first_line.pk))),
    }
    assert sizes == {"all": 6, "mine": 3, "unassigned": 3, "team": 3}


@pytest.mark.parametrize(
    "raw", ["", "x", "1", ".", "1.x", "x.1", "9" * 40 + ".1", "1." + "9" * 40, "-1.5", "٣.٤", "1.1.1"]
)
def test_a_cursor_that_was_never_ours_breaks_nothing(world, now, client_of, raw):
    crowd(world, now, 3)
    for turn in ("us", "settled"):
        assert client_of(world.ira).get("/desk/", {"after": raw, "turn": turn}).status_code == 200


@pytest.mark.parametrize("query", ["?queue=nothing", "?turn=nothing", "?queue=&turn=", "?queue=%00", "?turn[]=us"])
def test_a_queue_that_does_not_exist_is_the_first_one(world, now, client_of, query):
    crowd(world, now, 1)
    assert "Все обращения" in client_of(world.ira).get("/desk/" + query).content.decode()


def queries_of(client, address: str, **headers) -> int:
    client.get(address, **headers)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address, **headers).status_code == 200
    return len([one for one in seen if one["sql"].startswith("SELECT")])


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/desk/", 6),
        ("/desk/?queue=mine", 6),
        ("/desk/?turn=settled", 6),
        ("/desk/?turn=outside", 8),
        ("/desk/rows", 6),
    ],
)
def test_a_page_asks_as_little_of_many_as_of_few(world, now, client_of, address, most):
    client = client_of(world.ira)
    for turn in ("us", "nobody", "provider"):
        crowd(world, now, 50, turn=turn, assignee=world.ira.agent)
    few = queries_of(client, address)
    for turn in ("us", "nobody", "provider"):
        crowd(world, now, 300, turn=turn, assignee=world.ira.agent)
    assert queries_of(client, address) == few <= most


def test_search_asks_as_little_of_many_as_of_few(world, now, client_of):
    client = client_of(world.ira)
    for _ in range(3):
        open_ticket(new(world), by=world.anna, now=now)
    few = queries_of(client, "/desk/?q=калитка")
    for _ in range(30):
        open_ticket(new(world), by=world.anna, now=now)
    assert queries_of(client, "/desk/?q=калитка") == few <= 7


def test_no_page_counts_rows(world, now, client_of):
    crowd(world, now, 5)
    with CaptureQueriesContext(connection) as seen:
        client_of(world.ira).get("/desk/")
    assert not [one["sql"] for one in seen if re.search(r"COUNT\(\*\)", one["sql"])]


def test_a_row_says_whose_it_is_and_what_it_is_about(world, now, client_of):
    ticket = open_ticket(new(world), by=world.anna, now=timezone.now()).ticket
    page = client_of(world.ira).get("/desk/").content.decode()
    row = page[page.index(f'id="t{ticket.pk}"') :]
    row = row[: row.index("</li>")]
    assert ticket.subject in row
    assert "Ход за поддержкой" in row
    assert ticket.contact_name in row
    assert "Не прочитано" in row


def test_a_promise_that_is_over_is_said_in_words(world, now, client_of):
    late, early = crowd(world, timezone.now() - timedelta(days=2), 1), crowd(world, timezone.now(), 1)
    page = client_of(world.ira).get("/desk/").content.decode()
    rows = {number: page.split(f'id="t{number}"')[1].split("</li>")[0] for number in (late[0].pk, early[0].pk)}
    assert "tone-trouble" in rows[late[0].pk]
    assert "просрочено на" in rows[late[0].pk]
    assert "ответить за" in rows[early[0].pk]


def test_the_rail_counts_our_moves_by_the_kept_counts(world, now, client_of):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    open_ticket(new(world), by=world.anna, now=now)
    assignment.assign(ticket=ticket, to=world.ira.agent, by=world.ira, now=now)
    page = client_of(world.ira).get("/desk/").content.decode()
    rail = {word: count for word, count in re.findall(r'menu-word">([^<]+)</span><span class="count">(\d+)<', page)}
    assert (rail["Все обращения"], rail["Мои"], rail["Без исполнителя"]) == ("2", "1", "1")


def test_a_number_goes_straight_to_its_request(world, now, client_of):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    client = client_of(world.ira)
    for words in (str(ticket.pk), f"№ {ticket.pk}"):
        assert client.get("/desk/", {"q": words})["Location"] == f"/desk/tickets/{ticket.pk}/"
    assert "Ничего не нашлось" in client.get("/desk/", {"q": "999999"}).content.decode()


def test_words_find_what_was_said_by_anybody(world, now, client_of):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    conversation.note(ticket=ticket, text="Похоже на грозозащиту", by=world.ira, now=now)
    client = client_of(world.ira)
    assert f'id="t{ticket.pk}"' in client.get("/desk/", {"q": "грозозащита"}).content.decode()
    assert "Ничего не нашлось" in client.get("/desk/", {"q": "грозозащита крокодил"}).content.decode()


def test_a_hit_shows_where_the_words_stand_and_marks_them_safely(world, now, client_of):
    ticket = open_ticket(new(world, text="Начало. " * 30), by=world.anna, now=now).ticket
    said = "Вчера <b>мастер</b> сказал, что это про грозозащиту, и уехал"
    conversation.note(ticket=ticket, text=said, by=world.ira, now=now)
    html = client_of(world.ira).get("/desk/", {"q": "грозозащита мастер"}).content.decode()
    snippet = re.search(r'class="snippet">(.*?)</span>', html, re.DOTALL)
    assert snippet is not None
    assert "&lt;b&gt;<mark>мастер</mark>&lt;/b&gt; сказал" in snippet[1]
    assert "<mark>грозозащиту</mark>, и уехал" in snippet[1]


def test_words_are_marked_where_they_stand_far_down_and_in_another_layout(world, now, client_of):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    conversation.note(ticket=ticket, text="Слово " * 300 + "и грозозащиту сняли", by=world.ira, now=now)
    conversation.note(ticket=ticket, text="uhjpjpfobnf cujhtkf", by=world.ira, now=now)
    html = client_of(world.ira).get("/desk/", {"q": "грозозащита сняли"}).content.decode()
    assert "<mark>грозозащиту</mark> <mark>сняли</mark>" in html
    html = client_of(world.ira).get("/desk/", {"q": "сгорела"}).content.decode()
    assert "<mark>cujhtkf</mark>" in html


def test_the_title_of_a_request_has_plain_blanks_and_is_text(world, now, client_of):
    ticket = open_ticket(new(world, text="</title><script>alert(1)</script>"), by=world.anna, now=now).ticket
    html = client_of(world.ira).get(f"/desk/tickets/{ticket.pk}/").content.decode()
    title = html.partition("<title>")[2].partition("</title>")[0]
    assert title.startswith(f"№ {ticket.pk} · ")
    assert "<script>alert" not in html


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "' OR 1=1 --", '"', "\u202e\u0000", "а" * 5000, "🙂", "*", "NEAR("]
)
def test_hostile_words_find_nothing_and_break_nothing(world, now, client_of, words):
    open_ticket(new(world), by=world.anna, now=now)
    answer = client_of(world.ira).get("/desk/", {"q": words})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_the_fragment_brings_rows_tabs_and_counts(world, now, client_of):
    ticket = open_ticket(new(world), by=world.anna, now=now).ticket
    client = client_of(world.ira)
    fragment = client.get("/desk/rows", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in fragment
    assert [part in fragment for part in ('data-part="rows"', 'data-part="tabs"', 'data-part="rail"')] == [True] * 3
    assert f'id="t{ticket.pk}"' in fragment
    resolution.resolve(ticket=ticket, by=world.ira, now=now)
    assert "Здесь всё разобрано" in client.get("/desk/rows", HTTP_HX_REQUEST="true").content.decode()


def test_every_queue_is_read_along_an_index(world, now):
    """What the database plans: never a scan of the table, never a sort of what was found."""
    crowd(world, now, 30)
    if connection.vendor != "sqlite":
        return
    queue_of = {
        "all": Queue(),
        "settled": Queue(group="settled"),
        "mine": Queue("mine", agent=world.ira.agent.pk),
        "unassigned": Queue("unassigned", "customer"),
        "team": Queue("support", team=world.first_line.pk),
    }
    for name, queue in queue_of.items():
        with CaptureQueriesContext(connection) as seen:
            queues.page(queue, after="1700000000000000.5")
        sql = seen[0]["sql"]
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql)
            plan = " | ".join(row[3] for row in cursor.fetchall())
        assert "SCAN" not in plan, (name, plan)
        assert "TEMP B-TREE" not in plan, (name, plan)
