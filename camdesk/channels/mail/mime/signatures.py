"""Where a person's words end and their signature begins, and what a telephone adds of its own."""

import re
from collections.abc import Sequence

_LONGEST_SIGNATURE = 12  # lines
_CLOSING = re.compile(
    r"\s*(?:с уважением|с\s+ув\.?|с наилучшими пожеланиями|с глубоким уважением|всего доброго|всего хорошего"
    r"|з повагою|құрметпен"
    r"|best regards|kind regards|warm regards|regards|best wishes|sincerely|yours sincerely|yours faithfully"
    r"|mit freundlichen grüßen|mit freundlichem gruß|freundliche grüße|viele grüße|beste grüße|mfg|cordialement"
    r"|bien cordialement|salutations|bien à vous"
    r"|saludos(?: cordiales)?|un saludo|atentamente|cordiali saluti|distinti saluti|atenciosamente"
    r"|met vriendelijke groet(?:en)?|z poważaniem|pozdrawiam"
    r"|s pozdravem|med vänliga? hälsning(?:ar)?|mvh|med venlig hilsen|ystävällisin terveisin|üdvözlettel|saygılarımla"
    r"|cu stimă)(?!\w)",
    re.I,
)
_DEVICE = r"[^\n]{2,80}"
_SENT_FROM = re.compile(
    r"\s*(?:[-–—]{1,3}\s*)?(?:"
    rf"sent from (?:my |the )?{_DEVICE}|sent (?:via|with|using) {_DEVICE}|get outlook for {_DEVICE}"
    rf"|отправлено (?:с|со|из|через|от)\s{_DEVICE}|(?:скачать|получите|загрузить) outlook для {_DEVICE}|послано (?:с"
    rf"|из)\s{_DEVICE}"
    rf"|надіслано (?:з|із|через)\s{_DEVICE}|von meinem {_DEVICE} gesendet|gesendet (?:von|mit|über) {_DEVICE}"
    rf"|(?:holen sie sich |hol dir )?outlook für {_DEVICE}"
    rf"|envoyé (?:de|depuis|à partir) {_DEVICE}|(?:télécharger|obtenir|obtenez) outlook pour {_DEVICE}"
    rf"|enviado (?:desde|do|de|a partir|via|con) {_DEVICE}"
    rf"|(?:obtener|obter) (?:o )?outlook para {_DEVICE}|inviato (?:da|dal|con) {_DEVICE}|(?:scarica"
    rf"|ottieni) outlook per {_DEVICE}|(?:verzonden|verstuurd) (?:vanaf|met|via) {_DEVICE}"
    rf"|wysłan[eo] z {_DEVICE}|odesláno z[e]? {_DEVICE}|odoslané z[o]? {_DEVICE}|skickat från {_DEVICE}"
    rf"|sendt fra {_DEVICE}|lähetetty {_DEVICE}|[^\n]{{2,30}} küldve"
    rf"|elküldve {_DEVICE}|[^\n]{{2,30}}(?:dan|den) gönderildi|trimis de pe {_DEVICE}|изпратено от {_DEVICE}"
    rf"|στάλθηκε από {_DEVICE}|poslano (?:s|z) {_DEVICE}"
    r"|[^\n]{2,20}から送信|发自我的[^\n]{2,30}|发送自[^\n]{2,30}|從我的[^\n]{2,30}傳送|나의 [^\n]{2,30}에서 보냄"
    r"|[^\n]{2,20}에서 보냄|נשלח מ[^\n]{2,30}|أُ?رسلت من [^\n]{2,30}|đã gửi từ [^\n]{2,30}|dikirim dari [^\n]{2,30}"
    r")\s*",
    re.I,
)
_DEVICES = re.compile(
    r"i(?:phon|pad|os)|android|galaxy|samsung|xiaomi|redmi|huawei|honor|blackberry|nokia|pixel|outlook|mail|почт"
    r"|gmail|yahoo|yandex|яндекс|windows"
    r"|mobile|мобил|смартфон|телефон|phone|handy|smartphone|téléphone|móvil|celular|cellulare|telefoon|telefon|tablet"
    r"|планшет|ipod|htc|lg|sony|oneplus|realme|поко|poco"
    r"|app\b|приложени|proton|spark|airmail|aol|my .{2,20}$|mein|mon |mi ",
    re.I,
)
_POSTSCRIPT = re.compile(r"\s*(?:p\.?\s?p?\.?\s?s\b|п\.?\s?с\.|з\.?ы\b|пс\b|постскриптум)", re.I)
# What tells us something: whose contract, which flat, which camera.
_TELLING = re.compile(
    r"договор|лицев|л/с|№|серийн|s/n|serial|contract|account no|кв\.|кварт|подъезд|\bул\.|улиц|домофон|код |ключ"
    r"|мак-адрес|\bmac\b|vertrag|kundennummer|contrat|contrato",
    re.I,
)
_LIST_FOOTER = re.compile(
    r"mailing list|list-?info|рассылк|группы? google|google groups|unsubscribe|отписаться|https?://", re.I
)
_UNDERLINE = re.compile(r"\s*[_=-]{20,}\s*")
_SIGN = re.compile(r"--\s?")
_NUMBER = re.compile(r"\d")


