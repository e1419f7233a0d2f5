"""The line above a quoted letter that says who wrote it and when, as mail programs put it in their languages."""

import re
from collections.abc import Sequence

_LONGEST = 400  # characters; a longer line is prose
_MOST_LINES = 4
_ADDRESS = re.compile(r"[^\s<>\"@()\[\]]{1,64}@[^\s<>\"@()\[\]]{1,190}")
_IN_BRACKETS = re.compile(r"[<(\[]\s?(?:mailto:)?[^\s<>\"@()\[\]]{1,64}@[^\s<>\"@()\[\]]{1,190}\s?[>)\]]")
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.hг]\d{2}(?!\d)(?:[:.]\d{2})?|\d{1,2}時\d{1,2}分|\d{1,2}시 ?\d{1,2}분")
_MONTH = r"[^\W\d_]{3,12}[׳']?"
_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-] ?\d{1,2}[./-] ?(?:\d{4}|\d{2}(?![:.\d]))|\d{4}[-/.] ?\d{1,2}[-/.] ?\d{1,2}"
    r"|\d{4} ?年 ?\d{1,2} ?月 ?\d{1,2} ?日"
    rf"|\d{{4}} ?년 ?\d{{1,2}} ?월 ?\d{{1,2}} ?일|\d{{1,2}}\.?(?:st|nd|rd|th|º|er)? (?:de |of |thg )?(?:{_MONTH}"
    rf"|\d{{1,2}})\.?,? (?:de |del )?\d{{4}}"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:de |del |a las )?\d{{4}}|\d{{4}}\. ?(?:{_MONTH}"
    rf"|\d{{1,2}})\.? ?\d{{1,2}}\.?)",
    re.I,
)
_VERBS = (
    r"wrote|writes|said|sent|написал(?:\(а\)|а|и|о)?|написали|писал(?:\(а\)|а|и)?|пишет|сообщил(?:\(а\)|а)?"
    r"|ответил(?:\(а\)|а)?|писали"
    r"|написав(?:\(ла\))?|пише|напісаў|напісала|жазды|жазған|schrieb(?:en)?|geschrieben|a écrit|écrivait|a ecrit"
    r"|écrit|escribió|escribio|escribi[oó]|escreveu"
    r"|ha scritto|scrisse|scritto|schreef|geschreven|napisał(?:\(a\)|a)?|pisze|napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?"
    r"|píše|skrev|skrifaði|kirjoitti|írta"
    r"|a scris|scrie|yazdı|yazmış|yazıb|yozdi|ёзди|навишт|დაწერა"
    r"|написа|написао|написала|je napisa[ol]a?|napisao|piše|έγραψε|έγραψαν|rašė|rakstīja"
    r"|kirjutas|va escriure|đã viết|menulis"
    r"|写道|寫道|のメール|書きました|님이 작성|작성|썼습니다|כתב(?:/ה|ה)?|كتب(?:ت)?|เขียนว่า"
)
_WROTE = re.compile(rf"(?<![^\W_])(?:{_VERBS})(?![^\W_])|(?:写道|寫道|のメール|님이 작성)", re.I)
_ENDS_WROTE = re.compile(rf"(?:(?<![^\W_])(?:{_VERBS})|写道|寫道|님이 작성)\s{{0,3}}[:：]?\s{{0,3}}\Z", re.I)
_OPENS = re.compile(
    r"[\s\"'«„*_<>-]{0,6}(?:on|at|in|am|le|el|em|il|den|dne|dňa|op|w dniu|w dn\.|pe|på|la|dana|στις|vào|pada|в|во|от"
    r"|у|вы писали|you wrote|vous avez écrit|sie schrieben|quoting|citando"
    r"|(?:пн|вт|ср|чт|пт|сб|вс|нд|дс|сс|бс|жм|жс)\.?,|(?:понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]"
    r"|воскресенье)\b,?|\d|[^\W\d_]{2,12}\.?,? \d)",
    re.I,
)
_OTHERS_WORDS = re.compile(r"[^\s]+ (?:г\.|р\.|uhr)\Z", re.I)
_SENTENCE = re.compile(r"[^\s.]{4,}[.!?…;]\Z")
_AROUND = " \t*_|\xa0"
# Which way it is written: Gmail puts these around names and addresses in a line from right to left.
_DIRECTION = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_DASHES = re.compile(r"^[\s>]{0,3}[-–—_=*]{2,}\s?|\s?[-–—_=*]{2,}\s{0,3}$")
_HINTS = re.compile(
    r"[@<\d]|wr(?:ote|it)|said|пис|пиш|ответил|сообщил|schr|crit|crib|crev|skr|nap|kirj|írta|scris|yaz|yozd|ёзди|навишт|დაწერ|жаз|γραψ"
    r"|написа|写|寫|書|作|작성|썼|כתב|كتب|raš|rakst|kirjut|viết|menulis|píše",
    re.I,
)
_BETWEEN_ARROWS = re.compile(r">>> ?([^>\n]{1,200}(?:<[^>\n]{1,200}>[^>\n]{0,60})?) ?>>>\s{0,3}")
_BROKEN_ADDRESS = re.compile(r"<\s+|\s+>")


