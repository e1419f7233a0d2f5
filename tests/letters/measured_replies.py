"""Answers as people's programs send them, written without a look at the code that cuts them.

Each: (text, own words); of INLINE, the words that must stay; of FORWARDS, (subject, text). `OLD`: the quoted lines with
their marks; `BARE`: without."""

from tests.letters.bounces import OUR_ID, OURS, plain

BARE = "Здравствуйте, Иван!\n\nКогда удобно принять мастера?\n\nАнна, поддержка camdesk"
OLD = "\n".join(f"> {line}".rstrip() for line in BARE.split("\n"))
DIV = BARE.replace("\n", "<br>")
S = f"Поддержка camdesk <{OURS}>"
YES = "Да, завтра после 18 удобно."

TEXTS: dict[str, tuple[str, str]] = {
    "Gmail web ru": (f"{YES}\n\nпн, 9 нояб. 2026 г. в 11:15, {S}:\n\n{OLD}", YES),
    "Gmail web ru, wrapped": (f"{YES}\n\nпн, 9 нояб. 2026 г. в 11:15, Поддержка camdesk <\n{OURS}>:\n\n{OLD}", YES),
    "Gmail web en, thin blanks": (f"Yes.\n\nOn Mon, Nov 9, 2026 at 11:15\u202fAM {S}\nwrote:\n\n{OLD}", "Yes."),
    "Gmail kk": (f"Иә.\n\n2026 ж. 9 қар., дс, 11:15 {S} жазды:\n\n{OLD}", "Иә."),
    "Gmail tr": (f"Evet.\n\n{S}, 9 Kas 2026 Pzt, 11:15 tarihinde\nşunu yazdı:\n\n{OLD}", "Evet."),
    "Gmail uk": (f"Так.\n\nпн, 9 лист. 2026 р. о 11:15 {S} пише:\n\n{OLD}", "Так."),
    "Gmail es, two lines": (f"Sí.\n\nEl lun, 9 nov 2026 a las 11:15, Поддержка camdesk (<{OURS}>)\nescribió:\n\n{OLD}", "Sí."),
    "iPhone ru": (f"{YES}\n\nОтправлено с iPhone\n\n> 9 нояб. 2026 г., в 11:15, {S} написал(а):\n> \n> \ufeff{BARE.splitlines()[0]}\n> \n> Когда удобно принять мастера?", YES),
    "iPhone de": (f"Ja, gerne.\n\nVon meinem iPhone gesendet\n\n> Am 09.11.2026 um 11:15 schrieb {S}:\n> \n{OLD}", "Ja, gerne."),
    "Apple Mail fr": (f"Oui.\n\n> Le 9 nov. 2026 à 11:15, {S} a écrit :\n> \n{OLD}", "Oui."),
    "Yandex web": (f"{YES}\n\n09.11.2026, 11:15, \"Поддержка camdesk\" <{OURS}>:\n\n{OLD}", YES),
    "Yandex web, new": (f"{YES}\n\n----------------\nКому: Иван (ivan@reader.example);\nТема: camera;\n09.11.2026, 11:15, \"Поддержка camdesk\" <{OURS}>:\n\n{BARE}", YES),
    "Yandex mobile": (f"{YES}\n\n--\nОтправлено из мобильного приложения Яндекс Почты\n\n11:15, 9 ноября 2026 г., Поддержка camdesk <{OURS}>:\n\n{OLD}", YES),
    "Mail.ru web": (f"{YES}\n\n--\nИван\n\n\nПонедельник, 9 ноября 2026, 11:15 +03:00 от {S}:\n\n{OLD}", YES),
    "Mail.ru app": (f"{YES}\n\n\nотправлено из мобильной Почты Mail.ru\nпонедельник, 9 ноября 2026 г., 11:15 +03:00 от Поддержка camdesk {OURS}:\n\n{OLD}", YES),
    "Rambler": (f"{YES}\n\n09.11.2026 11:15, {S} пишет:\n{OLD}", YES),
    "Thunderbird ru": (f"{YES}\n\n09.11.2026 11:15, Поддержка camdesk пишет:\n{OLD}\n\n-- \nИван Петров", YES),
    "Thunderbird de": (f"Ja.\n\nAm 09.11.26 um 11:15 schrieb Поддержка camdesk:\n{OLD}", "Ja."),
    "K-9": (f"{YES}\n\n-- \nПростите за краткость, создано в K-9 Mail.\n\n9 ноября 2026 г. 11:15:20 GMT+03:00, Поддержка camdesk <{OURS}> пишет:\n>{BARE.replace(chr(10), chr(10) + '>')}", YES),
    "Samsung": (f"{YES}\n\n\nОтправлено с моего Galaxy\n\n\n-------- Исходное сообщение --------\nОт: {S}\nДата: 09.11.2026 11:15 (GMT+03:00)\nКому: ivan@reader.example\nТема: camera\n\n{BARE}", YES),
    "Proton": (f"Yes.\n\nSent with [Proton Mail](https://proton.me/) secure email.\n\nOn Monday, November 9th, 2026 at 11:15 AM, {S} wrote:\n\n{OLD}", "Yes."),
    "Outlook desktop ru": (f"{YES}\n\nС уважением,\nИван\n\nFrom: {S}\nSent: Monday, November 9, 2026 11:15 AM\nTo: Иван <ivan@reader.example>\nSubject: camera\n\n{BARE}", YES),
    "Outlook desktop ru, Russian heads": (f"{YES}\n\nОт: {S}\nОтправлено: 9 ноября 2026 г. 11:15\nКому: Иван <ivan@reader.example>\nТема: camera\n\n{BARE}", YES),
    "Outlook web ru": (f"{YES}\n________________________________\nОт: {S}\nОтправлено: 9 ноября 2026 г. 11:15\nКому: ivan@reader.example <ivan@reader.example>\nТема: camera\n\n{BARE}", YES),
    "Outlook iOS ru": (f"{YES}\n\nПолучите Outlook для iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: {S}\nSent: Monday, November 9, 2026 11:15:00 AM\nTo: Иван\nSubject: camera\n\n{BARE}", YES),
    "Outlook Mac": (f"Yes.\n\nFrom: {S}\nDate: Monday, 9. November 2026 at 11:15\nTo: Ivan <ivan@reader.example>\nSubject: camera\n{BARE}", "Yes."),
    "Outlook it": (f"Sì.\n\nDa: {S}\nInviato: lunedì 9 novembre 2026 11:15\nA: ivan@reader.example\nOggetto: camera\n\n{BARE}", "Sì."),
    "Outlook pl": (f"Tak.\n\nOd: {S}\nWysłano: poniedziałek, 9 listopada 2026 11:15\nDo: ivan@reader.example\nTemat: camera\n\n{BARE}", "Tak."),
    "Outlook uk": (f"Так.\n\nВід: {S}\nНадіслано: 9 листопада 2026 р. 11:15\nКому: ivan@reader.example\nТема: camera\n\n{BARE}", "Так."),
    "Outlook tr": (f"Evet.\n\nKimden: {S}\nGönderildi: 9 Kasım 2026 Pazartesi 11:15\nKime: ivan@reader.example\nKonu: camera\n\n{BARE}", "Evet."),
    "Outlook kk": (f"Иә.\n\nКімнен: {S}\nЖіберілді: 9 қараша 2026 ж. 11:15\nКімге: ivan@reader.example\nТақырып: camera\n\n{BARE}", "Иә."),
    "original message": (f"{YES}\n\n-----Original Message-----\nFrom: {S}\nSent: Monday, November 9, 2026 11:15 AM\nTo: Ivan\nSubject: camera\n\n{BARE}", YES),
    "The Bat": (f"Здравствуйте, Поддержка.\n\nВы писали 9 ноября 2026 г., 11:15:11:\n\n{OLD}\n\n{YES}\n\n-- \nС уважением,\n Иван                          mailto:ivan@reader.example", f"Здравствуйте, Поддержка.\n\n{YES}"),
    "Roundcube": (f"{YES}\n\nПоддержка camdesk писал 2026-11-09 11:15:\n{OLD}", YES),
    "Zimbra": (f"Yes.\n\n----- Original Message -----\nFrom: \"Support\" <{OURS}>\nTo: \"Ivan\" <ivan@reader.example>\nSent: Monday, November 9, 2026 11:15:00 AM\nSubject: camera\n\n{BARE}", "Yes."),
    "bottom answer": (f"On Mon, Nov 9, 2026 at 11:15 AM {S} wrote:\n{OLD}\n\n{YES}", YES),
    "no quote at all": (YES, YES),
    "two paragraphs and a price list with dashes": (f"{YES}\n\n- ключ у консьержа\n- код 4471\n\nпн, 9 нояб. 2026 г. в 11:15, {S}:\n{OLD}", f"{YES}\n\n- ключ у консьержа\n- код 4471"),
    "a line that looks like an attribution": (f"On Monday we wrote:\nnothing works. Call me at 11:15.\n\nOn Mon, Nov 9, 2026 at 11:15 AM {S} wrote:\n{OLD}", "On Monday we wrote:\nnothing works. Call me at 11:15."),
    "From: in one's own words": (f"Камера показывает:\nОт: 10:00\nДо: 11:00\nничего нет.\n\nпн, 9 нояб. 2026 г. в 11:15, {S}:\n{OLD}", "Камера показывает:\nОт: 10:00\nДо: 11:00\nничего нет."),
}  # fmt: skip

