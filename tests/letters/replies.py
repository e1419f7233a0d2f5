"""Answers as people's programs send them: what each must give as the person's own words."""

from tests.letters.bounces import OURS, plain

ASKED = "When would it suit you? Когда вам удобно?"
OLD = f"> Hello!\n> {ASKED}\n> Camdesk"
US_TURNED = "\u202aDesk\u202c\u200f <\u202adesk@camdesk.example\u202c\u200f>"  # within a line from right to left
US, ME = f"Desk <{OURS}>", "Ivan <ivan@reader.example>"

# {program or language: the line above the quoted letter}; each with its marks and without.
ATTRIBUTIONS = {
    "Gmail, English": f"On Mon, Nov 9, 2026 at 8:15 AM {US} wrote:",
    "Gmail, English, broken": f"On Mon, Nov 9, 2026 at 8:15 AM Camdesk support <\n{OURS}> wrote:",
    "Gmail, broken before the verb": f"On Mon, Nov 9, 2026 at 8:15 AM Camdesk support <{OURS}>\nwrote:",
    "Gmail, Russian": f"пн, 9 нояб. 2026 г. в 08:15, {US}:",
    "Gmail, Ukrainian": f"пн, 9 лист. 2026 р. о 08:15 {US} пише:",
    "Gmail, German": f"Am Mo., 9. Nov. 2026 um 08:15 Uhr schrieb {US}:",
    "Gmail, French": f"Le lun. 9 nov. 2026 à 08:15, {US} a écrit :",
    "Gmail, Spanish": f"El lun, 9 nov 2026 a las 8:15, Desk (<{OURS}>) escribió:",
    "Gmail, Portuguese": f"Em seg., 9 de nov. de 2026 às 08:15, {US} escreveu:",
    "Gmail, Italian": f"Il giorno lun 9 nov 2026 alle ore 08:15 {US} ha scritto:",
    "Gmail, Dutch": f"Op ma 9 nov 2026 om 08:15 schreef {US}:",
    "Gmail, Polish": f"pon., 9 lis 2026 o 08:15 {US} napisał(a):",
    "Gmail, Czech": f"po 9. 11. 2026 v 8:15 odesílatel {US} napsal:",
    "Gmail, Swedish": f"Den mån 9 nov. 2026 kl 08:15 skrev {US}:",
    "Gmail, Danish": f"Den man. 9. nov. 2026 kl. 08.15 skrev {US}:",
    "Gmail, Norwegian": f"man. 9. nov. 2026 kl. 08:15 skrev {US}:",
    "Gmail, Finnish": f"ma 9. marrask. 2026 klo 8.15 Desk ({OURS}) kirjoitti:",
    "Gmail, Hungarian": f"{US} ezt írta (időpont: 2026. nov. 9., H, 8:15):",
    "Gmail, Romanian": f"În lun., 9 nov. 2026 la 08:15, {US} a scris:",
    "Gmail, Turkish": f"{US}, 9 Kas 2026 Pzt, 08:15 tarihinde şunu yazdı:",
    "Gmail, Bulgarian": f"На пн, 9.11.2026 г. в 8:15 ч. {US} написа:",
    "Gmail, Greek": f"Στις Δευ 9 Νοε 2026 στις 8:15 π.μ., ο χρήστης {US} έγραψε:",
    "Gmail, Japanese": f"2026年11月9日(月) 8:15 {US}:",
    "Gmail, Chinese": f"{US} 于2026年11月9日周一 08:15写道：",
    "Gmail, Korean": f"2026년 11월 9일 (월) 오전 8:15, {US}님이 작성:",
    "Gmail, Vietnamese": f"Vào 8:15, Th 2, 9 thg 11, 2026 {US} đã viết:",
    "Gmail, Uzbek": f"9-noyabr, 2026-yil 08:15 {US} yozdi:",
    "Mail.ru, Uzbek in Cyrillic": f"09.11.2026 08:15 {US} ёзди:",
    "Gmail, Tajik": f"9 ноябри 2026, 08:15 {US} навишт:",
    "Gmail, Georgian": f"2026 წ. 9 ნოე. 08:15 {US} დაწერა:",
    "Gmail, Hebrew": f"\u202bבתאריך יום ב׳, 9 בנוב׳ 2026 ב-8:15 מאת {US_TURNED}:\u202c",
    "Gmail, Arabic": f"\u202bفي الاثنين، 9 نوفمبر 2026 في 8:15 ص تمت كتابة ما يلي بواسطة {US_TURNED}:\u202c",
    "Apple, English": f"On 9 Nov 2026, at 08:15, {US} wrote:",
    "Apple, Russian": f"9 нояб. 2026 г., в 08:15, {US} написал(а):",
    "Apple, German": f"Am 09.11.2026 um 08:15 schrieb {US}:",
    "Apple, French": f"Le 9 nov. 2026 à 08:15, {US} a écrit :",
    "Thunderbird, English": "On 09/11/2026 08:15, Desk wrote:",
    "Thunderbird, Russian": "09.11.2026 08:15, Desk пишет:",
    "Thunderbird, Russian, new": "09.11.2026 8:15, Desk написал(а):",
    "Thunderbird, German": "Am 09.11.26 um 08:15 schrieb Desk:",
    "Thunderbird, Polish": "W dniu 09.11.2026 o 08:15, Desk pisze:",
    "mail.ru": f"Понедельник, 9 ноября 2026, 8:15 +03:00 от {US}:",
    "Yandex": f'09.11.2026, 08:15, "Desk" <{OURS}>:',
    "a webmail": f"Desk <{OURS}> писал 09.11.2026 08:15:",
    "Zoho": f"---- On Mon, 09 Nov 2026 08:15:00 +0000 {US} wrote ----",
    "Zoho, Russian": f"---- Пн, 09 нояб. 2026 08:15:00 +0000 {US} написал ----",
    "Evolution": "On Mon, 2026-11-09 at 08:15 +0000, Desk wrote:",
    "Proton": f"On Monday, November 9th, 2026 at 8:15 AM, {US} wrote:",
    "the verb first, the date last": f"{US} schrieb am Mo., 9. Nov. 2026 um\n08:15:",
    "no date": f"{US} написал:",
    "the address broken before its bracket": f"пн, 9 нояб. 2026 г. в 08:15, Служба поддержки <{OURS}\n>:",
}

