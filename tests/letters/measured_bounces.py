"""Bounces, and what looks like one, written after the formats of real servers without a look at the code that reads
them: what landed right at the first try is told in docs/mail.md."""

from tests.letters.bounces import BACK, HEADS, LOST, OUR_ID, OURS, RETURNED, TEXT, Kept, parts, plain

STATUS = "message/delivery-status"
_QUOTED = "\n".join(f"> {line}" for line in RETURNED.split("\n"))


def _report(text: str, status: str, *, back: tuple[str, str] | None = (BACK, RETURNED), sender: str, subject: str,
            **fields: str) -> bytes:  # fmt: skip
    pieces = [(TEXT, text), (STATUS, status)] + ([back] if back else [])
    return parts(sender, subject, *pieces, kind="report; report-type=delivery-status", **fields)


REPORTS = (
    Kept("Postfix, host not found", _report(
        f"This is the mail system at host mail.camdesk.example.\n\nI'm sorry to have to inform you that your message could not\n"
        f"be delivered to one or more recipients. It's attached below.\n\n                   The mail system\n\n"
        f"<{LOST}>: Host or domain name not found. Name service error for\n    name=reader.example type=A: Host not found",
        f"Reporting-MTA: dns; mail.camdesk.example\nX-Postfix-Queue-ID: 4RkWq31\nX-Postfix-Sender: rfc822; {OURS}\n"
        f"Arrival-Date: Mon,  9 Nov 2026 08:14:59 +0300 (MSK)\n\nFinal-Recipient: rfc822; {LOST}\nOriginal-Recipient: rfc822;{LOST}\n"
        f"Action: failed\nStatus: 5.4.4\nDiagnostic-Code: X-Postfix; Host or domain name not found.\n",
        sender="MAILER-DAEMON@mail.camdesk.example (Mail Delivery System)", subject="Undelivered Mail Returned to Sender",
        Return_Path="<>", Auto_Submitted="auto-replied"), ours=True),
    Kept("Postfix, delayed", _report(
        "##################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n###\n\nYour message could not be delivered for more than 4 hour(s).\n"
        f"It will be retried until it is 5 day(s) old.\n\n<{LOST}>: connect to mx.reader.example[203.0.113.9]:25: Connection timed out",
        f"Reporting-MTA: dns; mail.camdesk.example\n\nFinal-Recipient: rfc822; {LOST}\nAction: delayed\nStatus: 4.4.1\n"
        "Diagnostic-Code: X-Postfix; connect to mx.reader.example: Connection timed out\nWill-Retry-Until: Sat, 14 Nov 2026 08:14:59 +0300\n",
        back=(HEADS, RETURNED.split("\n\n")[0] + "\n"), sender="MAILER-DAEMON (Mail Delivery System)",
        subject="Delayed Mail (still being retried)", Return_Path="<>"), permanent=False, ours=True),
    Kept("Exchange Online, English", _report(
        f"Your message to {LOST} couldn't be delivered.\n\nlost wasn't found at reader.example.\n\ndesk\tOffice 365\tlost\nAction Required\t\tRecipient\n\n"
        "Unknown To address\n\nHow to Fix It\nThe address may be misspelled or may not exist.\n\nDiagnostic information for administrators:\n"
        f"Generating server: AM0PR01MB0001.eurprd01.prod.exchangelabs.com\n{LOST}\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found'",
        f"Reporting-MTA: dns;AM0PR01MB0001.eurprd01.prod.exchangelabs.com\nReceived-From-MTA: dns;mail.camdesk.example\nArrival-Date: Mon, 9 Nov 2026 08:14:59 +0000\n\n"
        f"Final-Recipient: rfc822;{LOST}\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound\n",
        sender="<postmaster@reader.example>", subject="Undeliverable: Re: camera", Return_Path="<>",
        X_MS_Exchange_Message_Is_Ndr="", Auto_Submitted="auto-replied", In_Reply_To=f"<{OUR_ID}>"), ours=True),
    Kept("Exchange on premises, Russian, HTML alone and headers in the text", plain(
        "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@reader.example>", "Недоставлено: Re: camera",
        "<html><body><p><b>Сбой доставки следующим получателям или группам:</b></p><p><a href=\"mailto:" + LOST + "\">Ольга</a> (" + LOST + ")<br>"
        "Введенный адрес электронной почты не найден. Проверьте адрес и повторите отправку.</p>"
        "<p>Диагностические сведения для администраторов:</p><p>Формирующий сервер: ex01.reader.example</p>"
        f"<p>{LOST}<br>ex01.reader.example<br>#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##</p>"
        f"<p>Исходные заголовки сообщения:</p><pre>From: Desk &lt;{OURS}&gt;\nMessage-ID: &lt;{OUR_ID}&gt;\nSubject: Re: camera</pre></body></html>",
        Content_Type="text/html; charset=utf-8", Return_Path="<>"), ours=True),
    Kept("Exchange, German", _report(
        f"Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\n{LOST}<mailto:{LOST}>\nDas Postfach des Empfängers ist voll.\n\n"
        "Diagnoseinformationen für Administratoren:\nGenerierender Server: srv.reader.example",
        f"Reporting-MTA: dns;srv.reader.example\n\nFinal-Recipient: rfc822;{LOST}\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;554 5.2.2 mailbox full\n",
        sender="Postmaster <postmaster@reader.example>", subject="Unzustellbar: Re: camera", Return_Path="<>"), ours=True),
    Kept("Gmail, address not found", _report(
        f"\n** Address not found **\n\nYour message wasn't delivered to {LOST} because the address couldn't be found, or is unable to receive mail.\n\n"
        "Learn more here: https://support.google.com/mail/?p=NoSuchUser\n\nThe response was:\n\n550 5.1.1 The email account that you tried to reach does not exist.",
        f"Reporting-MTA: dns; googlemail.com\nArrival-Date: Mon, 09 Nov 2026 00:14:59 -0800 (PST)\nX-Original-Message-ID: <{OUR_ID}>\n\nFinal-Recipient: rfc822; {LOST}\n"
        "Action: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.reader.example. (203.0.113.9, the server for the domain reader.example.)\n"
        "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550 5.1.1 double-checking\nLast-Attempt-Date: Mon, 09 Nov 2026 00:15:00 -0800 (PST)\n",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>", subject="Delivery Status Notification (Failure)", Return_Path="<>",
        X_Failed_Recipients=LOST, Auto_Submitted="auto-replied", References=f"<{OUR_ID}>", In_Reply_To=f"<{OUR_ID}>"), ours=True),
    Kept("Gmail, Russian, still trying", _report(
        f"\n** Доставка не завершена **\n\nПри доставке вашего сообщения адресату {LOST} возникла временная проблема. Gmail будет повторять попытки ещё 46 часов. Если письмо так и не удастся доставить, вы получите уведомление.\n",
        f"Reporting-MTA: dns; googlemail.com\nX-Original-Message-ID: <{OUR_ID}>\n\nFinal-Recipient: rfc822; {LOST}\nAction: delayed\nStatus: 4.4.1\nWill-Retry-Until: Wed, 11 Nov 2026 00:15:00 -0800 (PST)\n",
        sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>", subject="Delivery Status Notification (Delay)", Return_Path="<>",
        Auto_Submitted="auto-replied"), permanent=False, ours=True),
    Kept("Yandex", _report(
        "This is the mail system at host forward502a.mail.yandex.net.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients. It's attached below.\n\n"
        f"К сожалению, Ваше сообщение не может быть отправлено одному или нескольким получателям.\n\n<{LOST}>: host mx.reader.example[203.0.113.9] said: 550 5.7.1\n    Policy rejection on the target address",
        f"Reporting-MTA: dns; forward502a.mail.yandex.net\nX-Yandex-Queue-ID: 0F41\nX-Yandex-Sender: rfc822; {OURS}\n\nFinal-Recipient: rfc822; {LOST}\nOriginal-Recipient: rfc822;{LOST}\nAction: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 Policy rejection on the target address\n",
        sender="mailer-daemon@yandex.ru", subject="Недоставленное сообщение", Return_Path="<>", Auto_Submitted="auto-replied"), ours=True),
    Kept("Sendmail with a transcript", _report(
        "The original message was received at Mon, 9 Nov 2026 08:14:59 +0300\nfrom desk [192.0.2.7]\n\n   ----- The following addresses had permanent fatal errors -----\n"
        f"<{LOST}>\n    (reason: 550 5.1.1 <{LOST}>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to mx.reader.example.:\n>>> DATA\n<<< 550 5.1.1 User unknown",
        f"Reporting-MTA: dns; relay.example\nReceived-From-MTA: DNS; desk\n\nFinal-Recipient: RFC822; {LOST}\nAction: failed\nStatus: 5.1.1\nRemote-MTA: DNS; mx.reader.example\nDiagnostic-Code: SMTP; 550 5.1.1 User unknown\n",
        sender="Mail Delivery Subsystem <MAILER-DAEMON@relay.example>", subject="Returned mail: see transcript for details", Return_Path="<MAILER-DAEMON>",
        Auto_Submitted="auto-generated (failure)"), ours=True),
    Kept("Courier", _report(
        f"This is a delivery status notification from relay.example,\nrunning the Courier mail server, version 0.73.\n\nThe original message was received on Mon, 09 Nov 2026\n\n---\n\n                           UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n<{LOST}>:\n    mx.reader.example [203.0.113.9]:\n>>> RCPT TO:<{LOST}>\n<<< 550 User unknown.",
        f"Reporting-MTA: dns; relay.example\n\nFinal-Recipient: rfc822; {LOST}\nAction: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx.reader.example [203.0.113.9]\nDiagnostic-Code: smtp; 550 User unknown.\n",
        back=(HEADS, RETURNED.split("\n\n")[0] + "\n"), sender='"Courier mail server at relay.example" <@>', subject="NOTICE: mail delivery status.", Return_Path="<>"), ours=True),
    Kept("Amazon SES", _report(
        "An error occurred while trying to deliver the mail to the following recipients:\n" + LOST,
        f"Reporting-MTA: dns; a14-3.smtp-out.eu-west-1.amazonses.com\n\nAction: failed\nFinal-Recipient: rfc822; {LOST}\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1\n",
        sender="MAILER-DAEMON@eu-west-1.amazonses.com", subject="Delivery Status Notification (Failure)", Return_Path="<>",
        Feedback_ID="1.eu-west-1.x:AmazonSES", X_SES_Outgoing="2026.11.09-54.240.1.1"), ours=True),
    Kept("Domino", _report(
        f"Your message\n\n  Subject: Re: camera\n\nwas not delivered to:\n\n  {LOST}\n\nbecause:\n\n  User lost (lost@reader.example) not listed in Domino Directory\n",
        f"Reporting-MTA: dns;notes.reader.example\n\nFinal-Recipient: rfc822;{LOST}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: X-Notes; User not listed in Domino Directory\n",
        sender="Postmaster@reader.example", subject="DELIVERY FAILURE: User lost not listed in Domino Directory"), ours=True),
    Kept("Proofpoint", _report(
        f"Your message to <{LOST}> was blocked by the recipient's mail filter.", f"Reporting-MTA: dns; mx0a-00001.pphosted.com\n\nFinal-Recipient: RFC822; {LOST}\nAction: failed\nStatus: 5.7.0\nDiagnostic-Code: SMTP; 550 5.7.0 Local Policy Violation\n",
        sender="Mail Delivery Subsystem <MAILER-DAEMON@mx0a-00001.pphosted.com>", subject="Undeliverable: blocked", Return_Path="<>", Precedence="bulk"), ours=True),
    Kept("iCloud, utf-8 report", parts(
        "Mail Delivery System <MAILER-DAEMON@icloud.com>", "Undelivered Mail Returned to Sender",
        (TEXT, f"<{LOST}>: user does not exist"),
        ("message/global-delivery-status", f"Reporting-MTA: dns; ms.icloud.com\n\nFinal-Recipient: utf-8; {LOST}\nAction: failed\nStatus: 5.1.1\n"),
        ("message/global-headers", RETURNED.split("\n\n")[0] + "\n"), kind="report; report-type=delivery-status", Return_Path="<>"), ours=True),
    Kept("Zoho", _report(
        f"This message was created automatically by mail delivery software.\n A message that you sent could not be delivered to one or more of its recipients. This is a permanent error.\n\n{LOST} , ERROR CODE :550 - Requested action not taken: mailbox unavailable",
        f"Reporting-MTA: dns; mx.zohomail.com\nArrival-Date: Mon, 09 Nov 2026 08:14:59 +0000\n\nFinal-Recipient: rfc822; {LOST}\nStatus: 550\nAction: failed\nDiagnostic-Code: Requested action not taken: mailbox unavailable\n",
        sender="mailer-daemon@mail.zoho.com", subject="Undelivered Mail Returned to Sender"), ours=True),
    Kept("relayed to the boss, and nobody at the second", _report(
        "One of two could not be reached.", f"Reporting-MTA: dns; x.example\n\nFinal-Recipient: rfc822; boss@reader.example\nAction: relayed\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; {LOST}\nAction: failed\nStatus: 5.1.1\n",
        sender="MAILER-DAEMON@x.example", subject="Delivery report", Return_Path="<>"), ours=True),
)  # fmt: skip

