"""Whether a machine wrote a letter (RFC 3834 and what programs do instead of it). Such letters are never answered.

A person's letter must not be taken for a machine's. Fields that say who carried it (a mailing list, a company's group,
a CRM, a rule of Exchange) say nothing of who wrote it, and a request not to be answered automatically
(X-Auto-Response-Suppress, which Outlook adds to people's letters) proves nothing either.
"""

import re

from camdesk.channels.mail.mime.headers import Headers

_PRECEDENCES = frozenset(("bulk", "junk", "auto_reply", "auto-reply"))
_TELLING_FIELD = re.compile(
    r"x-(?:[a-z]{1,20}-)?(?:mail-?)?auto-?(?:repl(?:y|ied)|respond|respon(?:se|der)|generated"
    r"|submitted)(?:-[a-z-]{1,40})?"
    r"|x-(?:[a-z]{1,20}-)?(?:vacation|out-?of-?office|ooo|absence)(?:-[a-z-]{1,40})?"
    r"|x-fc-machinegenerated|x-cron-env|x-failed-recipients|x-mail-autoreply"
)
_OF_CARRIERS = frozenset(("mailing-list", "x-mailing-list", "feedback-id"))
_ASKS_ONLY = re.compile(r"suppress|disable|ignore|allow|no-?auto", re.I)
_NOT_SO = frozenset((b"", b"no", b"none", b"false", b"0", b"off"))
_MACHINE_NAMES = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_.]?daemon|no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?|auto[-_.]?(?:reply"
    r"|respond(?:er)?)"
    r"|listserv|majordomo|[\w.]+-(?:bounces?|noreply|no-reply))(?:[+=_.-].*)?",
    re.I,
)
# What gateways and people's programs put before a subject.
_PREFIXES = re.compile(
    r"\s*(?:(?:\[[^\]]{1,30}\]|\*{2,5}[^*]{1,30}\*{2,5}|\{[^}]{1,30}\}|\((?:ext|external|spam)\)|external:"
    r"|внешн\w{2}:|re\s?(?:\[\d+\])?\s?:|aw\s?:|отв\s?:|ha\s?:)\s*){0,6}",
    re.I,
)
_ANSWERS = (
    # "Automatic reply", as mail programs say it.
    "автоответ(?:чик)?|авто-ответ|автоматический ответ|автоматическое (?:уведомление|сообщение)(?: об "
    "отсутствии)?|автоматична відповідь|автоматты жауап"
    "|аўтаматычны адказ|автоматичен отговор|автоматски одговор|automatic (?:reply|response)|auto[- "
    "]?repl(?:y|ied)|auto[- ]?response|autoresponse|autoresponder"
    "|automatische (?:antwort|antworten|abwesenheitsnotiz|e-mail)|automatisch antwoord|automatische reactie|réponse "
    "automatique|respuesta autom[aá]tica|contestación automática|resposta autom[aá]tica|risposta automatica"
    "|automatyczna odpowiedź|odpowiedź automatyczna|automatická odpověď|automatická odpoveď|automatikus "
    "válasz|autosvar|automatiskt svar|automatisk svar|svar automatisk"
    "|automaattinen vastaus|răspuns automat|automatski odgovor|samodejni odgovor|automatinis atsakymas|automātiskā "
    "atbilde|automaatvastus|otomatik yan[ıi]t|αυτόματη απάντηση"
    "|自動応答|自動返信|自动(?:答复|回复)|自動(?:回覆|回复)|자동 ?(?:회신|응답)|מענה אוטומטי|תשובה אוטומטית|رد "
    "تلقائي|الرد التلقائي|trả lời tự động|balasan otomatis"
)
_ABSENCES = (
    "уведомление об отсутствии|вне офиса|отсутствую на рабочем месте|отсутствие на рабочем месте|поза офісом"
    "|out of (?:the )?office(?: auto[- ]?reply| reply| notification| message)?|ooo|away from (?:my mail|my desk|the "
    "office)|(?:on )?vacation (?:reply|response|notice|message)"
    "|abwesenheit(?:snotiz|sbenachrichtigung|smeldung|sassistent)?|abwesend|außer haus|nicht im "
    "(?:büro|haus)|absence (?:du bureau|de bureau)|absente? du bureau|message d'absence|fuera de (?:la )?oficina"
    "|fora do escritório|fuori (?:sede|ufficio)|afwezig(?:heid|heidsbericht)|niet op kantoor|poza "
    "biurem|nieobecność|mimo kancelář|nepřítomnost|frånvaro|frånvarande|fravær|ikke til stede|poissa(?:olo)?"
    "|ofis dışında|irodán kívül|távollét|不在(?:通知)?|不在のお知らせ|外出中|부재 ?중"
)
# These a person may write before a colon as well, so they stand alone.
_ALONE = "нет на месте|vacation|away|absente?|ausente|ausência|assente|afwezig"
_SUBJECTS = re.compile(
    rf"(?:{_ANSWERS}|{_ABSENCES})\s*[\])]?\s*(?:[:：].*|[!.]*|[-–—(\[].*)|(?:{_ALONE})[\s.!\])]*", re.I | re.S
)
# "Я в отпуске" is said by both; with a sentence after it it is a person's.
_ON_HOLIDAY = re.compile(
    r"(?:я )?(?:в отпуске|на больничном|в командировке|нахожусь в отпуске)(?: (?:с|по|до) [\d. а-яё]{1,30}){0,2}[.!]?"
    r"|i am on (?:vacation|holiday|leave)(?: (?:until|till|from) [\w ,.]{1,30})?[.!]?",
    re.I,
)
_NOBODY = re.compile(
    r"<\s*(?:\"\"|(?:mailer|mail)[-_]?daemon(?:@[\w.-]{1,250})?)?\s*>|(?:mailer|mail)[-_]?daemon(?:@[\w.-]{1,250})?",
    re.I,
)
_COMMENT = re.compile(r"\([^)]*\)")
_NO = re.compile(r"no\b")


