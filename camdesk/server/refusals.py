"""The few answers given without Django, in words: too large, too slow, too many, no room, too busy.

Both languages stand here and not in a catalogue: these are said exactly when Django cannot be asked.
"""

from collections.abc import Awaitable, Callable
from typing import Any

_STRANGER = 4130  # 413, said to somebody who is not signed in
_WORDS = {
    408: {
        "ru": ("Данные шли слишком долго", "Связь слишком медленная или прервалась. Попробуйте отправить ещё раз."),
        "en": ("It took too long", "The connection is too slow or broke off. Please send it again."),
    },
    413: {
        "ru": ("Слишком большие файлы", "Вместе они больше {limit} МБ. Вернитесь назад и уберите часть файлов."),
        "en": ("The files are too large", "Together they are over {limit} MB. Go back and remove some of them."),
    },
    _STRANGER: {
        "ru": (
            "Слишком много данных",
            "Вернитесь назад и уберите файлы: большие можно отправить после входа в личный кабинет.",
        ),
        "en": ("Too much data", "Go back and remove files: large ones can be sent after signing in."),
    },
    429: {
        "ru": ("С вашего адреса слишком много запросов сразу", "Подождите полминуты и попробуйте ещё раз."),
        "en": ("Too many requests from your address at once", "Wait half a minute and try again."),
    },
    503: {
        "ru": ("Сейчас слишком много запросов", "Подождите полминуты и попробуйте ещё раз. Текст не пропал."),
        "en": ("Too busy right now", "Wait half a minute and try again. Your text is not lost."),
    },
    507: {
        "ru": ("Нет места для файлов", "Отправьте обращение без файлов: мы их попросим, когда место появится."),
        "en": ("No room for files", "Send the request without files: we will ask for them when there is room."),
    },
}


def words_of(status: int, accept_language: str, *, limit_mb: int) -> tuple[str, str, str]:
    """(language, title, sentence): English for those who ask for it first, Russian for everybody else."""
    language = "en" if accept_language.strip().lower().startswith("en") else "ru"
    title, sentence = _WORDS[status][language]
    return language, title, sentence.format(limit=limit_mb)


def refuser(
    max_body: int,
) -> Callable[[dict[str, Any], Callable[[dict[str, Any]], Awaitable[None]], int], Awaitable[None]]:
    """The function that answers a refused request: HTML for browsers, problem+json for programs."""
    limit_mb = max_body // (1024 * 1024)

    async def refuse(scope: dict[str, Any], send: Callable[[dict[str, Any]], Awaitable[None]], status: int) -> None:
        asked = {name: value.decode("latin-1") for name, value in scope["headers"]}
        said = _STRANGER if status == 413 and scope.get("stranger") else status
        language, title, sentence = words_of(said, asked.get(b"accept-language", ""), limit_mb=limit_mb)
        if "text/html" in asked.get(b"accept", ""):
            kind = "text/html; charset=utf-8"
            body = (
                f'<!doctype html><html lang="{language}"><meta name="viewport" content="width=device-width">'
                f"<title>{title}</title><h1>{title}</h1><p>{sentence}</p></html>"
            )
        else:
            kind = "application/problem+json; charset=utf-8"
            body = f'{{"title": "{title}", "status": {status}, "detail": "{sentence}"}}'
        data = body.encode()
        headers = [
            (b"content-type", kind.encode()),
            (b"content-length", b"%d" % len(data)),
            (b"content-language", language.encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", b"default-src 'none'"),
        ]
        if status in (413, 408, 429):
            headers.append((b"connection", b"close"))
        if status in (429, 503):
            headers.append((b"retry-after", b"30"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": data})

    return refuse
