import pytest

from camdesk.channels.mail.mime.html_text import html_to_text
from camdesk.channels.mail.mime.quoting import reply_text

OLD = "> Здравствуйте!\n> Что показывает индикатор на камере?\n> Поддержка"
OUTLOOK_RU = (
    "От: Поддержка <help@desk.example>\nОтправлено: 22 ноября 2026 г. 14:05\nКому: Иван <ivan@example.org>\n"
    "Тема: Обращение 1042\n\nЧто показывает индикатор?"
)
OUTLOOK_EN = (
    "From: Support <help@desk.example>\nSent: Sunday, November 22, 2026 2:05 PM\nTo: Ivan <ivan@example.org>\n"
    "Subject: RE: Ticket 1042\n\nWhat does the lamp show?"
)

FORWARDED = "---------- Forwarded message ---------\nОт: Сосед <s@example.org>\nDate: x\nSubject: y\nTo: z\n\nНе видно"

ROWS = {
    "a first letter stays as it is": ("Камера не работает.\n\nПомогите.", "Камера не работает.\n\nПомогите."),
    "Gmail in Russian": (
        f"Горит красным\n\nвс, 22 нояб. 2026 г. в 14:05, Поддержка <help@desk.example>:\n\n{OLD}",
        "Горит красным",
    ),
    "Gmail in English": (
        f"It is red\n\nOn Sun, Nov 22, 2026 at 2:05 PM Support <help@desk.example> wrote:\n\n{OLD}",
        "It is red",
    ),
    "Gmail whose attribution is broken over two lines": (
        f"It is red\n\nOn Sun, Nov 22, 2026 at 2:05 PM Support Team <\nhelp@desk.example> wrote:\n\n{OLD}",
        "It is red",
    ),
    "mail.ru": (
        f"Горит красным\n\nВоскресенье, 22 ноября 2026, 14:05 +03:00 от Поддержка <help@desk.example>:\n{OLD}",
        "Горит красным",
    ),
    "mail.ru without quotation marks": (
        "Горит красным\nВоскресенье, 22 ноября 2026, 14:05 +03:00 от Поддержка <help@desk.example>:\nЧто горит?",
        "Горит красным",
    ),
    "Yandex": (f'Горит красным\n\n22.11.2026, 14:05, "Поддержка" <help@desk.example>:\n{OLD}', "Горит красным"),
    "Yandex without quotation marks": (
        'Горит красным\n\n22.11.2026, 14:05, "Поддержка" <help@desk.example>:\nЧто горит?\nПоддержка',
        "Горит красным",
    ),
    "Apple, where the attribution is quoted too": (
        f"Горит красным\n\n> 22 нояб. 2026 г., в 14:05, Поддержка <help@desk.example> написал(а):\n> \n{OLD}",
        "Горит красным",
    ),
    "Apple in English": (
        f"Red\n\n> On 22 Nov 2026, at 14:05, Support <help@desk.example> wrote:\n> \n{OLD}",
        "Red",
    ),
    "Thunderbird in Russian": (f"Горит красным\n\n22.11.2026 14:05, Поддержка пишет:\n{OLD}", "Горит красным"),
    "Thunderbird in English": (f"Red\n\nOn 22/11/2026 14:05, Support wrote:\n{OLD}", "Red"),
    "The Bat": (
        "Горит красным\n\nВы писали 22 ноября 2026 г., 14:05:54:\n\nП> Что горит?\nП> Поддержка",
        "Горит красным",
    ),
    "Outlook in Russian": (f"Горит красным\n\n{OUTLOOK_RU}", "Горит красным"),
    "Outlook in English": (f"Red\n\n{OUTLOOK_EN}", "Red"),
    "Outlook with a rule above its block": (f"Red\n\n________________________________\n{OUTLOOK_EN}", "Red"),
    "Outlook's separator in Russian": ("Горит\n\n-----Исходное сообщение-----\nFrom: x\nЧто горит?", "Горит"),
    "Outlook's separator in English": ("Red\n\n-----Original Message-----\nWhat is red?", "Red"),
    "Outlook with bold field names": (
        "Red\n\n*From:* Support <h@d.example>\n*Sent:* Sunday 14:05\n*To:* Ivan\n*Subject:* x\n\nWhat?",
        "Red",
    ),
    "our own marker line": ("Горит красным\n\nОтветьте выше этой строки\n\nЧто горит?", "Горит красным"),
    "our marker below an attribution": (
        "Горит\n\n22.11.2026, 14:05, Поддержка <help@desk.example>:\nОтветьте выше этой строки\nЧто горит?",
        "Горит",
    ),
    "our marker with nothing above it keeps the answer below": (
        "Ответьте выше этой строки\n\n> Что горит?\n\nГорит красным",
        "Горит красным",
    ),
    "an answer below the quote": (f"22.11.2026 14:05, Поддержка пишет:\n{OLD}\n\nГорит красным", "Горит красным"),
    "answers between the quoted lines": (
        "22.11.2026 14:05, Поддержка пишет:\n> Какая камера?\nВо дворе\n> Что горит?\nКрасный",
        "Во дворе\nКрасный",
    ),
    "quotes within quotes": ("Да\n\n> Точно?\n>> Красный\n> > Что горит?", "Да"),
    "a signature after two dashes": ("Камера не работает\n-- \nИван Петров\n+7 900 000-00-00", "Камера не работает"),
    "a polite closing": ("Камера не работает\n\nС уважением,\nИван Петров\nООО «Ромашка»", "Камера не работает"),
    "a polite closing on one line": ("Камера не работает\n\nС уважением, Иван Петров", "Камера не работает"),
    "an English closing": ("It does not work.\n\nBest regards,\nIvan", "It does not work."),
    "sent from an iPhone": ("Горит красным\n\nОтправлено с iPhone", "Горит красным"),
    "sent from mail.ru's program": ("Горит\n\n--\nОтправлено из мобильной Почты Mail.ru", "Горит"),
    "sent from Yandex's program": ("Горит\n\n-- \nОтправлено из мобильного приложения Яндекс Почты", "Горит"),
    "sent from a phone in English": ("Red\n\nSent from my Galaxy", "Red"),
    "get Outlook": ("Red\n\nGet Outlook for iOS<https://aka.ms/o0ukef>", "Red"),
    "a signature and then the quoted letter": (
        f"Горит\n\nС уважением,\nИван\n\n22.11.2026, 14:05, Поддержка <help@desk.example>:\n{OLD}",
        "Горит",
    ),
    "a postscript after the signature is kept": (
        "Камера не работает\n\nС уважением,\nИван\n\nP.S. Звонить после шести",
        "Камера не работает\n\nP.S. Звонить после шести",
    ),
    "polite words that go on are no signature": (
        "С уважением отношусь к вашей работе, но камера не работает.",
        "С уважением отношусь к вашей работе, но камера не работает.",
    ),
    "with respect, but a sentence follows": (
        "Добрый день\nС уважением, но мастер опоздал\nКогда он приедет?",
        "Добрый день\nС уважением, но мастер опоздал\nКогда он приедет?",
    ),
    "a letter that is only a closing is kept": ("С уважением,\nИван", "С уважением,\nИван"),
    "a letter that is only a quote is kept": ("> Камера не работает", "> Камера не работает"),
    "a letter that is only quote and attribution is kept": (
        "22.11.2026, 14:05, Поддержка <help@desk.example>:\n> Камера?",
        "22.11.2026, 14:05, Поддержка <help@desk.example>:\n> Камера?",
    ),
    "one sign is an answer": (f"👍\n\n22.11.2026, 14:05, Поддержка <help@desk.example>:\n{OLD}", "👍"),
    "a plus is an answer": (f"+\n\n22.11.2026, 14:05, Поддержка <help@desk.example>:\n{OLD}", "+"),
    "a forwarded letter is kept whole": (
        f"Посмотрите\n\n{FORWARDED}",
        f"Посмотрите\n\n{FORWARDED}",
    ),
    "a letter forwarded from Yandex is kept whole": (
        "-------- Пересылаемое сообщение --------\n22.11.2026, 14:05, Сосед <s@example.org>:\n\nНе видно",
        "-------- Пересылаемое сообщение --------\n22.11.2026, 14:05, Сосед <s@example.org>:\n\nНе видно",
    ),
    "a letter forwarded from Apple is kept whole": (
        "Begin forwarded message:\n\n> From: Сосед <s@example.org>\n> Не видно",
        "Begin forwarded message:\n\n> From: Сосед <s@example.org>\n> Не видно",
    ),
    "a date and a time in prose are prose": (
        "22.11.2026 в 14:05 камера во дворе перестала показывать, вижу вот что:\nчёрный экран",
        "22.11.2026 в 14:05 камера во дворе перестала показывать, вижу вот что:\nчёрный экран",
    ),
    "a person wrote, in prose": (
        "Мастер написал:\nприеду завтра\nи не приехал",
        "Мастер написал:\nприеду завтра\nи не приехал",
    ),
    "a list of fields that is no header block": (
        "Адрес: Ленина, 5\nКамера: двор\nТема: не работает",
        "Адрес: Ленина, 5\nКамера: двор\nТема: не работает",
    ),
    "a list with dashes stays": ("Не работают:\n- двор\n- подъезд", "Не работают:\n- двор\n- подъезд"),
    "a table drawn with bars stays": (
        "| камера | состояние |\n| двор | нет |",
        "| камера | состояние |\n| двор | нет |",
    ),
    "nothing is nothing": ("", ""),
    "blanks are nothing": (" \n\n\t", ""),
}