INLINE: dict[str, tuple[str, tuple[str, ...]]] = {
    "inline, Thunderbird": ("09.11.2026 11:15, Поддержка camdesk пишет:\n> Здравствуйте, Иван!\n>\n> Когда удобно принять мастера?\nЗавтра после 18.\n> Есть ли стремянка?\nЕсть, 3 м.\n", ("Завтра после 18.", "Есть, 3 м.")),
    "inline below questions, Gmail": (f"Ответил ниже.\n\nпн, 9 нояб. 2026 г. в 11:15, {S}:\n\n> Когда удобно принять мастера?\n\nЗавтра после 18.\n\n> Есть ли стремянка?\n\nЕсть, 3 м.\n", ("Ответил ниже.", "Завтра после 18.", "Есть, 3 м.")),
    "after the signature a PS": (f"{YES}\n\nС уважением,\nИван\n\nP.S. Код домофона 4471К.\n\nпн, 9 нояб. 2026 г. в 11:15, {S}:\n{OLD}", (YES, "4471К")),
    "words after sent from": (f"{YES}\n\nОтправлено с iPhone\n\nЗабыл: код 4471.\n\n> 9 нояб. 2026 г., в 11:15, {S} написал(а):\n{OLD}", (YES, "код 4471")),
}  # fmt: skip

