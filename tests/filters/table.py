"""The table: one line a filter, by its dotted path. Whoever writes a new one adds a line."""

from __future__ import annotations

import contextlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.filters import calls
from tests.filters.shapes import SHAPES, Shape


def _plainly(function: Any, text: str) -> object:
    return function(text)


class _Nothing(Exception):
    """Nobody raises it."""


@dataclass(frozen=True)
class Filter:
    """`path`: module:name. `call`: how it is given a text. `own`: shapes that are made for it, beside SHAPES unless
    `only` they are tried (where another line tries the others with what this one calls).
    `refuses`: how it says that it does not take a text."""

    path: str
    call: Callable[[Any, str], object] = _plainly
    own: Mapping[str, Shape] = field(default_factory=dict)
    only: bool = False
    refuses: type[Exception] = _Nothing

    @property
    def shapes(self) -> Mapping[str, Shape]:
        return self.own if self.only else {**SHAPES, **self.own}

    def run(self, text: str) -> None:
        function = pkgutil.resolve_name(self.path)
        with contextlib.suppress(self.refuses):
            self.call(function, text)


_MIME = "camdesk.channels.mail.mime"
_INCOMING = "camdesk.channels.mail.incoming"

_FORM_BODIES: Mapping[str, Shape] = {
    "parts without an end": ("", "\r\n--edge\r\n", ""),
    "empty parts": ("", '\r\n--edge\r\nContent-Disposition: form-data; name="a"\r\n\r\n', ""),
    "edges that are none": ("", "\r\n--edg", ""),
    "lines of a head": ('a"', "\r\nContent-Type: a", ""),
}