@pytest.mark.parametrize("name", ROWS)
def test_reply_text(name: str) -> None:
    text, wanted = ROWS[name]
    assert reply_text(text) == wanted


HTML_ROWS = {
    "Gmail's mark-up": (
        '<div dir="ltr">Горит красным</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">вс, 22 нояб. '
        '2026 г. в 14:05, Поддержка &lt;<a href="mailto:help@desk.example">help@desk.example</a>&gt;:<br></div>'
        '<blockquote class="gmail_quote">Что горит?</blockquote></div>',
        "Горит красным",
    ),
    "Yandex's mark-up": (
        '<div>Горит красным</div><div> </div><div>22.11.2026, 14:05, "Поддержка" &lt;help@desk.example&gt;:</div>'
        "<blockquote><div>Что горит?</div></blockquote>",
        "Горит красным",
    ),
    "mail.ru's mark-up": (
        "<div>Горит красным</div><blockquote>Воскресенье, 22 ноября 2026, 14:05 +03:00 от Поддержка "
        "&lt;help@desk.example&gt;:<br><div>Что горит?</div></blockquote>",
        "Горит красным",
    ),
    "Outlook's mark-up in a language we do not know": (
        '<div>Rood</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Van:</b> Support</div>'
        "<div>Wat is rood?</div>",
        "Rood",
    ),
    "Apple's mark-up": (
        "<div>Горит красным</div><div><br><blockquote><div>22 нояб. 2026 г., в 14:05, Поддержка написал(а):</div>"
        "<div>Что горит?</div></blockquote></div>",
        "Горит красным",
    ),
    "an answer below the quote": ("<blockquote>Что горит?</blockquote><p>Горит красным</p>", "Горит красным"),
}


@pytest.mark.parametrize("name", HTML_ROWS)
def test_reply_text_of_html(name: str) -> None:
    source, wanted = HTML_ROWS[name]
    assert reply_text(html_to_text(source, marks=True)) == wanted
