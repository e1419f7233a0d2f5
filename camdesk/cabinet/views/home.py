"""The front door, the public contacts, the help pages, and the token a page listens with."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from camdesk.bot.understanding.current import article_index
from camdesk.cabinet.doors import signed_in
from camdesk.cabinet.listening import token_for
from camdesk.playbook import current as playbook
from camdesk.playbook.document import Article, Playbook, Section
from camdesk.tickets.access import ticket_for_customer
from camdesk.ui.markdown import to_html


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Everyone to where he works: agents to the desk, customers to their cameras, strangers to the contacts."""
    if request.agent is not None:
        return redirect("/desk/")
    return redirect("cameras" if request.person is not None else "contacts")


@require_GET
def contacts(request: HttpRequest) -> HttpResponse:
    """Phone, e-mail, hours: readable without signing in, for who cannot sign in must still reach us (S2)."""
    _number, document = playbook.current()
    return render(request, "cabinet/contacts.html", {"contacts": document.contacts, "document": document})


@require_GET
def help_pages(request: HttpRequest) -> HttpResponse:
    """The articles by section; ?q= searches them. Readable without signing in."""
    _number, document = playbook.current()
    words = request.GET.get("q", "")[:200]
    results = article_index(_language()).search(words, most=10) if words.strip() else []
    found = [(document.articles[one.article], one.snippet) for one in results if one.article in document.articles]
    sections = [(section, _articles_of(section, document)) for section in document.sections.values()]
    return render(request, "cabinet/help.html", {"sections": sections, "found": found, "words": words})


@require_GET
def article(request: HttpRequest, article_id: str) -> HttpResponse:
    _number, document = playbook.current()
    found = document.articles.get(article_id)
    if found is None:
        raise Http404
    topics = [topic for topic in document.topics.values() if topic.article == article_id]
    body = to_html(found.body.get(_language()))
    return render(request, "cabinet/article.html", {"article": found, "body": body, "topics": topics})


@signed_in
@require_GET
def stream_token(request: HttpRequest) -> HttpResponse:
    """A fresh stream token; rights are looked at again. ?ticket=<number> for the request that is open."""
    raw = request.GET.get("ticket", "")
    ticket = ticket_for_customer(request.person, int(raw)) if raw.isdecimal() and len(raw) < 18 else None
    return JsonResponse({"token": token_for(request, ticket=ticket)})


def _articles_of(section: Section, document: Playbook) -> list[Article]:
    ids = dict.fromkeys(topic.article for topic in document.topics_of(section))
    return [document.articles[one] for one in ids if one in document.articles]


def _language() -> str:
    return (get_language() or "ru")[:2]