def signature_of(lines: Sequence[str]) -> list[int]:
    """Which of a person's own lines are their signature, or a telephone's: their places."""
    start, stop = _worded(lines)
    devices = [at for at in range(start + 1, stop) if _is_of_a_device(lines[at])]
    for at in devices:
        if at > start and _is_dashes(lines[at - 1]):
            devices.append(at - 1)
    added = frozenset(devices)
    left = [at for at in range(start, stop) if at not in added]
    place = _begins(lines, left)
    if place is None:
        return sorted(devices)
    below = [at for at in left if at >= place]
    again = next((at for at in below[1:] if _POSTSCRIPT.match(lines[at])), None)
    signature = [at for at in below if again is None or at < again]
    if any(_TELLING.search(lines[at]) and _NUMBER.search(lines[at]) for at in signature if len(lines[at]) < 300):
        return sorted(devices)
    return sorted({*devices, *signature})


def _worded(lines: Sequence[str]) -> tuple[int, int]:
    start, stop = 0, len(lines)
    while start < stop and not lines[start].strip():
        start += 1
    while stop > start and not lines[stop - 1].strip(" \t-–—_=*"):
        stop -= 1
    return start, stop


def _begins(lines: Sequence[str], places: Sequence[int]) -> int | None:
    """The earliest sign of a signature that stands near enough to the end."""
    near = max(1, len(places) - _LONGEST_SIGNATURE)
    for order in range(near, len(places)):
        line = lines[places[order]]
        if len(line) > 120:
            continue
        below = [lines[at] for at in places[order + 1 :]]
        if line.rstrip() == "--" or (
            _UNDERLINE.fullmatch(line) and any(_LIST_FOOTER.search(one[:300]) for one in below)
        ):
            return places[order]
        if _CLOSING.match(line) and _is_closing(line) and _all_short(below):
            return places[order]
    # A "-- " line is a signature however long what follows is; elsewhere it might be a list.
    return next((at for at in places[1:near] if lines[at] == "-- "), None)


def _is_of_a_device(line: str) -> bool:
    return len(line) <= 120 and bool(_SENT_FROM.fullmatch(line)) and bool(_DEVICES.search(line))


def _is_dashes(line: str) -> bool:
    return bool(_SIGN.fullmatch(line))


def _is_closing(line: str) -> bool:
    """ "С уважением, Иван Петров" closes a letter, "С уважением, но мастер опоздал" goes on with it."""
    words = _CLOSING.sub("", line, count=1).strip(" ,.!;-–—").split()
    return len(words) <= 6 and all(word[0].isupper() or not word[0].isalpha() for word in words)


def _all_short(lines: Sequence[str]) -> bool:
    return all(len(line) <= 100 for line in lines) and sum(map(len, lines)) <= 500
