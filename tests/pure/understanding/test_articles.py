"""Articles are found by any form of their words, by synonyms, and while the last word is being typed."""

import pytest

from camdesk.bot.understanding.articles import ArticleIndex
from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.playbook.document import Article, Text

REBOOT = "Отключите **питание** на минуту. Затем включите снова."
DOWNLOAD = "Откройте архив, выберите [отрезок](article:archive) и нажмите кнопку."
WIFI = "# Сеть\n\nКамера видит только сеть 2,4 ГГц. " + "Слова. " * 60 + "Поставьте роутер ближе."
ARTICLES = (
    Article("reboot", Text("Как перезагрузить камеру"), Text(REBOOT), ("ребут",)),
    Article("download", Text("Как скачать запись"), Text(DOWNLOAD), ("экспорт",)),
    Article("wifi", Text("Камера и Wi-Fi"), Text(WIFI)),
)


@pytest.fixture(scope="module")
def index() -> ArticleIndex:
    return ArticleIndex(ARTICLES, Synonyms({"роутер": ("маршрутизатор",)}))


FOUND = {
    "by another form of a title's word": ("скачать записи", "download"),
    "by a keyword": ("экспорт", "download"),
    "by the body": ("роутером", "wifi"),
    "by a synonym": ("маршрутизатор", "wifi"),
    "by the beginning of the last word": ("как ска", "download"),
    "in the wrong layout": ("gthtpfuhepbnm", "reboot"),
    "in translit": ("perezagruzit kameru", "reboot"),
}


@pytest.mark.parametrize("query, article", FOUND.values(), ids=FOUND)
def test_an_article_is_found(index: ArticleIndex, query: str, article: str) -> None:
    assert index.search(query)[0].article == article


@pytest.mark.parametrize("query", ["", "  ", "?!", "и", "крокодил", "\x00", "😀"])
def test_nothing_is_found_for(index: ArticleIndex, query: str) -> None:
    assert index.search(query) == []


def test_the_snippet_shows_the_place_and_marks_the_words(index: ArticleIndex) -> None:
    found = index.search("роутер")[0]
    assert [found.snippet[start:end] for start, end in found.marks] == ["роутер"]
    assert len(found.snippet) <= 162


def test_the_snippet_has_no_markdown(index: ArticleIndex) -> None:
    snippets = " ".join(found.snippet for query in ("питание", "отрезок", "сеть") for found in index.search(query))
    assert "питание" in snippets
    assert "отрезок" in snippets
    assert not set("*#[]()") & set(snippets)
