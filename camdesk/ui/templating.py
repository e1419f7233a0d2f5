"""The Jinja2 environment all pages are rendered in: what a template may call, and what it always knows."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from jinja2 import Environment, Undefined
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from camdesk.lib import phones
from camdesk.ui import figures, moments
from camdesk.ui.addresses import address
from camdesk.ui.constant_folding import FoldingEnvironment
from camdesk.ui.fragment_cache import cached_fragment
from camdesk.ui.icons import icon
from camdesk.ui.linkify import linkify
from camdesk.ui.values import Choice, ChoiceGroup, FormError, Look, MenuEntry, Tab, Term, choices_of_field

COMPONENTS = "ui/components/"
THEMES = ("light", "dark")
_MOST_WORDS = 5_000


def _fill(text: str, values: Mapping[str, Any]) -> str:
    """`text % values`; a value that is markup stays markup, and then everything around it is escaped."""
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(text) % values
    return text % values


def gettext(message: str, /, **values: Any) -> str:
    """`_("Обращение %(number)s", number=1042)`: translated for this request's language, then filled in."""
    text = translation.gettext(message)
    return _fill(text, values) if values else text


def _words_of_one_language() -> Callable[..., str]:
    """As gettext, for the templates of one language: to find out which one is spoken costs more than the word."""
    known = lru_cache(_MOST_WORDS)(translation.gettext)

    def words(message: str, /, **values: Any) -> str:
        return _fill(known(message), values) if values else known(message)

    return words


def pgettext(context: str, message: str, /, **values: Any) -> str:
    text = translation.pgettext(context, message)
    return _fill(text, values) if values else text


def ngettext(singular: str, plural: str, n: int, /, **values: Any) -> str:
    """`ngettext("%(n)s камера", "%(n)s камеры", 5)` → «5 камер»; `%(n)s` is the number as people write it."""
    return _fill(translation.ngettext(singular, plural, n), {"n": figures.number(n), **values})


def npgettext(context: str, singular: str, plural: str, n: int, /, **values: Any) -> str:
    return _fill(translation.npgettext(context, singular, plural, n), {"n": figures.number(n), **values})


def url(name: str, /, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args, kwargs=kwargs) if kwargs else address(name, *args)


def _url_if_there_is(name: str, /, *args: Any, **kwargs: Any) -> str | None:
    """For folding: a template may name an address that only some configurations have, behind a condition."""
    try:
        return url(name, *args, **kwargs)
    except NoReverseMatch:
        return None


@cache
def _found(path: str) -> str:
    return static(path)


def _static(path: str) -> str:
    """The address of a file of ours; its name tells its content, so it stays while the process runs."""
    return static(path) if settings.DEBUG or settings.TESTING else _found(path)


def attributes(values: Mapping[str, Any] | None = None, /, **named: Any) -> Markup:
    """HTML attributes: None, False and what is undefined leave one out, True gives a bare one, `data_x` is `data-x`."""
    parts = []
    for name, value in {**(values or {}), **named}.items():
        # Undefined: what a form did not set. As "" it would be set: autofocus="" moves the page to that field.
        if value is None or value is False or isinstance(value, Undefined):
            continue
        name = name.rstrip("_").replace("_", "-")
        parts.append(f" {name}" if value is True else f' {name}="{escape(value)}"')
    return Markup("".join(parts))  # noqa: S704  names are ours, values are escaped


class Components:
    """`ui.button(...)`: every macro of ui/components/*.html under one name, so that pages need no import lines.

    A room may not add to it: what only one room needs is a partial of that room.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._homes: dict[str, str] = {}

    def __getattr__(self, name: str) -> Callable[..., Markup]:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._homes:
            self._homes = dict(self._find_homes())
        if name not in self._homes:
            raise AttributeError(f"no component {name!r} in {COMPONENTS}")
        macro: Callable[..., Markup] = getattr(self._environment.get_template(self._homes[name]).module, name)
        if not self._environment.auto_reload:
            self.__dict__[name] = macro
        return macro

    def _find_homes(self) -> Iterator[tuple[str, str]]:
        """(macro, template) for every macro of every component file."""
        for template in self._environment.list_templates(extensions=["html"]):
            if template.startswith(COMPONENTS):
                for name, value in self._environment.get_template(template).module.__dict__.items():
                    if isinstance(value, Macro):
                        yield name, template


def environment(*, language: str, **options: Any) -> Environment:
    """The factory settings.TEMPLATES names; `options` are Django's (loader, autoescape, undefined)."""
    env = FoldingEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"], **options
    )
    env.language = language
    components = Components(env)
    words = _words_of_one_language()
    env.foldable = {"_": gettext, "gettext": gettext, "pgettext": pgettext, "icon": icon, "url": _url_if_there_is}
    if not env.auto_reload:  # else a component that was changed would stand as it was in the pages that use it
        env.foldable["ui"] = components
    env.unfolded = COMPONENTS
    # Old style: the functions above fill in the values themselves, at the time of the request.
    env.install_gettext_callables(  # type: ignore[attr-defined]  # of its i18n extension
        words, ngettext, newstyle=False, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(
        _=words,  # Jinja2's own wants the context
        url=url,
        static=_static,
        icon=icon,
        attributes=attributes,
        cached_fragment=cached_fragment,
        hue=figures.hue,
        look=Look,
        menu_entry=MenuEntry,
        tab=Tab,
        term=Term,
        choice=Choice,
        choice_group=ChoiceGroup,
        choices_of_field=choices_of_field,
        form_error=FormError,
        ui=components,
        settings_demo=settings.DEMO,
        brand=settings.BRAND,
        time_zone=settings.TIME_ZONE,
        contacts_url=settings.CONTACTS_URL,
        support_email=settings.SUPPORT_EMAIL,
        current_language=translation.get_language,
        our_zone=moments.our_zone,
    )
    env.filters.update(
        ago=moments.ago,
        when=moments.when,
        day=moments.day,
        clock=moments.clock,
        duration=moments.duration,
        site_note=lambda zone, moment: moments.site_note(moment, zone),
        number=figures.number,
        filesize=figures.filesize,
        phone=phones.display,
        reference=figures.reference,
        caller=figures.caller,
        tel_link=phones.tel_link,
        initials=figures.initials,
        within_quotes=figures.within_quotes,
        linkify=linkify,
    )
    env.tests["past"] = moments.past
    return env


def _csrf_input(token: str) -> Markup:
    return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(token)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page knows. Costs no query: user and csrf are read only where a template uses them.

    A middleware or a view that wants the page to be live sets `request.live_token` (a string, or lazy).
    """
    token = SimpleLazyObject(lambda: get_token(request))
    theme = request.COOKIES.get("camdesk_theme", "")
    return {
        "lang": translation.get_language() or settings.LANGUAGE_CODE,
        "languages": dict(settings.LANGUAGES),
        "theme": theme if theme in THEMES else "",
        "user": getattr(request, "user", None),
        "may_sign_up": settings.SIGN_UP != "off",
        "open_form_url": settings.OPEN_FORM_URL if settings.OPEN_FORM else "",
        "live_token": getattr(request, "live_token", ""),
        # One mask a page: Django's own would be made anew for every form on it.
        "csrf_token": token,
        "csrf_input": SimpleLazyObject(lambda: _csrf_input(str(token))),
        "fragment": request.headers.get("HX-Request") == "true",
    }