def lines_of_attribution(lines: Sequence[str], at: int, is_quoted: re.Pattern[str]) -> int:
    """How many lines from `at` are one attribution, 0 when none begins there."""
    first = lines[at]
    if not first.strip() or len(first) > _LONGEST or not _HINTS.search(first):
        return 0
    glued = ""
    for count in range(1, _MOST_LINES + 1):
        if at + count > len(lines):
            break
        line = lines[at + count - 1]
        goes_on = glued.count("<") > glued.count(">")  # a line broken before the bracket begins with one
        if not line.strip() or line == "\x00" or (count > 1 and is_quoted.match(line) and not goes_on):
            break
        glued = f"{glued} {line.strip()}".strip()
        if len(glued) > _LONGEST:
            break
        if is_attribution(glued):
            # One's own lines right above an attribution are none of it.
            return 0 if count > 1 and (_SENTENCE.search(first.rstrip()) or _begins_later(lines, at, count)) else count
        if count == 1 and not (_OPENS.match(first) or _ADDRESS.search(first) or "<" in first):
            break
    return 0


def is_attribution(line: str) -> bool:
    """ "Мастер написал:" alone is prose, and so is a date with a sentence after it."""
    plain = _plain(line)
    ended = plain.endswith((":", "：")) or bool(_IN_BRACKETS.search(plain[-260:]) and plain.endswith((">", ")", "]")))
    if not (ended or _ENDS_WROTE.search(plain)):
        return False
    dated, timed, addressed = _DATE.search(plain), _TIME.search(plain), bool(_ADDRESS.search(plain))
    if _WROTE.search(plain):
        return bool(dated or addressed or (timed and _OPENS.match(plain)))
    if not dated:
        return False
    if addressed:
        return True
    words = _TIME.sub("", _DATE.sub("", plain)).split()
    return bool(timed) and len(words) <= 5 and dated.start() <= 30 and plain.endswith((":", "："))


def is_certain(line: str) -> bool:
    """Whether it is one even though no quotation marks follow: it names an address, or says "wrote" and when."""
    plain = _plain(line)
    if _DATE.search(plain):
        return bool(_ADDRESS.search(plain) or _WROTE.search(plain))
    return bool(_IN_BRACKETS.search(plain) and _ENDS_WROTE.search(plain))


def is_between_arrows(line: str) -> bool:
    """ ">>> Desk <a@b.example> 09.11.2026 11:15 >>>": GroupWise says so, and what follows has no marks."""
    found = _BETWEEN_ARROWS.fullmatch(line) if len(line) <= _LONGEST and line.startswith(">>>") else None
    return found is not None and bool(_DATE.search(found.group(1)))


def says_only_who(line: str) -> bool:
    """ "Поддержка написала:" is an attribution when quoted lines follow."""
    plain = _plain(line)
    return len(plain) <= 80 and plain.endswith((":", "：")) and bool(_ENDS_WROTE.search(plain))


def _plain(line: str) -> str:
    line = _DIRECTION.sub("", line)
    return _BROKEN_ADDRESS.sub(lambda found: found.group().strip(), _DASHES.sub("", line.strip())).strip(_AROUND)


def _begins_later(lines: Sequence[str], at: int, count: int) -> bool:
    """Whether the lines below the first are an attribution that opens as one."""
    for start in range(at + 1, at + count):
        rest = " ".join(line.strip() for line in lines[start : at + count])
        if _OPENS.match(lines[start]) and is_attribution(rest) and not _OTHERS_WORDS.search(lines[start - 1].strip()):
            return True
    return False
