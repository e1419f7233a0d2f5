"""The help pages: read and searched by everyone, suggested while one writes, and whether they helped."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from camdesk.bot.sessions.step_counts import count_article
from camdesk.bot.understanding.articles import found_articles
from camdesk.bot.understanding.classify import understand
from camdesk.bot.understanding.current import article_index, current_model
from camdesk.cabinet.doors import signed_in
from camdesk.lib.language import current_language
from camdesk.people.requests import PersonRequest
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Article, Playbook, Section
from camdesk.ui.markdown import to_html

# Fewer words than these say nothing yet; below this likelihood a suggestion is a guess.
_ENOUGH_LETTERS = 12
_LIKELY = 0.25
_SUGGESTED = 3
_OPINIONS = "article_opinions"  # in the session: one opinion of each article


@dataclass(frozen=True, slots=True)
class SectionArticles:
    section: Section
    articles: Sequence[Article]


@require_GET
def help_pages(request: HttpRequest) -> HttpResponse:
    """The articles by section; ?q= searches them. Readable without signing in."""
    _number, document = playbook.current()
    words = request.GET.get("q", "")[:200]
    results = article_index(current_language()).search(words, most=10) if words.strip() else []
    found = found_articles(document, results)
    sections = [SectionArticles(section, _articles_of(section, document)) for section in document.sections.values()]
    return render(request, "cabinet/help.html", {"sections": sections, "found": found, "words": words})


@require_GET
def article(request: HttpRequest, article_id: str) -> HttpResponse:
    _number, document = playbook.current()
    found = _article_or_404(document, article_id)
    topics = [topic for topic in document.topics.values() if topic.article == article_id]
    section = document.sections.get(topics[0].section) if topics else None
    context = {
        "article": found,
        "body": to_html(found.body.get(current_language())),
        "topics": topics,
        "section": section,
        "related": [one for one in _articles_of(section, document) if one.id != article_id][:5] if section else [],
        "opinion": request.session.get(_OPINIONS, {}).get(article_id),
    }
    return render(request, "cabinet/article.html", context)


@require_POST
def opinions(request: HttpRequest, article_id: str) -> HttpResponse:
    """`helped`: yes or no. Counted once in a session, whatever is pressed afterwards."""
    _number, document = playbook.current()
    _article_or_404(document, article_id)
    given = request.session.get(_OPINIONS, {})
    helped = request.POST.get("helped", "")
    if article_id not in given and helped in ("yes", "no"):
        count_article(article_id, "helped" if helped == "yes" else "not_helped")
        request.session[_OPINIONS] = {**given, article_id: helped}
    return redirect("article", article_id=article_id)


@signed_in
@require_POST
def suggestions(request: PersonRequest) -> HttpResponse:
    """Articles that may help with what is typed into the form so far (a fragment, often empty). Changes nothing: it is
    a POST because the words are the customer's and addresses are kept in logs."""
    text = request.POST.get("text", "").strip()[:2000]
    _number, document = playbook.current()
    found: list[Article] = []
    if len(text) >= _ENOUGH_LETTERS:
        likely = [topic for topic, chance in understand(current_model(), text).topics if chance >= _LIKELY]
        names = dict.fromkeys(document.topics[topic].article for topic in likely if topic in document.topics)
        found = [document.articles[name] for name in names if name in document.articles][:_SUGGESTED]
    return render(request, "cabinet/form/articles.html", {"articles": found})


def _article_or_404(document: Playbook, article_id: str) -> Article:
    found = document.articles.get(article_id)
    if found is None:
        raise Http404
    return found


def _articles_of(section: Section, document: Playbook) -> list[Article]:
    ids = dict.fromkeys(topic.article for topic in document.topics_of(section))
    return [document.articles[one] for one in ids if one in document.articles]