HTML: dict[str, tuple[str, str]] = {
    "Gmail": (f'<div dir="ltr">{YES}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">пн, 9 нояб. 2026 г. в 11:15, Поддержка camdesk &lt;<a href="mailto:{OURS}">{OURS}</a>&gt;:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{DIV}</blockquote></div>', YES),
    "Outlook desktop": (f'<div class=WordSection1><p class=MsoNormal>{YES}<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class=MsoNormal><b>From:</b> Поддержка camdesk &lt;{OURS}&gt; <br><b>Sent:</b> Monday, November 9, 2026 11:15 AM<br><b>To:</b> Иван &lt;ivan@reader.example&gt;<br><b>Subject:</b> camera<o:p></o:p></p></div></div><p class=MsoNormal>{DIV}</p></div>', YES),
    "Outlook web": (f'<div class="elementToProof">{YES}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>От:</b> Поддержка camdesk &lt;{OURS}&gt;<br><b>Отправлено:</b> 9 ноября 2026 г. 11:15<br><b>Кому:</b> ivan@reader.example<br><b>Тема:</b> camera</font><div>&nbsp;</div></div><div>{DIV}</div>', YES),
    "Apple Mail": (f'<html><body style="overflow-wrap: break-word;">{YES}<br><div><br><blockquote type="cite"><div>9 нояб. 2026 г., в 11:15, Поддержка camdesk &lt;{OURS}&gt; написал(а):</div><br class="Apple-interchange-newline"><div>{DIV}</div></blockquote></div></body></html>', YES),
    "iPhone": (f'<html><body dir="auto">{YES}<br><div dir="ltr">Отправлено с iPhone</div><div dir="ltr"><br><blockquote type="cite">9 нояб. 2026 г., в 11:15, Поддержка camdesk &lt;{OURS}&gt; написал(а):<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">{DIV}</div></blockquote></body></html>', YES),
    "Yandex": (f'<div>{YES}</div><div>&nbsp;</div><div>----------------</div><div>Кому: Иван (ivan@reader.example);</div><div>Тема: camera;</div><div>09.11.2026, 11:15, "Поддержка camdesk" &lt;{OURS}&gt;:</div><blockquote><div>{DIV}</div></blockquote>', YES),
    "Mail.ru": (f'<html><body><div>{YES}</div><div>&nbsp;</div><div data-signature-widget="container"><div data-signature-widget="content"><div>--<br>Иван</div></div></div><div>&nbsp;</div><div>&nbsp;</div><blockquote style="border-left:1px solid #0857A6;margin:10px;padding:0 0 0 10px;">Понедельник, 9 ноября 2026, 11:15 +03:00 от Поддержка camdesk &lt;<a href="mailto:{OURS}">{OURS}</a>&gt;:<br>&nbsp;<div>{DIV}</div></blockquote></body></html>', YES),
    "Thunderbird": (f'<html><body><p>{YES}</p><div class="moz-cite-prefix">09.11.2026 11:15, Поддержка camdesk пишет:<br></div><blockquote type="cite" cite="mid:x@y">{DIV}</blockquote><pre class="moz-signature" cols="72">-- \nИван</pre></body></html>', YES),
    "Proton": (f'<div style="font-family: Arial">{YES}</div><div class="protonmail_signature_block"><div class="protonmail_signature_block-proton">Sent with <a href="https://proton.me/">Proton Mail</a> secure email.</div></div><div class="protonmail_quote">On Monday, November 9th, 2026 at 11:15 AM, Поддержка camdesk &lt;{OURS}&gt; wrote:<br><blockquote class="protonmail_quote" type="cite">{DIV}</blockquote><br></div>', YES),
    "Zoho": (f'<div>{YES}</div><div class="zmail_extra_hr" style="border-top: 1px solid"></div><div class="zmail_extra"><div id="Zm-_Id_-Sgn1">---- On Mon, 09 Nov 2026 11:15:00 +0300 <b>{OURS}</b> wrote ----<br></div><blockquote>{DIV}</blockquote></div>', YES),
    "Yahoo": (f'<html><body><div class="yahoo-style-wrap"><div dir="ltr">{YES}</div></div><div id="ydp1yahoo_quoted_2" class="ydpyahoo_quoted"><div><div>On Monday, November 9, 2026 at 11:15:00 AM GMT+3, Поддержка camdesk &lt;{OURS}&gt; wrote:</div><div><br></div><div>{DIV}</div></div></div></body></html>', YES),
    "Outlook mobile": (f'<div dir="auto">{YES}</div><div id="ms-outlook-mobile-signature" dir="auto"><div>Отправлено из <a href="https://aka.ms/o0ukef">Outlook для Android</a></div></div><hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>From:</b> Поддержка camdesk &lt;{OURS}&gt;<br><b>Sent:</b> Monday, November 9, 2026 11:15:00 AM<br><b>To:</b> Иван<br><b>Subject:</b> camera</div><div>{DIV}</div>', YES),
}  # fmt: skip

