"""Help pages: found, read, judged once, and suggested while the form is written."""

import pytest
from django.test import Client

from camdesk.bot.models import ArticleCount
from camdesk.tickets.models import Ticket


def test_articles_are_read_and_searched_without_signing_in(world, playbook):
    stranger = Client()
    assert "Не работает одна камера" in stranger.get("/help/").content.decode()
    found = stranger.get("/help/?q=нет звука").content.decode()
    assert found.index("/help/no-sound/") < found.index("</main>")
    assert stranger.get("/help/no-such-article/").status_code == 404


@pytest.mark.parametrize(("pressed", "counted"), [("yes", (1, 0)), ("no", (0, 1)), ("maybe", None), ("", None)])
def test_whether_it_helped_is_counted(world, client_of, pressed, counted):
    client_of(world.anna).post("/help/no-sound/opinions/", {"helped": pressed})
    row = ArticleCount.objects.filter(article="no-sound").first()
    assert (row and (row.helped, row.not_helped)) == counted


def test_it_is_counted_once_whatever_is_pressed_afterwards(world, client_of):
    anna = client_of(world.anna)
    for pressed in ("yes", "yes", "no"):
        answer = anna.post("/help/no-sound/opinions/", {"helped": pressed})
        assert answer["Location"] == "/help/no-sound/"
    assert ArticleCount.objects.values_list("helped", "not_helped").get() == (1, 0)
    assert "рады помочь" in anna.get("/help/no-sound/").content.decode()
    assert anna.post("/help/nothing/opinions/", {"helped": "yes"}).status_code == 404


def test_reading_an_article_counts_nothing(world, client_of):
    client_of(world.anna).get("/help/no-sound/")
    assert not ArticleCount.objects.exists()


@pytest.mark.parametrize("text", ["на камере пропал звук, ничего не слышно", "yf rfvtht ghjgfk pder"])
def test_articles_are_suggested_while_the_form_is_written(world, client_of, data_folder, text):
    html = client_of(world.anna).post("/support/write/articles", {"text": text}).content.decode()
    assert 'href="/help/no-sound/"' in html
    assert html.count("<li>") <= 3
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("text", ["", "нет", "абырвалг хрясь крокозябра бум"])
def test_nothing_is_suggested_for_words_that_say_nothing(world, client_of, data_folder, text):
    assert client_of(world.anna).post("/support/write/articles", {"text": text}).content.decode().strip() == ""


def test_the_form_listens_for_suggestions(world, client_of, data_folder):
    html = client_of(world.anna).get("/support/write/").content.decode()
    assert '<article-suggest class="suggest" for="id_text"' in html
