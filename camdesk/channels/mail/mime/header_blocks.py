"""The head of an old letter as Outlook and others copy it below an answer, and the lines that part the two."""

import re
from collections.abc import Sequence

_LONGEST = 400  # characters of a line
_LOOKED_AT = 12  # lines
_NAMES = {
    "from": (
        "from от,от_кого,отправитель від,від_кого ад кімнен von de de_la da van od från fra lähettäjä feladó kimden "
        "gönderen от από "
        "nuo siuntėjas no saatja 差出人 发件人 寄件者 寄件人 보낸_사람 보낸사람 발신 מאת من từ dari avsändare "
        "absender expéditeur remitente remetente mittente afzender"
    ),
    "date": (
        "sent date sent_on sent_at отправлено дата послано когда дата_отправки надіслано відправлено адпраўлена "
        "жіберілді жіберілген күні gesendet "
        "gesendet_am datum envoyé envoyé_le date_d'envoi enviado enviado_el enviado_em enviada enviada_em fecha data "
        "inviato inviato_il data_invio verzonden wysłano "
        "wysłane odesláno odoslané dátum skickat skickades sendt dato lähetetty päivämäärä päiväys elküldve küldve "
        "trimis dată gönderildi tarih "
        "gönderme_tarihi изпратено poslano poslato poslané στάλθηκε ημερομηνία εστάλη išsiųsta nosūtīts datums "
        "saadetud kuupäev 送信日時 日時 送信日 发送时间 "
        "发送日期 日期 时间 傳送時間 寄件日期 보낸_날짜 날짜 보낸날짜 נשלח תאריך تم_الإرسال التاريخ đã_gửi ngày "
        "dikirim tanggal"
    ),
    "to": (
        "to кому получатель кімге каму an à a para aan do komu till til vastaanottaja címzett către catre kime alıcı "
        "до за za prima προς kam kellele "
        "adressaat 宛先 收件人 收件者 받는_사람 받는사람 수신 אל إلى đến tới kepada mottagare empfänger destinataire "
        "destinatario destinatário"
    ),
    "subject": (
        "subject тема тэма тақырыбы тақырып betreff objet sujet asunto assunto oggetto onderwerp temat předmět "
        "predmet ämne emne aihe tárgy "
        "subiect konu относно zadeva naslov θέμα tema temats teema 件名 主题 主旨 主題 제목 נושא الموضوع chủ_đề "
        "subjek perihal"
    ),
    "more": (
        "cc bcc копия копія көшірме скрытая_копия важность kopie kopia kópia kopi dw udw cci másolat kopio reply-to "
        "importance attachments "
        "organization organisation вложения ответить bilgi 抄送 副本 참조 wichtigkeit anlagen priority"
    ),
}  # fmt: skip
_KINDS = {
    name.replace("_", " "): kind
    for kind, names in _NAMES.items()
    for group in names.split()
    for name in group.split(",")
}
_FIELD = re.compile(
    r"[\s>]{0,3}[*_]{0,2}([^\W\d_][\w '’.-]{0,24}?)[*_]{0,2}\s?[:：][*_]{0,2}(?:\s(.{0,300})|\S.{0,300})?"
)
_IN_ONE_LINE = re.compile(r"(?:^|[\s*])([^\W\d_]{2,14})[*]?:[*]?\s")
_RULE = re.compile(r"\s*[_\-–—=*]{3,}\s*")
_DASHED = re.compile(r"[\s>]{0,3}[-–—_*=]{2,}\s?([^-–—_*=]{3,60}?)\s?[-–—_*=]{2,}\s*")
_ORIGINAL = re.compile(
    r"original|исходн|оригинальн|первоначальн|ответное сообщение|reply (?:message|separator)|вихідн|зыходны|бастапқы"
    r"|бастапкы|түпнұсқа|ursprüng|message d'origine"
    r"|oorspronkelijk|oryginaln|původní|pôvodn|ursprung|oprindelig|opprinnelig|alkuperäi|eredeti|orijinal|özgün"
    r"|оригинално|изворна|izvorn|izvirn|αρχικό"
    r"|元のメッセージ|原始邮件|原始郵件|原邮件|원본|מקורית|الأصلية|algne|sākotnēj|pradin|gốc|asli",
    re.I,
)
_FORWARD = re.compile(
    r"forward|пересыл|пересла|перенаправ|переадрес|пересилан|переслане|қайта жібер|бағытталған|weitergeleit|transféré"
    r"|transmis|réexpédi|reenviad|encaminhad|inoltrat|doorgestuurd|przekazan"
    r"|přepos|prepos|vidarebefordra|videresend|videresendt|välitetty|edelleenlähet|továbbít|redirecționat|iletilen"
    r"|yönlendirilen|препрат|прослеђен|prosleđen|proslijeđen|posredovan"
    r"|προωθ|转发|轉寄|転送|전달|הועבר|מועבר|معاد توجيه|محولة|edastatud|pārsūtīt|persiųst|chuyển tiếp|diteruskan",
    re.I,
)
_BEGINS = re.compile(
    r"\s*(?:begin|start|начало|конец|end|anfang|ende|début|debut|inicio|início|inizio|początek|začátek|początek"
    r"|başlangıç|початок|転送)",
    re.I,
)