FORWARDS: dict[str, tuple[str, str]] = {
    "Gmail": ("Fwd: Заявка", "Посмотрите, пожалуйста.\n\n---------- Forwarded message ---------\nОт: Председатель <p@tszh.example>\nDate: пн, 9 нояб. 2026 г. в 10:00\nSubject: Заявка\nTo: <ivan@reader.example>\n\nДоговор K-4471, камера у ворот."),
    "Mail.ru": ("Fwd: Заявка", "Посмотрите.\n\n-------- Пересылаемое сообщение --------\nОт кого: Председатель <p@tszh.example>\nКому: ivan@reader.example\nДата: Понедельник, 9 ноября 2026, 10:00 +03:00\nТема: Заявка\n\nДоговор K-4471."),
    "Yandex": ("Fwd: Заявка", "Посмотрите.\n\n-------- Пересылаемое сообщение --------\n09.11.2026, 10:00, \"Председатель\" <p@tszh.example>:\n\nДоговор K-4471.\n-------- Конец пересылаемого сообщения --------"),
    "Apple": ("Fwd: Заявка", "Посмотрите.\n\n> Начало переадресованного сообщения:\n> \n> От: Председатель <p@tszh.example>\n> Тема: Заявка\n> Дата: 9 ноября 2026 г. в 10:00:00 GMT+3\n> Кому: ivan@reader.example\n> \n> Договор K-4471."),
    "Outlook ru in an answer": ("FW: Заявка", "Посмотрите.\n\nFrom: Председатель <p@tszh.example>\nSent: Monday, November 9, 2026 10:00 AM\nTo: Иван\nSubject: Заявка\n\nДоговор K-4471."),
    "Thunderbird": ("Fwd: Заявка", "Посмотрите.\n\n-------- Перенаправленное сообщение --------\nТема: \tЗаявка\nДата: \tMon, 9 Nov 2026 10:00:00 +0300\nОт: \tПредседатель <p@tszh.example>\nКому: \tivan@reader.example\n\nДоговор K-4471."),
}  # fmt: skip