def is_automatic(headers: Headers, sender: str, subject: str, kind: str) -> bool:
    """Whether nobody would read an answer. `sender`: the address an answer would go to, `kind`: the letter's media
    type."""
    submitted = _submitted(headers)
    if submitted and not _NO.match(submitted):
        return True
    if headers.text("precedence", 50).lower() in _PRECEDENCES and not _was_carried(headers):
        return True
    if headers.text("x-precedence", 50).lower() in _PRECEDENCES or "auto" in headers.text("preference", 50).lower():
        return True
    if has_null_sender(headers) or kind == "multipart/report" or _tells(headers):
        return True
    return is_machine_address(sender) or _names_itself(subject)


def is_absence_notice(headers: Headers, subject: str) -> bool:
    """Whether it says that a reader's machine answered: no server's letter, whoever its sender seems to be."""
    return _submitted(headers).startswith("auto-replied") or _tells(headers) or _names_itself(subject)


def has_null_sender(headers: Headers) -> bool:
    """Whether the envelope had no sender, or a mail daemon, as the last server wrote it down: the mark of bounces."""
    return bool(_NOBODY.fullmatch(headers.text("return-path", 300)))


def is_machine_address(address: str) -> bool:
    return bool(_MACHINE_NAMES.fullmatch(address.rpartition("@")[0][:100]))


def _submitted(headers: Headers) -> str:
    return _COMMENT.sub("", headers.text("auto-submitted", 200)).strip().lower()


def _was_carried(headers: Headers) -> bool:
    """Whether a list, a group or a CRM passed it on: those say "bulk" of everything that people write through them."""
    return any(name.startswith("list-") or name in _OF_CARRIERS for name in headers.names())


def _tells(headers: Headers) -> bool:
    for name, value in headers.fields:
        if not _TELLING_FIELD.fullmatch(name) or _ASKS_ONLY.search(name) or name == "x-failed-recipients":
            continue
        if value.lower() not in _NOT_SO:
            return True
    if "autorespond" in headers.text("delivered-to", 200).lower():
        return True
    return "autorespond" in headers.text("x-post-messageclass", 200).lower()


def _names_itself(subject: str) -> bool:
    prefixes = _PREFIXES.match(subject)
    plain = subject[prefixes.end() if prefixes else 0 :]
    return bool(_SUBJECTS.fullmatch(plain) or _ON_HOLIDAY.fullmatch(plain.strip()))
