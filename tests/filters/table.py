"""The table: one line a filter, by its dotted path. Whoever writes a new one adds a line."""

from __future__ import annotations

import contextlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.filters import calls
from tests.filters.shapes import Shape


def _plainly(function: Any, text: str) -> object:
    return function(text)


class _Nothing(Exception):
    """Nobody raises it."""


@dataclass(frozen=True)
class Filter:
    """`path`: module:name. `call`: how it is given a text. `shapes`: what is made for it, beside shapes.SHAPES.
    `refuses`: how it says that it does not take a text."""

    path: str
    call: Callable[[Any, str], object] = _plainly
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    refuses: type[Exception] = _Nothing

    def run(self, text: str) -> None:
        function = pkgutil.resolve_name(self.path)
        with contextlib.suppress(self.refuses):
            self.call(function, text)


_MIME = "camdesk.channels.mail.mime"
_INCOMING = "camdesk.channels.mail.incoming"

FILTERS: tuple[Filter, ...] = (
    # What is shown.
    Filter("camdesk.ui.linkify:linkify"),
    Filter("camdesk.ui.markdown:to_html"),
    Filter("camdesk.ui.figures:phone"),
    Filter("camdesk.ui.figures:initials"),
    Filter("camdesk.desk.letter_frames:height"),
    # What comes in.
    Filter("camdesk.lib.text:clean_text", calls.without_bound),
    Filter("camdesk.lib.text:clean_line", calls.without_bound),
    Filter("camdesk.lib.filenames:shown_name"),
    Filter("camdesk.lib.filenames:content_disposition"),
    Filter("camdesk.lib.phones:normalise", refuses=ValueError),
    Filter("camdesk.lib.phones:display"),
    Filter("camdesk.lib.phones:tel_link"),
    Filter("camdesk.lib.sniffing:sniff", calls.of_bytes),
    Filter("camdesk.lib.log_redaction:WithoutSecretAddresses", calls.log_record),
    Filter("camdesk.lib.stream_tokens:read"),
    Filter("camdesk.channels.form.reading:read", calls.posted_form),
    Filter("camdesk.channels.chat.reading:client_id_of"),
    Filter("camdesk.playbook.facts:validate_facts", calls.facts),
    Filter("camdesk.playbook.expressions:value", calls.condition),
    Filter("camdesk.api.cursors:decode", calls.cursor),
    Filter("camdesk.cameras.rows:read", calls.of_bytes),
    Filter("camdesk.tickets.claim_tokens:hidden"),
    Filter("camdesk.tickets.claim_tokens:read", calls.at_some_time),
    Filter("camdesk.tickets.letter_tokens:number_of_reply"),
    Filter("camdesk.tickets.letter_tokens:number_of_letter"),
    Filter("camdesk.ui.storable:without_nul"),
    Filter("camdesk.lib.json_input:loads", refuses=ValueError),
    # What is searched.
    Filter("camdesk.lib.text:terms"),
    Filter("camdesk.lib.text:highlight", lambda function, text: function(text, {"камер"}, prefix="раб")),
    Filter("camdesk.tickets.search.lookup:by_number"),
    Filter("camdesk.bot.understanding.articles:ArticleIndex", calls.article_search),
    # What the bot hears.
    Filter("camdesk.bot.engine.matching:command"),
    Filter("camdesk.bot.engine.matching:yes_or_no"),
    Filter("camdesk.bot.engine.matching:best", calls.choices),
    Filter("camdesk.bot.engine.matching:answer", calls.bot_answers),
    Filter("camdesk.bot.engine.answers:clean", calls.bot_answers),
    Filter("camdesk.bot.understanding.rules:Rules", lambda function, text: calls.rules().judge(text)),
    Filter("camdesk.bot.understanding.features:Reader", lambda function, text: calls.reader().read(text)),
    # Letters: whole ones, and each of their readers.
    Filter(f"{_MIME}.parse:parse", calls.letter),
    Filter(f"{_MIME}.parse:parse", calls.letter_html),
    Filter(f"{_MIME}.parse:parse", calls.letter_fields),
    Filter(f"{_MIME}.parse:parse", calls.letter_parts),
    Filter(f"{_MIME}.parse:message_ids", calls.of_bytes),
    Filter(f"{_MIME}.quoting:reply_text"),
    Filter(f"{_MIME}.html_text:html_to_text", lambda function, text: function(text, marks=True)),
    Filter(f"{_MIME}.sanitise:sanitise", calls.storable),
    Filter(f"{_MIME}.charsets:decode", calls.of_bytes),
    Filter(f"{_MIME}.charsets:decode", lambda function, text: function(text.encode("utf-16-le", "replace"), "koi8-r")),
    Filter(f"{_MIME}.charsets:known"),
    Filter(f"{_MIME}.format_flowed:unflow", lambda function, text: function(text, delete_space=True)),
    Filter(f"{_MIME}.auto_replies:is_automatic", calls.automatic),
    Filter(f"{_MIME}.bounces:from_report"),
    Filter(f"{_MIME}.bounces:from_letter", calls.bounce),
    Filter(f"{_MIME}.addresses:safe_address"),
    Filter(f"{_MIME}.addresses:read_mailboxes", calls.with_budget),
    Filter(f"{_MIME}.headers:read_headers", calls.header_block),
    Filter(f"{_MIME}.encoded_words:decode_field", calls.of_bytes),
    Filter(f"{_MIME}.dates:read_date"),
    Filter(f"{_MIME}.rtf:rtf_body", lambda function, text: function(calls.in_bytes(text), "cp1251")),
    Filter(f"{_MIME}.tnef:read_tnef", calls.winmail),
    Filter(f"{_MIME}.uuencode:take_files", calls.of_bytes),
    Filter(f"{_MIME}.uuencode:decode_lines", calls.of_bytes),
    Filter(f"{_MIME}.transfer_encoding:decode_transfer", calls.transfer_encodings),
    Filter(f"{_MIME}.parameters:read_parameters", calls.of_bytes),
    Filter(f"{_MIME}.parameters:media_type"),
    Filter(f"{_MIME}.storable:many_lines", lambda function, text: function(text, 10**9)),
    Filter(f"{_MIME}.storable:one_line", lambda function, text: function(text, 10**9)),
    Filter(f"{_MIME}.storable:file_name"),
    Filter(f"{_MIME}.authentication_results:verdict", calls.authentication),
    Filter(f"{_INCOMING}.threading_without_token:plain_subject"),
    Filter(f"{_INCOMING}.hook_forms:read_form", calls.hook_form),
    Filter(f"{_INCOMING}.hook_json:unwrapped", calls.postmark),
    Filter(f"{_INCOMING}.raw_store:digest_of", calls.of_bytes),
    Filter("camdesk.channels.mail.outgoing.blocks:as_html", calls.blocks),
    Filter("camdesk.channels.mail.outgoing.wire_format:write", calls.delivery),
    Filter("camdesk.channels.mail.outgoing.wire_format:wire_address", calls.address, refuses=ValueError),
    # What telephone exchanges say.
    Filter("camdesk.channels.phone.templated:parser", calls.exchange("uis"), refuses=ValueError),
    Filter("camdesk.channels.phone.mango:parse", calls.mango, refuses=ValueError),
    Filter("camdesk.channels.phone.zadarma:parse", calls.of_bytes, refuses=ValueError),
    Filter("camdesk.channels.phone.exchange_events:e164"),
    Filter("camdesk.channels.phone.exchange_events:moment"),
)
