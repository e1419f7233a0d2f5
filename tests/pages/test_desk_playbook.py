"""The playbook in the desk: read, compared, simulated; phrases attached with one click."""

import re

import pytest

from camdesk.bot.models import Phrase, StepCount
from camdesk.playbook.models import PlaybookVersion
from camdesk.tickets.models import Ticket


@pytest.fixture
def ada(world, client_of, data_folder):
    return client_of(world.ada)


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_every_section_topic_and_article_is_readable(ada, playbook):
    overview = page(ada, "/desk/playbook/")
    for section in playbook.sections.values():
        assert section.title.ru in overview
    for topic in playbook.topics:
        assert f"/desk/playbook/topics/{topic}/" in overview
    article = next(iter(playbook.articles.values()))
    assert article.title.ru in page(ada, f"/desk/playbook/articles/{article.id}/")


def test_articles_are_found_by_words_in_any_layout(ada, playbook):
    for words in ("камера не в сети", "rfvthf yt d ctnb"):
        html = page(ada, f"/desk/playbook/?q={words}")
        assert "/desk/playbook/articles/camera-offline/" in html


def test_every_topic_has_its_flow_drawn(ada, playbook):
    for topic in playbook.topics:
        html = page(ada, f"/desk/playbook/topics/{topic}/")
        assert '<svg class="flow"' in html
        assert (
            "<script"
            not in html[html.index('<svg class="flow"') : html.index("</svg>", html.index('<svg class="flow"'))]
        )


def test_counts_are_shown_on_the_drawing(ada):
    plain = page(ada, "/desk/playbook/topics/camera-offline/")
    StepCount.objects.create(version=1, flow="camera-offline", step="which", what="enter", value=4711)
    counted = page(ada, "/desk/playbook/topics/camera-offline/")
    assert "4711" not in plain
    assert "4711" in counted.replace("\u00a0", "").replace(" ", "")


@pytest.mark.parametrize("address", ["topics/no-such", "articles/no-such", "versions/99"])
def test_what_is_not_in_the_playbook_is_a_404(ada, address):
    assert ada.get(f"/desk/playbook/{address}/").status_code == 404


def test_an_attached_phrase_is_published_and_understood_next_time(ada, world, now, playbook):
    phrase = Phrase.objects.create(text="крутилка у забора задумалась", at=now)
    assert "крутилка у забора задумалась" in page(ada, "/desk/playbook/phrases/")
    ada.post(f"/desk/playbook/phrases/{phrase.pk}/attachment", {"topic": "camera-offline"})
    assert Phrase.objects.get().topic_id == "camera-offline"
    assert ada.post("/desk/playbook/phrases/publication/").status_code == 302
    assert PlaybookVersion.objects.count() == 2
    changes = page(ada, "/desk/playbook/versions/2/")
    assert "крутилка у забора задумалась" in changes
    assert "+1" in changes
    ada.post("/desk/playbook/phrases/publication/")
    assert PlaybookVersion.objects.count() == 2  # nothing new: no new version


def test_a_page_of_phrases_is_fifty_and_of_settled_ones_ten(ada, now):
    Phrase.objects.bulk_create(
        Phrase(text=f"<{kind}-{n}>", at=now, settled_at=settled)
        for kind, settled in (("open", None), ("settled", now))
        for n in range(60)
    )
    html = page(ada, "/desk/playbook/phrases/")
    assert {kind: len(set(re.findall(rf"{kind}-\d+", html))) for kind in ("open", "settled")} == {
        "open": 50,
        "settled": 10,
    }


def test_an_attachment_can_be_taken_back(ada, now):
    phrase = Phrase.objects.create(text="непонятно", at=now)
    ada.post(f"/desk/playbook/phrases/{phrase.pk}/attachment", {"topic": ""})
    assert Phrase.objects.get().settled_at is not None
    ada.post(f"/desk/playbook/phrases/{phrase.pk}/attachment", {"undo": "1"})
    assert Phrase.objects.get().settled_at is None


def test_an_agent_attaches_but_does_not_publish(world, client_of, now, data_folder):
    ira = client_of(world.ira)
    phrase = Phrase.objects.create(text="непонятно", at=now)
    assert ira.post(f"/desk/playbook/phrases/{phrase.pk}/attachment", {"topic": "camera-offline"}).status_code == 302
    assert ira.post("/desk/playbook/phrases/publication/").status_code == 404


NO_MOVES = ("result", "error", "timer", "understood", "files", "start", "switch", "nonsense")  # a customer has no such


def test_the_simulator_plays_a_flow_to_a_person_and_leaves_no_trace(ada, world):
    html = page(ada, "/desk/playbook/simulator/")
    assert world.anna.name in html
    started = ada.post("/desk/playbook/simulator/", {"person": world.anna.pk, "topic": "camera-offline"})
    html = started.content.decode()
    play = re.search(r'name="play" value="([^"]+)"', html)[1]
    assert world.camera_yard.name in html
    question = re.search(r'name="question" value="([^"]+)"', html)[1]
    moved = ada.post(
        "/desk/playbook/simulator/",
        {"play": play, "press": "answer", "question": question, "value": [world.camera_yard.pk]},
    ).content.decode()
    play = re.search(r'name="play" value="([^"]+)"', moved)[1]
    assert re.search(rf"message-customer.*?>{world.camera_yard.name}</div>", moved, re.DOTALL), (
        "what was chosen stands in the conversation, by its name"
    )
    said = ada.post("/desk/playbook/simulator/", {"play": play, "text": "ещё мигает лампочка"})
    assert "ещё мигает лампочка" in said.content.decode(), "what the customer says stands in the conversation"
    ended = ada.post("/desk/playbook/simulator/", {"play": play, "press": "operator"}).content.decode()
    assert "Передано сотруднику" in ended
    assert re.search(r"[Оо]тветим (сегодня|завтра|до \d)", ended), "the time that a request of this topic would hold"
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "move",
    [{}, {"text": ""}, {"text": "\x00"}, {"text": "ы" * 100_000}, *({"press": f"{kind}:x"} for kind in NO_MOVES)],
)
def test_what_is_no_move_is_refused_in_words_and_the_conversation_stays(ada, world, move):
    address = "/desk/playbook/simulator/"
    started = ada.post(address, {"person": world.anna.pk, "topic": "camera-offline"}).content.decode()
    play = re.search(r'name="play" value="([^"]+)"', started)[1]
    refused = ada.post(address, {"play": play, **move})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "notice" in html
    again = re.search(r'name="play" value="([^"]+)"', html)[1]
    assert ada.post(address, {"play": again, "press": "operator"}).status_code == 200


@pytest.mark.parametrize("play", ["x", "eyJ4IjoxfQ:1:forged"])
def test_a_forged_simulation_is_a_404(ada, play):
    assert ada.post("/desk/playbook/simulator/", {"play": play}).status_code == 404


def test_every_topic_of_the_playbook_can_be_simulated_to_a_person(ada, world, playbook):
    for topic in playbook.topics:
        started = ada.post("/desk/playbook/simulator/", {"person": world.anna.pk, "topic": topic}).content.decode()
        play = re.search(r'name="play" value="([^"]+)"', started)[1]
        ended = ada.post("/desk/playbook/simulator/", {"play": play, "press": "operator"}).content.decode()
        assert "Передано сотруднику" in ended or "Решено без сотрудника" in ended, topic
