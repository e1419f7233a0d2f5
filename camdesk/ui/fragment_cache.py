"""A fragment cache: parts of a page that come out the same for everybody are rendered once:

    {% call cached_fragment(document, "topics", lang, chosen) %}…{% endcall %}

For parts that cost a tenth of their page (`camdesk bench shortcuts`; only the form has such). Inside may stand what
depends on nothing but the subject (an immutable object, such as the published playbook) and the key: no names, no
tokens, no csrf_input. The language is part of the key, because words are.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Any

from markupsafe import Markup

_MOST = 500
_kept: dict[tuple[Hashable, ...], tuple[object, Markup]] = {}
_lock = threading.Lock()


def cached_fragment(subject: object, *key: Hashable, caller: Callable[[], Any]) -> Markup:
    """The part for this very subject and key; rendered when it is not known."""
    # The subject is kept beside its part, so that its id cannot become another's.
    place = (id(subject), *key)
    known = _kept.get(place)
    if known is None:
        known = (subject, Markup(caller()))  # noqa: S704  what a template rendered, escaped there
        with _lock:
            if len(_kept) >= _MOST:
                del _kept[next(iter(_kept))]  # the oldest
            _kept[place] = known
    return known[1]