SECOND: dict[str, tuple[str, str]] = {
    "Gmail it": (f"Sì, grazie.\n\nIl giorno lun 9 nov 2026 alle ore 11:15 Поддержка camdesk <\n{OURS}> ha scritto:\n\n{OLD}", "Sì, grazie."),
    "Gmail pl": (f"Tak.\n\npon., 9 lis 2026 o 11:15 {S} napisał(a):\n\n{OLD}", "Tak."),
    "Gmail fr": (f"Oui.\n\nLe lun. 9 nov. 2026 à 11:15, {S} a\nécrit :\n\n{OLD}", "Oui."),
    "Mail.ru, from whom": (f"{YES}\n\n\n--\nОтправлено из Mail для Android\nпонедельник, 09 ноября 2026г., 11:15 +03:00 от Поддержка camdesk <{OURS}>:\n\n{OLD}", YES),
    "Mail.ru, a reply to a reply": (f"{YES}\n\n\n-------- Исходное сообщение --------\nОт кого: {S}\nКому: ivan@reader.example\nДата: понедельник, 9 ноября 2026 г., 11:15 +03:00\nТема: camera\n\n{BARE}", YES),
    "Yandex, to and subject, signature above": (f"{YES}\n\n-- \nИван Петров\n\n----------------\nКому: ivan@reader.example;\nКопия: boss@reader.example;\nТема: camera;\n09.11.2026, 11:15, \"Поддержка camdesk\" <{OURS}>:\n\n{BARE}", YES),
    "Outlook fr": (f"Oui.\n\nDe : {S}\nEnvoyé : lundi 9 novembre 2026 11:15\nÀ : ivan@reader.example\nObjet : camera\n\n{BARE}", "Oui."),
    "Outlook de": (f"Ja.\n\nVon: {S}\nGesendet: Montag, 9. November 2026 11:15\nAn: ivan@reader.example\nBetreff: camera\n\n{BARE}", "Ja."),
    "Outlook Android, rule of dashes": (f"{YES}\n\nОтправлено из Outlook для Android\n\n-----\nFrom: {S}\nSent: Monday, November 9, 2026 11:15\nTo: Ivan\nSubject: camera\n\n{BARE}", YES),
    "Huawei": (f"{YES}\n\n\n-------- Исходное сообщение --------\nОт кого: {S}\nДата: Пн, 9 нояб. 2026 г., 11:15\nКому: ivan@reader.example\nТема: camera\n{BARE}", YES),
    "eM Client": (f"{YES}\n\n------ Исходное сообщение ------\nОт: {S}\nКому: ivan@reader.example\nДата: 09.11.2026 11:15:00\nТема: camera\n\n{BARE}", YES),
    "Mailspring": (f"Yes.\n\nOn Nov 9 2026, at 11:15 am, {S} wrote:\n{OLD}", "Yes."),
    "Spark": (f"{YES}\n\nОтправлено из Spark\nOn 9 нояб. 2026, 11:15 +0300, {S}, wrote:\n{OLD}", YES),
    "GroupWise": (f"Yes.\n\n>>> Поддержка camdesk <{OURS}> 09.11.2026 11:15 >>>\n{BARE}", "Yes."),
    "1C": (f"{YES}\n\n09.11.2026 11:15:00 Поддержка camdesk ({OURS}) писал(а):\n{OLD}", YES),
    "bottom, then signature": (f"9 нояб. 2026 г., в 11:15, {S} написал(а):\n\n{OLD}\n\n{YES}\n\n--\nИван", YES),
}  # fmt: skip


def answer(text: str, *, subject: str = "Re: camera", html: bool = False) -> bytes:
    fields = {"In_Reply_To": f"<{OUR_ID}>", "References": f"<{OUR_ID}>"}
    return plain("Ivan <ivan@reader.example>", subject, text,
                 Content_Type=f"text/{'html' if html else 'plain'}; charset=utf-8", **fields)  # fmt: skip


def all_replies() -> dict[str, tuple[bytes, str]]:
    """{name: (letter, own words)}."""
    plain_ones = {f"measured: {name}": (answer(text), own) for name, (text, own) in (TEXTS | SECOND).items()}
    return plain_ones | {f"measured, HTML: {n}": (answer(text, html=True), own) for n, (text, own) in HTML.items()}
