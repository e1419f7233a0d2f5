"""Answering machines, carriers and people, written without a look at the code that tells them apart."""

from tests.letters.bounces import OUR_ID, TEXT, parts, plain

_OLGA = "Olga <olga@reader.example>"
_RE = {"In_Reply_To": f"<{OUR_ID}>", "References": f"<{OUR_ID}>"}


def _plain(subject: str, text: str, sender: str = _OLGA, **fields: str) -> bytes:
    return plain(sender, subject, text, **fields)


# {name: (letter, whether a machine wrote it)}
MACHINES: dict[str, tuple[bytes, bool]] = {
    "Exchange, Russian": (_plain("Автоматический ответ: Re: camera", "Я в отпуске до 23 ноября.", X_Auto_Response_Suppress="All", Auto_Submitted="auto-generated", **_RE), True),
    "Exchange, German, external mark, no fields": (_plain("[EXTERN] Automatische Antwort: camera", "Ich bin bis 20.11. nicht im Büro.", **_RE), True),
    "Exchange, French, no fields": (_plain("Réponse automatique : camera", "Je suis absente jusqu'au 20 novembre.", **_RE), True),
    "Exchange, Polish, no fields": (_plain("Odpowiedź automatyczna: camera", "Jestem na urlopie.", **_RE), True),
    "Exchange, Italian, no fields": (_plain("Risposta automatica: camera", "Sono fuori ufficio.", **_RE), True),
    "Exchange, Spanish, no fields": (_plain("Respuesta automática: camera", "Estoy fuera de la oficina.", **_RE), True),
    "Exchange, Turkish, no fields": (_plain("Otomatik Yanıt: camera", "Ofis dışındayım.", **_RE), True),
    "Exchange, Ukrainian, no fields": (_plain("Автоматична відповідь: camera", "Я у відпустці.", **_RE), True),
    "Exchange, Portuguese, no fields": (_plain("Resposta automática: camera", "Estou de férias.", **_RE), True),
    "Exchange, Czech, no fields": (_plain("Automatická odpověď: camera", "Jsem mimo kancelář.", **_RE), True),
    "Exchange, Kazakh, no fields": (_plain("Автоматты жауап: camera", "Мен демалыстамын.", **_RE), True),
    "Gmail vacation": (_plain("Автоответ: Re: camera", "Отвечу в понедельник.", Precedence="bulk", X_Autoreply="yes", Auto_Submitted="auto-replied"), True),
    "Yandex rule": (_plain("Re: camera", "Ваше письмо получено, отвечу позже.", X_Yandex_Autoreply="yes", Auto_Submitted="auto-replied"), True),
    "Mail.ru autoreply": (_plain("Re: camera", "Я в отпуске.", sender="olga@mail.example", X_Autoreply="yes", X_Mailru_Autoreply="1"), True),
    "iPhone rule without fields": (_plain("Out of office: camera", "I am away until Monday.", **_RE), True),
    "vacation(1)": (_plain("away from my mail", "I will not be reading my mail for a while.", Precedence="junk", Auto_Submitted="auto-replied (vacation)"), True),
    "Zendesk confirms": (_plain("[Получено обращение] Re: camera", "##- Введите ответ над этой строкой -##\n\nВаше обращение (#4471) получено.", sender="Support <support@firm.example>", Auto_Submitted="auto-generated", X_Zendesk_From_Account_Id="aa1", X_Auto_Response_Suppress="All", **_RE), True),
    "Freshdesk confirms": (_plain("Ticket Received - camera", "Dear Desk, we have received your request.", sender="Firm <support@firm.freshdesk.example>", Auto_Submitted="auto-generated", X_Auto_Response_Suppress="All", X_Freshdesk_Notification="true"), True),
    "osTicket of theirs": (_plain("Re: camera [#123456]", "A request for support has been created.", sender="Support <support@firm.example>", X_Autoreply="yes", X_Auto_Response_Suppress="DR, RN, OOF, AutoReply", Auto_Submitted="auto-replied", Precedence="auto_reply"), True),
    "monitoring": (_plain("[Zabbix] PROBLEM: host down", "Trigger: cam-12 is unreachable", sender="zabbix@firm.example", Auto_Submitted="auto-generated"), True),
    "a newsletter": (_plain("Скидки на камеры", "Только сегодня", sender="Магазин <news@shop.example>", Precedence="bulk", List_Unsubscribe="<https://shop.example/u>", List_Id="news <news.shop.example>", Feedback_ID="12:shop:mail"), False),
    # People, whatever carried their words.
    "through a Google group": (_plain("Re: camera", "Да, приезжайте завтра.", sender="'Olga' via office <office@firm.example>", Precedence="list", List_Id="<office.firm.example>", Mailing_list="list office@firm.example", X_Google_Group_Id="1", **_RE), False),
    "Bitrix24": (_plain("Re: camera", "Подтверждаю визит.", sender="Ольга <olga@firm.bitrix24.example>", X_Bitrix_Posting="CRM", Precedence="bulk", List_Unsubscribe="<https://b24.example/u>", **_RE), False),
    "amoCRM": (_plain("Re: camera", "Подтверждаю визит.", sender="Ольга <olga@firm.example>", X_Mailer="amoCRM", Feedback_ID="7:amo", **_RE), False),
    "Zendesk agent answers": (_plain("Re: camera", "##- Please type your reply above this line -##\n\nOlga (Firm)\n\nYes, come tomorrow.", sender="Olga (Firm) <support@firm.example>", X_Mailer="Zendesk Mailer", X_Auto_Response_Suppress="All", **_RE), False),
    "Exchange rule passed it on": (_plain("Re: camera", "Да, приезжайте.", X_MS_Exchange_Inbox_Rules_Loop="olga@reader.example", **_RE), False),
    "Mailchimp-like carrier": (_plain("Вопрос по договору", "Почему выросла цена?", sender="Ольга <olga@firm.example>", X_Mailgun_Sid="WyI=", Feedback_ID="x:y", Precedence="bulk"), False),
    "holiday as a topic": (_plain("Уезжаю в отпуск: как отключить уведомления?", "Меня не будет две недели, камера шлёт тревоги."), False),
    "out of the office camera": (_plain("Office camera is out", "The camera out of office door 3 does not work since Monday."), False),
    "automatic gate": (_plain("Автоматические ворота не открываются", "Камера видит номер, ворота стоят."), False),
    "auto reply of the bot does not help": (_plain("Автоматический ответ вашего бота не помог", "Позовите человека."), False),
    "do not answer": (_plain("Не отвечайте мне по почте", "Перезвоните: +7 900 000-00-01."), False),
    "asked for a receipt": (_plain("Re: camera", "Жду.", Disposition_Notification_To="olga@reader.example", X_Auto_Response_Suppress="DR, OOF, AutoReply"), False),
    "from noreply in words": (_plain("Заявка с сайта", "Имя: Пётр\nТелефон: +7 900 000-00-02\nСообщение: не работает камера", sender="Сайт <noreply@site.example>", Reply_To="petr@reader.example"), False),
    "a scanner of the office": (parts("МФУ 3 этаж <scan@firm.example>", "Сообщение от KMBT_C224", (TEXT, "Договор во вложении, подпишите"), ("application/pdf; name=a.pdf", "%PDF-1.4")), False),
    "calendar answer": (parts(_OLGA, "Accepted: Visit", (TEXT, ""), ("text/calendar; method=REPLY", "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR"), kind="alternative"), False),
}  # fmt: skip