# {program and language: the head of the old letter}
HEADS = {
    "Outlook, English": f"From: {US}\nSent: Monday, November 9, 2026 8:15 AM\nTo: {ME}\nSubject: Camera",
    "Outlook, Russian": f"От: {US}\nОтправлено: 9 ноября 2026 г. 8:15\nКому: {ME}\nТема: Камера",
    "Outlook, Russian, bold": f"*От:* {US}\n*Отправлено:* 9 ноября 2026 г. 8:15\n*Кому:* {ME}\n*Тема:* Камера",
    "Outlook, Ukrainian": f"Від: {US}\nНадіслано: 9 листопада 2026 р. 8:15\nКому: {ME}\nТема: Камера",
    "Outlook, Kazakh": f"Кімнен: {US}\nЖіберілді: 9 қараша 2026 ж. 8:15\nКімге: {ME}\nТақырыбы: Камера",
    "Outlook, German": f"Von: {US}\nGesendet: Montag, 9. November 2026 08:15\nAn: {ME}\nBetreff: Kamera",
    "Outlook, French": f"De : {US}\nEnvoyé : lundi 9 novembre 2026 08:15\nÀ : {ME}\nObjet : Caméra",
    "Outlook, Spanish": f"De: {US}\nEnviado el: lunes, 9 de noviembre de 2026 8:15\nPara: {ME}\nAsunto: Cámara",
    "Outlook, "
    "Portuguese": f"De: {US}\nEnviada em: segunda-feira, 9 de novembro de 2026 08:15\nPara: {ME}\nAssunto: Câmera",
    "Outlook, Italian": f"Da: {US}\nInviato: lunedì 9 novembre 2026 08:15\nA: {ME}\nOggetto: Camera",
    "Outlook, Dutch": f"Van: {US}\nVerzonden: maandag 9 november 2026 08:15\nAan: {ME}\nOnderwerp: Camera",
    "Outlook, Polish": f"Od: {US}\nWysłano: poniedziałek, 9 listopada 2026 08:15\nDo: {ME}\nTemat: Kamera",
    "Outlook, Czech": f"Od: {US}\nOdesláno: pondělí 9. listopadu 2026 8:15\nKomu: {ME}\nPředmět: Kamera",
    "Outlook, Swedish": f"Från: {US}\nSkickat: den 9 november 2026 08:15\nTill: {ME}\nÄmne: Kamera",
    "Outlook, Danish": f"Fra: {US}\nSendt: 9. november 2026 08:15\nTil: {ME}\nEmne: Kamera",
    "Outlook, "
    "Finnish": f"Lähettäjä: {US}\nLähetetty: maanantai 9. marraskuuta 2026 8:15\nVastaanottaja: {ME}\nAihe: Kamera",
    "Outlook, Turkish": f"Kimden: {US}\nGönderildi: 9 Kasım 2026 Pazartesi 08:15\nKime: {ME}\nKonu: Kamera",
    "Outlook, Hungarian": f"Feladó: {US}\nElküldve: 2026. november 9. 8:15\nCímzett: {ME}\nTárgy: Kamera",
    "Outlook, Japanese": f"差出人: {US}\n送信日時: 2026年11月9日 8:15\n宛先: {ME}\n件名: カメラ",
    "Outlook, Chinese": f"发件人: {US}\n发送时间: 2026年11月9日 8:15\n收件人: {ME}\n主题: 摄像机",
    "the date first": f"Date: Mon, 9 Nov 2026 08:15:00 +0000\nSubject: Camera\nFrom: {OURS}\nTo: {ME}",
    "the subject first": f"Тема: Камера\nДата: 9 ноября 2026 8:15\nОт: {US}\nКому: {ME}",
    "a wrapped line in "
    "it": f"From: {US}\nSent: Monday, November 9, 2026 8:15 AM\nTo: {ME};\n second@reader.example\nSubject: Camera",
}
RULES = {
    "no rule": "",
    "a line": "_" * 32 + "\n",
    "dashes": "---\n",
    "a separator": "-----Original Message-----\n",
    "a Kazakh separator": "-----Бастапқы хат-----\n",
    "a German one": "-----Ursprüngliche Nachricht-----\n",
    "a French one": "-----Message d'origine-----\n",
    "a Spanish one": "-----Mensaje original-----\n",
}