def begins_old_letter(lines: Sequence[str], at: int) -> bool:
    """Whether an old letter begins here: a line that says so, or its head, with or without a rule above."""
    line = lines[at]
    if len(line) > _LONGEST:
        return False
    dashed = _DASHED.fullmatch(line)
    if dashed and _ORIGINAL.search(dashed.group(1)) and not _FORWARD.search(dashed.group(1)):
        return True
    if _RULE.fullmatch(line):
        following = at + 1
        while following < len(lines) and following - at <= 2 and not lines[following].strip(" \t\xa0"):
            following += 1
        return following < len(lines) and is_header_block(lines, following)
    return is_header_block(lines, at)


def is_header_block(lines: Sequence[str], at: int) -> bool:
    """From, and two of when, to whom and about what, in any order, each on its line or all on one."""
    if _kind(lines[at]) is None:
        return False
    kinds: set[str] = set()
    gap = 0
    for line in lines[at : at + _LOOKED_AT]:
        kind = _kind(line)
        if kind is None:
            gap += 1
            if gap > 2:
                break
            continue
        gap = 0
        kinds.add(kind)
    if len(lines[at]) <= _LONGEST:
        kinds |= {_KINDS.get(name.lower(), "more") for name in _IN_ONE_LINE.findall(lines[at])}
    return "from" in kinds and len(kinds - {"more"}) >= 3


def fields_below_rule(lines: Sequence[str], at: int) -> int:
    """How many lines at `at` are a rule and fields of an old letter below it, 0 when they are not both: Yandex puts
    those above the line that says who wrote it."""
    if len(lines[at]) > _LONGEST or not _RULE.fullmatch(lines[at]):
        return 0
    below = at + 1
    while below < len(lines) and below - at <= 4 and _kind(lines[below]) is not None:
        below += 1
    return below - at if below > at + 1 else 0


def is_rule(line: str) -> bool:
    return len(line) <= _LONGEST and bool(_RULE.fullmatch(line))


def begins_forwarded(line: str) -> bool:
    """ "---- Forwarded message ----", "Начало переадресованного сообщения:"."""
    if len(line) > 120 or not _FORWARD.search(line):
        return False
    dashed = _DASHED.fullmatch(line)
    if dashed:
        return True
    plain = line.strip()
    return len(plain) < 80 and (plain.endswith((":", "：")) or len(plain.split()) <= 4) and bool(_BEGINS.match(plain))


def _kind(line: str) -> str | None:
    if len(line) > _LONGEST:
        return None
    found = _FIELD.fullmatch(line)
    return _KINDS.get(found.group(1).lower().strip()) if found else None