IN_WORDS = (
    Kept("Exim", plain("Mail Delivery System <Mailer-Daemon@relay.example>", "Mail delivery failed: returning message to sender",
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        f"  {LOST}\n    host mx.reader.example [203.0.113.9]\n    SMTP error from remote mail server after RCPT TO:<{LOST}>:\n    550 No such person at this address\n\n------ This is a copy of the message, including all the headers. ------\n\n{RETURNED}",
        Return_Path="<>", X_Failed_Recipients=LOST, Auto_Submitted="auto-replied"), ours=True),
    Kept("Exim warns", plain("Mail Delivery System <Mailer-Daemon@relay.example>", "Warning: message 1kc-0001-A delayed 24 hours",
        "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue on relay.example.\n\n"
        f"The message identifier is:     1kc-0001-A\nThe subject of the message is: Re: camera\n\nThe address to which the message has not yet been delivered is:\n\n  {LOST}\n    host mx.reader.example: 451 4.7.1 Greylisted\n\nNo action is required on your part. Delivery attempts will continue for some time.",
        Return_Path="<>", Auto_Submitted="auto-replied"), permanent=False),
    Kept("qmail", plain("MAILER-DAEMON@relay.example", "failure notice",
        f"Hi. This is the qmail-send program at relay.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<{LOST}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <{OURS}>\n{RETURNED}",
        Return_Path="<>"), ours=True),
    Kept("Mail.ru", plain("mailer-daemon@corp.mail.ru", "Mail failure.",
        f"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. The following addresses failed:\n\n{LOST}\n    mailbox is full: retry timeout exceeded\n\n**********************\n\nЭто письмо создано автоматически\nсервером Mail.Ru, отвечать на него не нужно.\n\nК сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:\n\n{LOST}\n\nПочтовый ящик получателя переполнен.\n\n{RETURNED}",
        Return_Path="<>", X_Failed_Recipients=LOST), ours=True),
    Kept("Rambler", plain("MAILER-DAEMON@rambler.ru (Mail Delivery System)", "Письмо не доставлено",
        f"Здравствуйте!\n\nПочтовая система Рамблер сообщает, что ваше письмо не удалось доставить по адресу {LOST}: такого пользователя не существует.\n\nОтвет сервера: 550 5.1.1 unknown user\n",
        Return_Path="<>")),
    Kept("Barracuda", plain("Barracuda Networks Spam Firewall <postmaster@gw.reader.example>", "**Message you sent blocked by our bulk email filter**",
        f"Your message to: {LOST}\nwas blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:\n\nSubject: Re: camera\n")),
    Kept("Mimecast", plain("Mimecast Postmaster <postmaster@mimecast.reader.example>", "[Postmaster] Email Delivery Failure",
        f"Your message was not delivered to {LOST}.\n\nThis is an automatic message that is created by the Mimecast service.\n\nThe email address you entered couldn't be found or is invalid.\n550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550\n\nMessage-ID: <{OUR_ID}>", Auto_Submitted="auto-replied"), ours=True),
    Kept("Symantec gateway", plain("Symantec Email Security.cloud <MAILER-DAEMON@messagelabs.com>", "Mail Delivery Failure",
        f"This is the mail delivery agent at messagelabs.com.\nI was unable to deliver your message to the following addresses.\n\n{LOST}\nReason: 553 sorry, relaying denied from your location (#5.7.1)\n", Return_Path="<>")),
    Kept("Kerio", plain("MAILER-DAEMON@kerio.reader.example", "Delivery failed",
        f"Сообщение не было доставлено следующим получателям:\n\n{LOST}\n  причина: 550 5.1.1 Mailbox does not exist\n", Return_Path="<>")),
    Kept("CommuniGate, Russian provider", plain("MAILER-DAEMON@reader.example", "Undeliverable mail: Re: camera",
        f"Failed to deliver to '{LOST}'\nLOCAL module(account lost) reports:\n account is full (quota exceeded)\n", Return_Path="<>")),
    Kept("quota, without a code or the null sender", plain("Mail Administrator <Postmaster@isp.example>", "Mail System Error - Returned Mail",
        f"This Message was undeliverable due to the following reason:\n\nThe user's account has exceeded its quota and cannot accept this mail.\n\nPlease reply to Postmaster@isp.example if you feel this message to be in error.\n\nUser quota exceeded: <{LOST}>\n")),
    Kept("a French provider", plain("Mailer Daemon <mailer-daemon@isp.example>", "Échec de la remise du message",
        f"Bonjour,\n\nVotre message n'a pas pu être remis au destinataire suivant :\n\n  {LOST}\n\nRaison : 550 5.1.1 adresse inconnue\n", Return_Path="<>")),
    Kept("a Polish provider", plain("MAILER-DAEMON@poczta.example", "Zwrot: Re: camera",
        f"Niestety, wiadomość nie mogła zostać dostarczona do następującego adresata:\n\n<{LOST}>: 550 5.1.1 Nie ma takiego użytkownika\n", Return_Path="<>")),
    Kept("a Ukrainian provider", plain("Mail Delivery System <mailer-daemon@ukr.example>", "Лист не доставлено",
        f"Ваш лист не вдалося доставити одержувачу {LOST}.\nПоштова скринька не існує (550 5.1.1).\n", Return_Path="<>")),
    Kept("a forwarding address whose end is full", plain("MAILER-DAEMON@fwd.example", "Undelivered Mail Returned to Sender",
        f"<elsewhere@other.example> (expanded from <{LOST}>): host mx.other.example said:\n    552 5.2.2 Mailbox full (in reply to RCPT TO command)\n\n{RETURNED}", Return_Path="<>", To=f"<{OURS}>"),
        recipient="elsewhere@other.example", ours=True),
    Kept("Turkish Exchange", plain("postmaster@firma.example", "Teslim edilemedi: Re: camera",
        f"Aşağıdaki alıcılara veya gruplara teslim edilemedi:\n\n{LOST}\nGirdiğiniz e-posta adresi bulunamadı.\n\nYöneticiler için tanılama bilgileri:\n#550 5.1.1 RESOLVER.ADR.RecipNotFound ##", Return_Path="<>")),
    Kept("Italian Exchange", plain("postmaster@ditta.example", "Non recapitabile: Re: camera",
        f"Recapito non riuscito per i seguenti destinatari o gruppi:\n\n{LOST}\nIndirizzo di posta elettronica non trovato.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound ##", Return_Path="<>")),
)  # fmt: skip