SIGNS = {
    "iPhone": "Sent from my iPhone",
    "iPhone, Russian": "Отправлено с iPhone",
    "iPhone, German": "Von meinem iPhone gesendet",
    "iPhone, French": "Envoyé de mon iPhone",
    "iPhone, Spanish": "Enviado desde mi iPhone",
    "iPhone, Italian": "Inviato da iPhone",
    "iPhone, Dutch": "Verstuurd vanaf mijn iPhone",
    "iPhone, Polish": "Wysłane z iPhone'a",
    "iPhone, Japanese": "iPhoneから送信",
    "iPhone, Chinese": "发自我的iPhone",
    "iPhone, Korean": "나의 iPhone에서 보냄",
    "iPhone, Turkish": "iPhone'umdan gönderildi",
    "Samsung": "Отправлено с устройства Samsung Galaxy",
    "Outlook": "Get Outlook for Android",
    "Ukrainian": "Надіслано з iPhone",
    "Portuguese": "Enviado do meu iPhone",
    "Swedish": "Skickat från min iPhone",
    "Danish": "Sendt fra min iPhone",
    "mail.ru": "Отправлено из мобильной Почты Mail",
    "Czech": "Odesláno z iPhonu",
}

MINE = "Вторник подходит.\n\nСпасибо, жду мастера."