_QUOTED_LETTERS: Mapping[str, Shape] = {
    "separators between rules": ("", "---\n-- Original Message --\n", ""),
    "places of old letters": ("", "\x00\n=\n", ""),
    "attributions": ("Да\n", "12.03.2026 10:00, a@b.ru:\n\n", ""),
    "attributions never ended": ("Да\n", "On 12.03.2026 at 10:00 a\n", ""),
    "names and addresses never ended": ("Да\n", "<a@b.ru> 1\n", ""),
    "headers of Outlook": ("", "From: a\nTo: b\n\n", ""),
    "markers": ("", "Please reply above this line\n", ""),
    "closings": ("Да\n", "С уважением,\n", "PS: да"),
    "signatures": ("Да\n", "-- \nИван\n", ""),
    "signs of telephones": ("Да\n", "Sent from my phone\n", ""),
    "forwards": ("Да\n", "Begin forwarded message:\n", ""),
    "verbs and times": ("Да\n", "Desk 10:00 wrote\n", ""),
    "attributions that begin later": ("Да\n", "Код 12\n9 мая 2026 г.\nDesk <a@b.ru> написал:\n\n", ""),
    "addresses broken before the bracket": ("Да\n", "9 мая 2026, Desk <a@b.ru\n>:\n", ""),
    "heads in one line": ("", "From: a Sent: b To: c ", "\n"),
    "rules above heads": ("", "---\n\nFrom: a\nTo: b\nDate: c\n", ""),
    "answers shouted inside": ("Да\n\nFrom: a\nTo: b\nDate: c\n\n", "Что?\nКРАСНЫЙ\n", ""),
    "answered below": ("Ответил ниже ответил " * 9 + "\n\nFrom: a\nTo: b\nDate: c\n\n", "Что?\nда\n", ""),
    "telling signatures": ("Да\n", "С уважением,\nДоговор № 5\n", ""),
    "devices in a row": ("Да\n", "--\nSent from my iPhone\n", ""),
    "between arrows": ("Да\n", ">>> Desk <a@b.ru> 09.11.2026 10:00 >>>\n", ""),
    "arrows never closed": ("Да\n>>> 09.11.2026 ", "<a", ">>>"),
    "rules above fields": ("Да\n", "---\nКому: a;\nТема: b;\n", ""),
    "rules above an old letter": ("Да\n", "---\n\n", "From: a\nTo: b\nDate: c\n"),
    "forwards marked as quoted": ("", "> Begin forwarded message:\n\n", ""),
    "footers of lists": ("Да\n", "____________________\nmailing list\n", ""),
}
_MARK_UP: Mapping[str, Shape] = {
    "links": ("", '<a href="http://a.ru/">a</a>', ""),
    "links never closed": ("", "<a href=http://a.ru>a", ""),
    "links closed late": ("<a href=http://a.ru>" * 20, "a</a>", ""),
    "tags that end far away": ("", "<a", ">"),
    "tags with quotes in quotes": ("", '<a x="\'" y=\'"', ">"),
    "hidden": ('<div style="display:none">', "<div>", ""),
    "scripts": ("", "<script>a", ""),
    "scripts closed": ("", "<script>a</script>", ""),
    "an entity of many digits": ("&#", "9", ";"),
    "folded quotations": ("", '<div class="gmail_quote">a</div>', ""),
    "quotations of Outlook": ("", '<div id="divRplyFwdMsg"><b>a</b>', ""),
    "cells": ("<table>", '<td width="5%" align="left">a', ""),
    "pictures": ("", '<img src="cid:a" alt="b">', ""),
    "charsets": ("", "<meta charset=", ""),
    "ends with blanks": ("<body>", "</body" + " " * 40, "x"),
    "attributes that differ": lambda size: "<a " + " ".join(f"a{number}" for number in range(size // 7)),
    "attributes within quotes": lambda size: "<a " + " ".join(f'a{number}=">"' for number in range(size // 11)),
}
_PARTS: Mapping[str, Shape] = {
    "parts": ("", "--a\r\n\r\nx\r\n", ""),
    "parts with types": ("", "--a\r\nContent-Type: x\r\n\r\nx\r\n", ""),
    "parts in parts": ("", "--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n", ""),
    "delimiters with blanks": ("", "\r\n--" + " " * 40, ""),
    "delimiters ended": ("", "--a--\r\n", ""),
    "delimiters of nobody": ("", "\r\n--b", ""),
    "dashes": ("", "-", ""),
    "line ends": ("", "\r\r\n", ""),
    "fields": ("", "a:\r\n", ""),
    "fields of blanks": ("", "a:\r\n \r\n", ""),
    "letters in letters": ("", "--a\r\nContent-Type: message/rfc822\r\n\r\n", ""),
}
_REPORTS: Mapping[str, Shape] = {
    "fields": ("", "Final-Recipient: a\n b\n\n", ""),
    "recipients": ("", "Final-Recipient: a\n", ""),
    "folded": ("Status: 5\n", " b\n", ""),
    "dispositions": ("", "Disposition: ;" + " " * 40 + "\n\n", ""),
}
_ADDRESSES: Mapping[str, Shape] = {
    "comments within brackets": ("<a", "(b)", "@a.ru>"),
    "comments never closed within": ("<a", "(b", "@a.ru>"),
    "escapes in comments": ("(", "\\a", ")"),
    "blanks around dots": ("a@a", " . ", "ru"),
    "colons after an address": ("", "x\\", "@" + ":" * 200_000),
    "lists of nobody": ("", "() ,", ""),
    "comments in comments": ("", "(a", ")" * 200_000),
}

FILTERS: tuple[Filter, ...] = (
    # What is shown.
    Filter("camdesk.lib.natural_order:natural_key", own={"numbers": ("", "1a", "")}),
    Filter("camdesk.ui.linkify:linkify"),
    Filter("camdesk.tickets.search.snippets:cut", lambda cut, text: cut(text, {"камер", "a"})),
    Filter("camdesk.tickets.search.snippets:cut", lambda cut, text: cut(text, {"камер", "a"}, near=len(text) // 2)),
    Filter("camdesk.ui.markdown:to_html"),
    Filter("camdesk.ui.figures:initials"),
    Filter("camdesk.desk.letter_frames:height", own={"folds": ("", '<details class="letter-quote">', "")}),
    Filter("camdesk.desk.letter_frames:_with_own_pictures", calls.own_pictures, {
        "pictures": ("", '<img src="/files/abcdefghijklmnopqrstuvwxyz" alt="b">', ""),
        "pictures never closed": ("", '<img src="a" alt="b"', ""),
    }),
    Filter("camdesk.desk.letter_frames:_SUMMARY", calls.used_as("findall"), {
        "folds": ("", '<details class="letter-quote"><summary>', ""),
    }),
    # What comes in.
    Filter("camdesk.lib.text:clean_text", calls.without_bound),
    Filter("camdesk.bot.utterances.reader:hear", calls.hear, {
        "half of a phrase": ("", "позовите мне ", ""),
        "negations": ("", "не ", ""),
        "numbers": ("", "1 ", ""),
        "names of cameras": ("", "касса ", ""),
    }),
    Filter("camdesk.bot.utterances.patterns:tokens_of"),
    Filter("camdesk.lib.text:clean_line", calls.without_bound),
    Filter("camdesk.lib.filenames:shown_name"),
    Filter("camdesk.lib.form_bodies:parts_of", calls.form_body, own=_FORM_BODIES),
    Filter("camdesk.lib.filenames:content_disposition"),
    Filter("camdesk.lib.phones:normalise", calls.phone, refuses=ValueError),
    Filter("camdesk.lib.phones:of_caller"),
    Filter("camdesk.lib.phones:unread"),
    Filter("camdesk.lib.phones:display"),
    Filter(f"{_INCOMING}.website_forms:phone_in", own={
        "names of numbers": ("", "тел. 8 ", ""), "numbers never ended": ("", "тел. 8(((912-----", ""),
        "a name and blanks": ("тел", " ", "8"),
    }),
    Filter("camdesk.lib.phones:tel_link"),
    Filter("camdesk.lib.sniffing:sniff", calls.of_bytes),
    Filter(
        "camdesk.lib.log_redaction:redacted",
        own={
            "hooks": ("", "/hooks/a/", ""),
            "a query": ("/a?", "a=", ""),
            "queries without a value": ("", "?a", ""),
            "users of addresses": ("", "a://a", ""),
            "passwords": ("", "password=", ""),
            "rows": ("", "DETAIL: ", ""),
            "blanks after a key": ("bearer", " ", "x"),
            "numbers with blanks": ("+7", " 9", ""),
        },
    ),
    Filter("camdesk.lib.request_ids:read"),
    Filter("camdesk.lib.stream_tokens:read"),
    Filter("camdesk.lib.json_input:loads", refuses=ValueError),
    Filter("camdesk.lib.files:_KEY", calls.used_as("fullmatch")),
    Filter("camdesk.lib.outbound:check", calls.address_of_hook, refuses=ValueError),
    Filter("camdesk.ui.storable:OnlyStorable", calls.middleware, {"NUL in NUL": ("%" * 200_000, "0", "")}),
    Filter("camdesk.server.admission:_MAIL_HOOK", calls.used_as("match"), {"hooks": ("/hooks/mail/", "a", "")}),
    Filter("camdesk.tickets.attachment_views:_RANGE", calls.used_as("fullmatch")),
    Filter("camdesk.tickets.attachment_views:_SIZE", calls.used_as("fullmatch")),
    Filter("camdesk.tickets.attachment_views:_TIMES", calls.used_as("fullmatch")),
    Filter("camdesk.channels.form.posted_fields:read", calls.posted_form),
    Filter("camdesk.channels.chat.customer_moves:client_id_of"),
    Filter("camdesk.playbook.facts:validate_facts", calls.facts),
    Filter("camdesk.playbook.expressions:value", calls.condition),
    Filter("camdesk.api.cursors:decode", calls.cursor),
    Filter("camdesk.cameras.rows:read", calls.camera_table),
    Filter("camdesk.people.extensions:_SHAPE", calls.used_as("fullmatch")),
    Filter("camdesk.tickets.claim_tokens:hidden", own={"claims": ("", "/claims/a%2f", "")}),
    Filter("camdesk.tickets.claim_tokens:read", calls.at_some_time),
    Filter("camdesk.tickets.letter_tokens:number_of_reply"),
    Filter("camdesk.tickets.letter_tokens:number_of_letter"),
    # What is searched.
    Filter("camdesk.lib.text:terms", own={"hard signs": ("", "об'ект ", ""), "typed in Latin": ("", "kamera4 ", "")}),
    Filter("camdesk.tickets.search.lookup:by_number"),
    Filter("camdesk.bot.understanding.articles:ArticleIndex", calls.article_search),
    Filter("camdesk.bot.understanding.articles:_plain"),
    # What the bot hears.
    Filter("camdesk.bot.utterances.sentences:sentences_of", own={"counted": ("", "1) ещё ", "")}),
    Filter("camdesk.bot.utterances.sentences:clauses_of"),
    Filter("camdesk.bot.utterances.things:money_of", own={"paid": ("", "списали 5 марта ", "")}),
    Filter("camdesk.bot.utterances.things:request_of", own={"requests": ("", "заявка номер ", "")}),
    Filter("camdesk.bot.utterances.things:place_of", own={"houses": ("", "ул. Мира, д. ", "")}),
    Filter("camdesk.bot.engine.outcomes:says_it_works", calls.whether_it_works, {"places": ("в ", "сети в ", "")}),
    Filter("camdesk.bot.engine.told:flat_of", own={"flats": ("", "кв 1 ", ""), "entrances": ("", "подъезд 1, ", "")}),
    Filter("camdesk.bot.engine.matching:best", calls.choices),
    Filter("camdesk.bot.engine.matching:answer", calls.bot_answers, {"one and another": ("", "и  ", "")}),
    Filter("camdesk.bot.engine.answers:clean", calls.bot_answers),
    Filter("camdesk.bot.understanding.rules:judge"),
    Filter("camdesk.bot.understanding.features:Reader", lambda function, text: calls.reader().read(text)),
    Filter("camdesk.bot.understanding.model:_SENTENCE", calls.used_as("split")),
    # Letters: whole ones, and each of their readers.
    Filter(f"{_MIME}.parse:parse", calls.letter),
    Filter(f"{_MIME}.parse:parse", calls.letter_html, _MARK_UP, only=True),
    Filter(f"{_MIME}.parse:parse", calls.letter_of_two_forms, {"stubs": ("view this html ", "a ", "")}),
    Filter(f"{_MIME}.parse:parse", calls.letter_fields, _ADDRESSES),
    Filter(f"{_MIME}.parse:parse", calls.letter_parts, _PARTS, only=True),
    Filter(f"{_MIME}.parse:parse", calls.letter_without_boundary, _PARTS, only=True),
    Filter(f"{_MIME}.message_ids:message_ids", calls.of_bytes,
           {"ids": ("", "<a@b>", ""), "ids of blanks": ("<", " ", "")}),
    Filter(f"{_MIME}.quoting:reply_text", own=_QUOTED_LETTERS),
    Filter(f"{_MIME}.header_blocks:begins_forwarded"),
    Filter(f"{_MIME}.subjects:ANSWERS", calls.used_as("match"), {"tags": ("", "[a] ", "")}),
    Filter(f"{_MIME}.subjects:FORWARDS", calls.used_as("match"), {"tags": ("", "[a] ", "")}),
    Filter(f"{_MIME}.html_text:html_to_text", lambda function, text: function(text, marks=True), _MARK_UP),
    Filter(f"{_MIME}.sanitise:sanitise", calls.storable, _MARK_UP),
    Filter(f"{_MIME}.tag_attributes:most_attributes", calls.attributes, _MARK_UP),
    Filter(f"{_MIME}.charsets:decode", calls.of_bytes),
    Filter(f"{_MIME}.charsets:decode", lambda function, text: function(text.encode("utf-16-le", "replace"), "koi8-r")),
    Filter(f"{_MIME}.charsets:known"),
    Filter(f"{_MIME}.format_flowed:unflow", lambda function, text: function(text, delete_space=True)),
    Filter(f"{_MIME}.auto_replies:is_automatic", calls.automatic),
    Filter(f"{_MIME}.delivery_reports:from_report", own=_REPORTS),
    Filter(f"{_MIME}.delivery_reports:from_disposition", lambda function, text: function(text, refused=True), _REPORTS),
    Filter(f"{_MIME}.delivery_reports:asked_about", own=_REPORTS),
    Filter(f"{_MIME}.bounces:bounce_of", calls.bounce, {
        "words that lead on": ("", "несуществующего попытка ", ""),
        "lines before a copy": ("", "---- a\n", ""),
        "beginnings of copies": ("", "---- original message\n", ""),
        "codes": ("undeliverable", " said: 450 ", ""),
        "cues and addresses": ("", "following recipient a@b.ru ", ""),
        "failures far from deliveries": ("", "failed delivery error ", ""),
        "messages that were": ("", "message was rejected mail ", ""),
    }),
    Filter(f"{_MIME}.came_back:letter_back", calls.letter_back, {
        "fields of a copy": ("a" * 50 + "\n---- original message\n", "To: a@b.ru\n", ""),
    }),
    Filter(f"{_MIME}.came_back:own_words", own={"beginnings of copies": ("a" * 50, "\n---- original message", "")}),
    Filter(f"{_MIME}.came_back:ids_named", own={
        "ids": ("", "Message-ID: <a@b>\n", ""), "blanks before a colon": ("", "message-id   ", ""),
    }),
    Filter(f"{_MIME}.addresses:safe_address"),
    Filter(f"{_MIME}.addresses:read_mailboxes", calls.with_budget, _ADDRESSES),
    Filter(f"{_MIME}.headers:read_headers", calls.header_block),
    Filter(f"{_MIME}.encoded_words:decode_field", calls.of_bytes, {
        "words of two charsets": ("", "=?utf-8?Q?a?= =?koi8-r?Q?b?= ", ""),
    }),
    Filter(f"{_MIME}.dates:read_date", own={"a date": ("12 Mar 2026 10:00:00", " ", "MSK")}),
    Filter(f"{_MIME}.rtf:rtf_body", lambda function, text: function(calls.in_bytes(text), "cp1251"), {
        "letters by number": (r"{\rtf1 ", r"\u1078 ?\'e6", ""),
        "groups": (r"{\rtf1 ", r"{\b ", ""),
    }),
    Filter(f"{_MIME}.tnef:read_tnef", calls.winmail),
    Filter(f"{_MIME}.uuencode:take_files", calls.of_bytes, {
        "files begun": ("", "begin 644 a\n", "\nend\n"),
        "files ended": ("", "begin 644 a\n#0V%T\n \nend\n", ""),
    }),
    Filter(f"{_MIME}.uuencode:decode_lines", calls.of_bytes, {"ends with blanks": ("", "\nend" + " " * 40 + "x", "")}),
    Filter(f"{_MIME}.transfer_encoding:decode_transfer", calls.transfer_encodings, {
        "glued": ("", "YQ==", ""),
        "blank lines": ("YQ", "\n\n", "x y"),
        "pieces and blank lines": ("", "YQ==\n\n", ""),
        "pieces and words": ("", "YQ==\nx y\n", ""),
    }),
    Filter(f"{_MIME}.signed_content:signed_content", calls.of_bytes, {"octets": ("0\x80", "$\x80", "")}),
    Filter(f"{_MIME}.parameters:read_parameters", calls.of_bytes, {
        "parts of parameters": ("", "; a*0*=utf-8''%41", ""),
        "escaped quotes": ('a; b="', '\\"', '"'),
    }),
    Filter(f"{_MIME}.parameters:media_type"),
    Filter(f"{_MIME}.storable:many_lines", lambda function, text: function(text, 10**9)),
    Filter(f"{_MIME}.storable:one_line", lambda function, text: function(text, 10**9)),
    Filter(f"{_MIME}.storable:file_name"),
    Filter(f"{_MIME}.authentication_results:verdict", calls.authentication),
    Filter(f"{_INCOMING}.threading_without_token:plain_subject", own={
        "answers to answers": ("", "Re: ", ""),
        "numbers": ("", "[№ 1]", ""),
    }),
    Filter(f"{_INCOMING}.threading_without_token:named_in", lambda function, text: function(text, [1042]), own={
        "numbers": ("", "№ 1042 ", ""),
        "digits": ("", "1", ""),
        "spaces before a number": ("обращение ", " ", "1042"),
    }),
    Filter(f"{_INCOMING}.person_letters:_language", calls.language_of_letter),
    Filter(f"{_INCOMING}.hook_forms:read_form", calls.hook_form),
    Filter(f"{_INCOMING}.hook_forms:_HEX_CUT", calls.used_as("sub")),
    Filter(f"{_INCOMING}.hook_forms:_SECONDS", calls.used_as("fullmatch")),
    Filter(f"{_INCOMING}.hook_json:unwrapped", calls.postmark),
    Filter(f"{_INCOMING}.raw_store:digest_of", calls.of_bytes),
    Filter(f"{_INCOMING}.imap:_SIZE", calls.used_as("search"), {"sizes": ("", "RFC822.SIZE ", "")}),
    Filter(f"{_INCOMING}.imap:_UID", calls.used_as("search"), {"numbers": ("", "UID ", "")}),
    Filter("camdesk.channels.mail.outgoing.blocks:as_html", calls.blocks),
    Filter("camdesk.channels.mail.outgoing.wire_format:write", calls.delivery),
    Filter("camdesk.channels.mail.outgoing.wire_format:wire_address", calls.address, refuses=ValueError),
    Filter("camdesk.channels.mail.outgoing.wire_format:_ID", calls.used_as("fullmatch")),
    # What telephone exchanges say.
    Filter("camdesk.channels.phone.templated:parser", calls.exchange("uis"), refuses=ValueError),
    Filter("camdesk.channels.phone.mango:parse", calls.mango, refuses=ValueError),
    Filter("camdesk.channels.phone.zadarma:parse", calls.of_bytes, refuses=ValueError),
    Filter("camdesk.channels.phone.exchange_events:e164"),
    Filter("camdesk.channels.phone.exchange_events:moment"),
)  # fmt: skip

# {module, module:NAME or module:function: why no text of a stranger comes there}
NEVER_A_STRANGERS: Mapping[str, str] = {
    "camdesk.bot.conversations.person": "the bot's own sentences, in scripts of a playbook",
    "camdesk.bot.dialogues": "the bot's own sentences, in tests of a playbook",
    "camdesk.channels.mail.mime.parts:_delimiters": "made of a letter's boundary, and run by parse over multiparts",
    "camdesk.config.settings_file": "the operator's settings",
    "camdesk.config.setup.answers": "what the operator answers",
    "camdesk.config.setup.mail_trial": "the head of a letter of our own, found by a word nobody can guess",
    "camdesk.config.setup.own_playbook": "the playbook",
    "camdesk.desk.canned": "the playbook's canned replies",
    "camdesk.lib.clamd": "the answer of the operator's own scanner",
    "camdesk.lib.letter_pairs": "the project's own texts, by hand",
    "camdesk.lib.rates": "the operator's settings",
    "camdesk.playbook.consistency": "the playbook",
    "camdesk.playbook.contacts_file": "the playbook",
    "camdesk.playbook.fields": "the playbook",
    "camdesk.playbook.instructions": "the playbook",
    "camdesk.playbook.condition_words": "the playbook",
    "camdesk.playbook.flow_checks": "the playbook",
    "camdesk.playbook.flow_graph": "the playbook",
    "camdesk.playbook.flow_reading": "the playbook",
    "camdesk.playbook.flows": "the playbook",
    "camdesk.playbook.loading": "the playbook",
    "camdesk.playbook.wording": "the playbook",
    "camdesk.playbook.own_promises": "the playbook",
    "camdesk.playbook.yaml_source": "the playbook",
}