PEOPLE = tuple(
    Kept(name, raw, recipient=None, ours=ours)
    for name, raw, ours in (
        ("a customer passes a bounce on", plain("Ольга <olga@reader.example>", "Fwd: Undelivered Mail Returned to Sender",
            "Добрый день! Не могу отправить письмо вашему монтажнику, вот что приходит:\n\n-------- Пересылаемое сообщение --------\nОт: Mail Delivery System <MAILER-DAEMON@x.example>\n"
            "Тема: Undelivered Mail Returned to Sender\n\n<montazh@camdesk.example>: 550 5.1.1 User unknown"), False),
        ("a customer whose letters to the camera bounce", plain("Пётр <petr@reader.example>", "Камера не шлёт письма: mail delivery failed",
            "В журнале камеры: «Mail delivery failed: 550 5.7.1 relaying denied for cam12@reader.example». Что это значит?"), False),
        ("an administrator at postmaster", plain("Администратор домена <postmaster@tszh.example>", "Доступ к архиву",
            "Здравствуйте, прошу открыть доступ к архиву для chairman@tszh.example. Наш договор 4471."), False),
        ("answers below a bounce of theirs", plain("Olga <olga@reader.example>", "Re: camera",
            f"I tried your colleague and got 550 5.1.1 for {LOST}, are they still with you?\n\nOn Mon, Nov 9, 2026 at 8:15 AM Desk <{OURS}> wrote:\n{_QUOTED}", In_Reply_To=f"<{OUR_ID}>"), False),
        ("an ordinary read receipt", parts("Olga <olga@reader.example>", "Прочитано: Re: camera", (TEXT, "Ваше сообщение было прочитано."),
            ("message/disposition-notification", f"Final-Recipient: rfc822;olga@reader.example\nOriginal-Message-ID: <{OUR_ID}>\nDisposition: manual-action/MDN-sent-manually; displayed\n"),
            kind="report; report-type=disposition-notification"), False),
        ("delivered, says the report", _report("Your message was successfully delivered to the destination(s) listed below.",
            f"Reporting-MTA: dns; mx.reader.example\n\nFinal-Recipient: rfc822; {LOST}\nAction: delivered\nStatus: 2.1.5\n", sender="MAILER-DAEMON@mx.reader.example",
            subject="Successful Mail Delivery Report", Return_Path="<>"), False),
        ("a person named Failure", plain("Delivery Failure Fan <fan@reader.example>", "returned mail", "The parcel with the camera came back to you as undeliverable, tracking 5.5.1. Please send it again."), False),
        ("abuse report (ARF)", parts("Abuse <abuse@isp.example>", "complaint about message from 192.0.2.7", (TEXT, "This is an email abuse report for a message received from 192.0.2.7."),
            ("message/feedback-report", "Feedback-Type: abuse\nUser-Agent: X/1.0\nVersion: 1\n"), (BACK, RETURNED), kind="report; report-type=feedback-report"), False),
        ("DMARC aggregate", plain("noreply-dmarc-support@google.com", "Report domain: camdesk.example Submitter: google.com Report-ID: 12", "See attached."), False),
    )
)  # fmt: skip