# {name: (the letter's text, the person's own)}
OTHERS: dict[str, tuple[str, str]] = {
    "own lines right above the attribution": (
        f"Код домофона 4521.\nКлюч у консьержа.\n09.11.2026, 08:15, Desk <{OURS}>:\n{OLD}",
        "Код домофона 4521.\nКлюч у консьержа.",
    ),
    "own lines without a stop above a Gmail line": (
        f"Жду в четверг\nпн, 9 нояб. 2026 г. в 08:15, {US}:\n\n{OLD}",
        "Жду в четверг",
    ),
    "below the quotation": (f"On Mon, Nov 9, 2026 at 8:15 AM {US} wrote:\n{OLD}\n\nВо вторник.", "Во вторник."),
    "between the lines": (
        "On 09/11/2026 08:15, Desk wrote:\n> Which camera?\nThe yard's.\n\n> Since when?\nMonday.",
        "The yard's.\n\nMonday.",
    ),
    "words after a telephone's line": (
        "Мигает красным.\n\nОтправлено с iPhone\n\nЗабыл: номер CX-77123, второй подъезд.",
        "Мигает красным.\n\nЗабыл: номер CX-77123, второй подъезд.",
    ),
    "a signature that tells whose contract it is": (
        "Не пишет.\n\nС уважением,\nОльга\nДоговор № 5511-К",
        "Не пишет.\n\nС уважением,\nОльга\nДоговор № 5511-К",
    ),
    "a signature that tells nothing": ("Не пишет.\n\nС уважением,\nОльга Белова\nООО «Ромашка»", "Не пишет."),
    "a signature in German": ("Sie läuft.\n\nMit freundlichen Grüßen\nMax Beispiel", "Sie läuft."),
    "a list's footer": (
        "It is dark.\n\n_______________________________________________\nall mailing list\nall@lists.reader.example\n"
        "https://lists.reader.example/",
        "It is dark.",
    ),
    "answers inside Outlook's old letter": (
        f"Ответил ниже, в вашем письме.\n\n{HEADS['Outlook, Russian']}\n\n1. Какая камера?\nСклад.\n2. С какого "
        "числа?\nС 3-го.",
        f"Ответил ниже, в вашем письме.\n\n{HEADS['Outlook, Russian']}\n\n1. Какая камера?\nСклад.\n2. С какого "
        "числа?\nС 3-го.",
    ),
    "an attribution that is prose": (
        "Мастер написал:\nприеду завтра\nи не приехал.",
        "Мастер написал:\nприеду завтра\nи не приехал.",
    ),
    "a date with a sentence": (
        "9 ноября 2026 в 08:15 погас экран, вот что вижу:\nчерноту",
        "9 ноября 2026 в 08:15 погас экран, вот что вижу:\nчерноту",
    ),
    "fields of one's own": (
        "Тема: камера\nАдрес: Садовая, 5\nДата: вчера",
        "Тема: камера\nАдрес: Садовая, 5\nДата: вчера",
    ),
    "an address with a colon": (
        "Пишите на ivan@reader.example:\nтам быстрее",
        "Пишите на ivan@reader.example:\nтам быстрее",
    ),
    "thanks alone": (f"👍\n\nOn Mon, Nov 9, 2026 at 8:15 AM {US} wrote:\n{OLD}", "👍"),
}

PASSED_ON = {
    "Gmail": "Посмотрите.\n\n---------- Forwarded message ---------\nFrom: Neighbour <n@home.example>\nDate: Mon\n"
    "Subject: K-4471\nTo: me\n\nIt is K-4471.",
    "Yandex": "-------- Пересылаемое сообщение --------\n09.11.2026, 08:15, Сосед <n@home.example>:\n\nНомер K-4471.\n"
    "-------- Конец пересылаемого сообщения --------",
    "Apple": "Begin forwarded message:\n\n> From: Neighbour <n@home.example>\n> Subject: camera\n>\n> It is K-4471.",
    "Apple, German": "Anfang der weitergeleiteten Nachricht:\n\n> Von: Nachbar <n@home.example>\n>\n> K-4471.",
    "Thunderbird, "
    "Frenc"
    "h": "-------- Message transféré --------\nSujet : caméra\nDate : lun\nDe : Voisin <n@home.example>\n\nK-4471.",
    "mail.ru": "Смотрите.\n\n-------- Пересланное сообщение --------\nОт: Сосед <n@home.example>\nКому: me\nДата: пн\n"
    "Тема: камера\n\nK-4471.",
}


def answer(text: str, *, subject: str = "Re: Camera", **fields: str) -> bytes:
    return plain(ME, subject, text, **fields)


def all_replies() -> dict[str, tuple[bytes, str]]:
    """{name: (letter, own words)}"""
    found: dict[str, tuple[bytes, str]] = {}
    for name, line in ATTRIBUTIONS.items():
        found[f"{name}, with marks"] = answer(f"{MINE}\n\n{line}\n\n{OLD}\n"), MINE
        found[f"{name}, without"] = answer(f"{MINE}\n\n{line}\n\n{ASKED}\n"), MINE
    for name, head in HEADS.items():
        found[name] = answer(f"{MINE}\n\n{head}\n\n{ASKED}\n"), MINE
    for name, rule in RULES.items():
        found[f"{name} above the head"] = answer(f"{MINE}\n\n{rule}{HEADS['Outlook, German']}\n\n{ASKED}"), MINE
    for name, sign in SIGNS.items():
        found[f"sent from: {name}"] = answer(f"{MINE}\n\n{sign}\n"), MINE
    for name, (text, own) in OTHERS.items():
        found[name] = answer(text), own
    return found