SECOND: dict[str, tuple[bytes, bool]] = {
    "Exchange, English, in brackets": (_plain("[External] Automatic reply: camera", "I'm out until Monday.", **_RE), True),
    "Exchange, Hungarian": (_plain("Automatikus válasz: camera", "Szabadságon vagyok.", **_RE), True),
    "Zimbra": (_plain("Re: camera", "I am away.", Auto_Submitted="auto-replied (zimbra; vacation)", Precedence="bulk"), True),
    "Thunderbird's rule": (_plain("Auto: Re: camera", "Ваше письмо получено, вернусь 20 ноября.", Auto_Submitted="auto-replied"), True),
    "a helpdesk in Russian": (_plain("Ваша заявка зарегистрирована [#4471]", "Заявке присвоен номер.", sender="Поддержка <support@firm.example>", Auto_Submitted="auto-generated", Precedence="bulk"), True),
    "a group of Yandex 360": (_plain("Re: camera", "Подойдёт среда.", sender="Ольга <olga@reader.example>", List_Id="<office.reader.example>", Precedence="bulk", **_RE), False),
    "HubSpot": (_plain("Re: camera", "Wednesday suits.", sender="Olga <olga@firm.example>", Feedback_ID="a:b:c:hs", Precedence="bulk", **_RE), False),
    "on sick leave, a person": (_plain("Re: camera", "Я на больничном, примет сын, его номер +7 900 000-00-03.", **_RE), False),
    "Auto in a model's name": (_plain("Auto-tracking does not follow", "PTZ stands still.", **_RE), False),
}  # fmt: skip