# The second drawing, written after what the first one brought was mended, to see whether that generalises.
SECOND = (
    Kept("Exchange Online, Russian, a group that takes nobody", _report(
        f"Ваше сообщение для {LOST} не доставлено.\n\nУ вас нет разрешения на отправку сообщений этому получателю.\n\nКод ошибки: 550 5.7.133",
        f"Reporting-MTA: dns;DB8PR.eurprd.prod.outlook.com\n\nFinal-Recipient: rfc822;{LOST}\nAction: failed\nStatus: 5.7.133\nDiagnostic-Code: smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup\n",
        back=(HEADS, RETURNED.split("\n\n")[0] + "\n"), sender="Microsoft Outlook <postmaster@outlook.com>", subject="Недоставленное сообщение: Re: camera", Return_Path="<>"), ours=True),
    Kept("OpenSMTPD", plain("Mailer Daemon <MAILER-DAEMON@open.example>", "Delivery status notification: error",
        f"    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n    An error has occurred while attempting to deliver a message for\n    the following list of recipients:\n\n{LOST}: 550 5.1.1 <{LOST}>: Recipient address rejected\n\n    Below is a copy of the original message:\n\n{RETURNED}"), ours=True),
    Kept("Haraka", _report("Some of your recipients failed.", f"Reporting-MTA: dns; haraka.example\n\nFinal-Recipient: rfc822;{LOST}\nAction: failed\nStatus: 5.2.2\nRemote-MTA: mx.reader.example\nDiagnostic-Code: smtp;552 5.2.2 over quota\n",
        sender="MAILER-DAEMON@haraka.example", subject="failure notice"), ours=True),
    Kept("MailEnable", plain("postmaster@enable.example", "Message Delivery Failure",
        f"MailEnable: Message Delivery Failure.\n\nThe following recipient(s) could not be reached:\n\n\tRecipient: [SMTP:{LOST}]\n\tReason: Remote SMTP Server Returned: 550 No such user here\n\nMessage headers follow:\n\n{RETURNED}"), ours=True),
    Kept("hMailServer", plain("mailer-daemon@hmail.example", "Message undeliverable: Re: camera",
        f"Your message did not reach some or all of the intended recipients.\n\n   Sent: Mon, 09 Nov 2026 08:15:00\n   Subject: Re: camera\n\nThe following recipient(s) could not be reached:\n\n{LOST}\n   Error Type: SMTP\n   Remote server replied: 550 5.1.1 User unknown\n\nhMailServer\n", Return_Path="<>")),
    Kept("FortiMail", plain("FortiMail <postmaster@forti.example>", "Undelivered: Re: camera",
        f"Your message to {LOST} was rejected by the recipient's security policy (554 5.7.1).\n\nMessage-ID: <{OUR_ID}>", Return_Path="<>"), ours=True),
    Kept("Portuguese Exchange", plain("postmaster@empresa.example", "Não é possível entregar: Re: camera",
        f"Falha na entrega para estes destinatários ou grupos:\n\n{LOST}\nO endereço de email inserido não foi encontrado.\n\n#550 5.1.1 RESOLVER.ADR.RecipNotFound ##", Return_Path="<>")),
    Kept("Spanish provider", plain("Sistema de correo <mailer-daemon@correo.example>", "Mensaje no entregado",
        f"No se ha podido entregar su mensaje a {LOST}:\nbuzón lleno (552 5.2.2)\n", Return_Path="<>")),
    Kept("Kazakh provider", plain("MAILER-DAEMON@post.example", "Хат жеткізілмеді",
        f"Хатыңыз {LOST} мекенжайына жеткізілмеді: 550 5.1.1 user unknown\n", Return_Path="<>")),
    Kept("SendGrid drops", plain("Mail Delivery System <bounce@sg.example>", "Undelivered Mail Returned to Sender",
        f"<{LOST}>: 550 5.1.1 unrouteable address\n\n--- original message ---\n{RETURNED}", Return_Path="<>"), ours=True),
    Kept("a mailing service of a person", plain("Olga <olga@reader.example>", "Не доходит почта",
        f"Здравствуйте! Ваше письмо мне не дошло, коллега {LOST} тоже не получил. Пришлите ещё раз, пожалуйста."), recipient=None),
    Kept("the office administrator forwards a bounce in words", plain("admin@tszh.example", "Вопрос по уведомлениям",
        "Добрый день! Уведомления с камер на chairman@tszh.example не доставляются, сервер пишет 550 5.7.1. Проверьте, пожалуйста, вашу отправку. Ирина"), recipient=None),
)  # fmt: skip
