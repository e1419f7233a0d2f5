"""Search in the help articles: BM25 over title, keywords and body, by the same terms as everything else.

The last word counts as begun («скач» finds «скачать»), so that results may be shown while one types.
"""

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from camdesk.bot.understanding.lexicon import Synonyms
from camdesk.lib.text import analyse, highlight, terms
from camdesk.playbook.document import Article, Playbook
from camdesk.playbook.instructions import in_words

TITLE, KEYWORDS, BODY = 4.0, 3.0, 1.0  # what a word counts by where it stands
K1, B = 1.5, 0.5
_SYNONYM = 0.6  # what our word counts when the customer used another
_BEGUN = 0.7  # what a word counts that only begins like the last one typed
_SNIPPET = 160
_BLOCK_MARK = re.compile(r"^[ \t]*+(?:#+|[-*+]|\d+\.|>)[ \t]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Found:
    """One article: its id, its score (comparable within one search), a piece of its text, and what to mark in it."""

    article: str
    score: float
    snippet: str
    marks: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article as a page lists it."""

    article: Article
    snippet: str


def found_articles(document: Playbook, found: Sequence[Found]) -> list[FoundArticle]:
    """Those that are still in the document, in the order found."""
    return [
        FoundArticle(document.articles[one.article], one.snippet) for one in found if one.article in document.articles
    ]


class ArticleIndex:
    """All articles of one playbook version in one language."""

    def __init__(self, articles: Sequence[Article], synonyms: Synonyms, language: str = "ru") -> None:
        self._articles = articles
        self._language = language
        self._synonyms = synonyms
        self._places: dict[str, dict[int, float]] = {}
        self._bodies = [_plain(article.body.get(language)) for article in articles]
        self._words: dict[str, set[str]] = {}  # a word → its stems, for the word being typed
        lengths: list[float] = []
        for number, article in enumerate(articles):
            bag: dict[str, float] = defaultdict(float)
            fields = ((article.title.get(language), TITLE), (" ".join(article.keywords), KEYWORDS))
            for text, weight in (*fields, (self._bodies[number], BODY)):
                for stem in terms(text):
                    bag[stem] += weight
                for word in analyse(text):
                    self._words.setdefault(word.word, set()).add(word.stem)
            for stem, weight in bag.items():
                self._places.setdefault(stem, {})[number] = weight
            lengths.append(sum(bag.values()))
        self._lengths = lengths
        self._mean = sum(lengths) / max(len(lengths), 1)

    def search(self, query: str, *, most: int = 5) -> list[Found]:
        """The best articles for the query, best first. Empty for a query without words."""
        weights = self._wanted(query)
        scores: dict[int, float] = defaultdict(float)
        for stem, weight in weights.items():
            places = self._places.get(stem, {})
            idf = math.log(1 + (len(self._articles) - len(places) + 0.5) / (len(places) + 0.5))
            for number, count in places.items():
                norm = K1 * (1 - B + B * self._lengths[number] / self._mean)
                scores[number] += weight * idf * count * (K1 + 1) / (count + norm)
        best = sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:most]
        return [self._found(number, score, weights) for number, score in best]

    def _wanted(self, query: str) -> dict[str, float]:
        """The stems to look for and what each counts."""
        words = analyse(query[:500])
        said = terms(query[:500])
        weights = dict.fromkeys(said, 1.0)
        for stem in self._synonyms.replace([(word.word, word.stem) for word in words]):
            weights.setdefault(stem, _SYNONYM)
        if words and words[-1].end == len(query.rstrip("?!. ")) and len(words[-1].word) >= 3:
            for word, stems in self._words.items():
                if word.startswith(words[-1].word):
                    for stem in stems:
                        weights.setdefault(stem, _BEGUN)
        return weights

    def _found(self, number: int, score: float, weights: dict[str, float]) -> Found:
        body = self._bodies[number]
        first = next(iter(highlight(body, weights)), (0, 0))[0]
        start = max(body.rfind(". ", 0, first) + 2, first - 80, 0) if first else 0
        if start and body[start - 1 : start].isalnum():
            start = body.find(" ", start) + 1
        snippet = body[start : start + _SNIPPET]
        if len(body) > start + _SNIPPET:
            snippet = snippet[: max(snippet.rfind(" "), 40)] + "…"
        return Found(self._articles[number].id, round(score, 4), snippet, highlight(snippet, weights))


def index_of(playbook: Playbook, language: str = "ru") -> ArticleIndex:
    """The index of a playbook's articles. Costs a few milliseconds for a hundred articles; keep it by version."""
    return ArticleIndex(tuple(playbook.articles.values()), Synonyms(playbook.lexicon.synonyms), language)


def _plain(markdown: str) -> str:
    """The words of a Markdown text, without its marks and link targets."""
    return " ".join(in_words(_BLOCK_MARK.sub("", markdown)).split())
