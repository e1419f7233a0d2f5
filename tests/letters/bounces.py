"""Letters of mail servers, filters and gateways that say that ours did not arrive; and what each must give."""

from dataclasses import dataclass

OURS = "desk@camdesk.example"
LOST = "lost@reader.example"
OUR_ID = "77.0123456789abcdef01234567.example@camdesk.example"


@dataclass(frozen=True)
class Kept:
    """`recipient` None: it is no bounce."""

    name: str
    raw: bytes
    recipient: str | None = LOST
    permanent: bool = True
    ours: bool = False  # our Message-ID is found in it


def _head(sender: str, subject: str, fields: dict[str, str]) -> str:
    usual = {
        "From": sender, "To": OURS, "Subject": subject, "Date": "Mon, 09 Nov 2026 08:15:00 +0000",
        "Message-ID": "<n1@server.example>", "MIME-Version": "1.0",
    }  # fmt: skip
    return "".join(f"{name}: {value}\n" for name, value in (usual | fields).items() if value)


def plain(sender: str, subject: str, text: str, *, charset: str = "utf-8", **fields: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    named.setdefault("Content-Type", f"text/plain; charset={charset}")
    return (_head(sender, subject, named) + "\n" + text).encode(charset).replace(b"\n", b"\r\n")


RETURNED = f"From: Desk <{OURS}>\nTo: {LOST}\nSubject: Re: camera\nMessage-ID: <{OUR_ID}>\n\nHave you seen it?\n"


def parts(sender: str, subject: str, *pieces: tuple[str, str], kind: str = "mixed", **fields: str) -> bytes:
    named = {name.replace("_", "-"): value for name, value in fields.items()}
    named["Content-Type"] = f'multipart/{kind}; boundary="=_b"'
    body = "".join(f"--=_b\nContent-Type: {type_}\n\n{text}\n" for type_, text in pieces)
    return (_head(sender, subject, named) + "\n" + body + "--=_b--\n").encode().replace(b"\n", b"\r\n")


TEXT, BACK, HEADS = "text/plain; charset=utf-8", "message/rfc822", "text/rfc822-headers"


def report(status: str, *, text: str = "See below.", sender: str = "MAILER-DAEMON@mx.server.example",
           subject: str = "Undelivered Mail Returned to "
                          "Sender", back: bool = True, **fields: str) -> bytes:  # fmt: skip
    pieces = [(TEXT, text), ("message/delivery-status", status)] + ([(BACK, RETURNED)] if back else [])
    return parts(sender, subject, *pieces, kind="report; report-type=delivery-status", Return_Path="<>", **fields)


_MTA = "Reporting-MTA: dns; mx.server.example\nArrival-Date: Mon, 9 Nov 2026 08:14:59 +0000\n\n"

REPORTS = (
    Kept(
        "Postfix, no such user",
        report(
            _MTA
            + f"Final-Recipient: rfc822; {LOST}\nOriginal-Recipient: rfc822;{LOST}\nAction: failed\nStatus: 5.1.1\n"
            "Remote-MTA: dns; mx.reader.example\nDiagnostic-Code: smtp; 550 5.1.1 unknown"
        ),
        ours=True,
    ),
    Kept(
        "Postfix, sent on from where we wrote to",
        report(
            _MTA
            + f"Final-Recipient: rfc822; box@elsewhere.example\nOriginal-Recipient: rfc822;{LOST}\nAction: failed\n"
            "Status: 5.2.2"
        ),
        ours=True,
    ),
    Kept(
        "Postfix, still trying",
        report(
            _MTA
            + f"Final-Recipient: rfc822; {LOST}\nAction: delayed\nStatus: 4.4.1\nWill-Retry-Until: Fri, 13 Nov 2026 "
            "08:14:59 +0000",
            subject="Delayed Mail (still being retried)",
        ),
        permanent=False,
        ours=True,
    ),
    Kept(
        "Postfix, delivered",
        report(
            _MTA + f"Final-Recipient: rfc822; {LOST}\nAction: relayed\nStatus: 2.0.0",
            subject="Successful Mail Delivery Report",
        ),
        recipient=None,
    ),
    Kept(
        "Exchange, its own kind of address first",
        report(
            _MTA
            + f"Original-Recipient: x400; /CN=LOST/\nFinal-Recipient: RFC822;{LOST}\nAction: failed\nStatus: 5.1.10",
            sender="postmaster@server.example",
            subject="Undeliverable: Re: camera",
        ),
        ours=True,
    ),
    Kept(
        "sendmail, several",
        report(
            _MTA + "Final-Recipient: RFC822; first@reader.example\nAction: delivered\nStatus: 2.1.5\n\n"
            f"Final-Recipient: RFC822; {LOST}\nAction: failed\nStatus: 5.7.1"
        ),
        ours=True,
    ),
    Kept(
        "several without the line between",
        report(
            _MTA + "Final-Recipient: RFC822; first@reader.example\nAction: delivered\nStatus: 2.1.5\n"
            f"Final-Recipient: RFC822; {LOST}\nAction: failed\nStatus: 5.7.1"
        ),
        ours=True,
    ),
    Kept(
        "a code where a status belongs",
        report(_MTA + f"Final-Recipient: rfc822; {LOST}\nAction: failed\nStatus: 452"),
        permanent=False,
        ours=True,
    ),
    Kept(
        "no status, a diagnostic of the server",
        report(_MTA + f"Final-Recipient: rfc822; {LOST}\nAction: failed\nDiagnostic-Code: smtp; 450 try tomorrow"),
        permanent=False,
        ours=True,
    ),
    Kept("no action", report(_MTA + f"Final-Recipient: rfc822; {LOST}\nStatus: 5.4.4 (host is unknown)"), ours=True),
    Kept(
        "undeliverable instead of failed",
        report(_MTA + f"Final-Recipient: rfc822; {LOST}\nAction: undeliverable\nStatus: 5.0.0"),
        ours=True,
    ),
    Kept(
        "deferred instead of delayed",
        report(_MTA + f"Final-Recipient: rfc822; {LOST}\nAction: deferred\nStatus: 4.2.0"),
        permanent=False,
        ours=True,
    ),
    Kept(
        "expired",
        report(_MTA + f"Final-Recipient: rfc822; {LOST}\nAction: expired\nStatus: 4.4.7"),
        permanent=False,
        ours=True,
    ),
    Kept(
        "status above all recipients",
        report(f"Reporting-MTA: dns; mx\nStatus: 5.1.2\nAction: failed\n\nFinal-Recipient: rfc822; {LOST}"),
        ours=True,
    ),
    Kept("nobody named, the returned letter says who", report("Reporting-MTA: dns; mx\n"), ours=True),
    Kept(
        "nobody named, the text says who",
        report("Reporting-MTA: dns; mx\n", text=f"We could not hand this over:\n\n   {LOST}\n", back=False),
    ),
    Kept(
        "brackets and a comment",
        report(_MTA + f"Final-Recipient: rfc822; <{LOST}> (Lost Reader)\nAction: Failed (no such box)\nStatus: 5.1.1"),
        ours=True,
    ),
    Kept(
        "an address in xtext",
        report(_MTA + "Original-Recipient: rfc822;lost+40reader.example\nAction: failed\nStatus: 5.1.1"),
        ours=True,
    ),
    Kept(
        "an address of the whole world",
        parts(
            "MAILER-DAEMON@mx.server.example",
            "Undelivered Mail",
            (TEXT, "x"),
            (
                "message/global-delivery-status",
                f"Reporting-MTA: dns; mx\n\nFinal-Recipient: utf-8; {LOST}\nAction: failed\nStatus: 5.1.1",
            ),
            kind="report; report-type=delivery-status",
        ),
    ),
    Kept(
        "Amazon SES",
        report(
            f"Reporting-MTA: dns; a1.smtp-out.amazonses.example\n\nAction: failed\nFinal-Recipient: rfc822; {LOST}\n"
            "Diagnostic-Code: smtp; 550 5.1.1 user unknown\nStatus: 5.1.1",
            sender="MAILER-DAEMON@amazonses.example",
            subject="Delivery Status Notification (Failure)",
        ),
        ours=True,
    ),
    Kept(
        "Gmail",
        report(
            f"Reporting-MTA: dns; googlemail.example\n\nFinal-Recipient: rfc822; {LOST}\nAction: failed\nStatus: "
            "5.7.26\n"
            "Diagnostic-Code: smtp; 550-5.7.26 unauthenticated",
            sender="Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            subject="Delivery Status Notification (Failure)",
            X_Failed_Recipients=LOST,
        ),
        ours=True,
    ),
    Kept(
        "only the head of our letter came back",
        parts(
            "postmaster@server.example",
            "Mail delivery failed",
            (TEXT, f"{LOST}: 554 5.7.1 policy"),
            (HEADS, RETURNED),
            kind="report; report-type=delivery-status",
        ),
        ours=True,
    ),
    Kept(
        "a feedback loop's complaint",
        parts(
            "staff@provider.example",
            "complaint about message from 192.0.2.7",
            (TEXT, "An abuse report."),
            ("message/feedback-report", "Feedback-Type: abuse\nUser-Agent: Loop/1\nVersion: 1\n"),
            (BACK, RETURNED),
            kind="report; report-type=feedback-report",
        ),
        recipient=None,
    ),
    Kept(
        "Dovecot's sieve throws it away",
        parts(
            "Mail Delivery Subsystem <postmaster@reader.example>",
            "Rejected: Re: camera",
            (TEXT, f"Your message to <{LOST}> was automatically rejected:\nI do not read this."),
            (
                "message/disposition-notification",
                f"Reporting-UA: reader.example; Mail Delivery Agent\nFinal-Recipient: rfc822; {LOST}\n"
                "Original-Message-ID: "
                f"<{OUR_ID}>\nDisposition: automatic-action/MDN-sent-automatically; deleted",
            ),
            kind="report; report-type=disposition-notification",
            Auto_Submitted="auto-replied (rejected)",
            Return_Path="<>",
        ),
        ours=True,
    ),
    Kept(
        "a reader's program failed on it",
        parts(
            "lost@reader.example",
            "Notification",
            (TEXT, "An error came up."),
            (
                "message/disposition-notification",
                f"Final-Recipient: rfc822; {LOST}\nDisposition: automatic-action/MDN-sent-automatically; "
                "processed/error",
            ),
            kind="report; report-type=disposition-notification",
        ),
    ),
    Kept(
        "read",
        parts(
            f"Lost <{LOST}>",
            "Read: Re: camera",
            (TEXT, "Your message was read on Monday."),
            (
                "message/disposition-notification",
                f"Final-Recipient: rfc822;{LOST}\nDisposition: manual-action/MDN-sent-manually; displayed",
            ),
            kind="report; report-type=disposition-notification",
        ),
        recipient=None,
    ),
    Kept(
        "deleted without being read",
        parts(
            f"Lost <{LOST}>",
            "Not read: Re: camera",
            (TEXT, "Your message was deleted without being read."),
            (
                "message/disposition-notification",
                f"Final-Recipient: rfc822;{LOST}\nDisposition: automatic-action/MDN-sent-automatically; deleted",
            ),
            kind="report; report-type=disposition-notification",
        ),
        recipient=None,
    ),
)

_DAEMON = "MAILER-DAEMON@server.example"
WORDS = (
    Kept(
        "qmail",
        plain(
            _DAEMON,
            "failure notice",
            "Hi. This is the qmail-send program at server.example.\nI'm afraid I wasn't able to deliver your message "
            "to the "
            f"following addresses.\nThis is a permanent error; I've given up.\n\n<{LOST}>:\n192.0.2.9 does not like "
            "recipient.\n"
            "Remote host said: 550 no such user here\n\n--- Below this line is a copy of the message.\n\n" + RETURNED,
        ),
        ours=True,
    ),
    Kept(
        "qmail, too long in the queue",
        plain(
            _DAEMON,
            "failure notice",
            f"Hi. This is the qmail-send program at server.example.\n\n<{LOST}>:\nI'm not going to try again; this "
            "message has been in "
            "the queue too long. (#4.4.1)\n\n--- Below this line is a copy of the message.\n\n" + RETURNED,
        ),
        permanent=False,
        ours=True,
    ),
    Kept(
        "Exim",
        plain(
            "Mail Delivery System <Mailer-Daemon@server.example>",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could not "
            "be delivered "
            f"to one or more of its\nrecipients. The following address(es) failed:\n\n  {LOST}\n    all relevant MX "
            "records point to "
            "non-existent hosts\n\n------ This is a copy of the message, including all the headers. ------\n\n"
            + RETURNED,
        ),
        ours=True,
    ),
    Kept(
        "Exim, frozen hope",
        plain(
            "Mail Delivery System <Mailer-Daemon@server.example>",
            "Warning: message 1xYz-0001-AB delayed 48 hours",
            "A message that you sent has not yet been delivered to one or more of its recipients after more than 48 "
            "hours on the "
            f"queue.\n\nThe address to which the message has not yet been delivered is:\n\n  {LOST}\n\nNo action is "
            "required on your "
            "part. Delivery attempts will continue.",
        ),
        permanent=False,
    ),
    Kept(
        "sendmail before reports",
        plain(
            "Mail Delivery Subsystem <MAILER-DAEMON@server.example>",
            "Returned mail: User unknown",
            f"   ----- The following addresses had permanent fatal errors -----\n<{LOST}>\n\n   ----- Transcript of "
            "session follows "
            f"-----\n... while talking to mx.reader.example.:\n>>> RCPT To:<{LOST}>\n<<< 550 {LOST}... User unknown\n\n"
            "   ----- Original message follows -----\n\n" + RETURNED,
        ),
        ours=True,
    ),
    Kept(
        "sendmail warns",
        plain(
            "Mail Delivery Subsystem <MAILER-DAEMON@server.example>",
            "Warning: could not send message for past 4 hours",
            "    ** THIS IS A WARNING MESSAGE ONLY **\n    ** YOU DO NOT NEED TO RESEND YOUR MESSAGE **\n\n   ----- "
            "The following "
            f"addresses had transient non-fatal errors -----\n<{LOST}>\n\nWill keep trying until message is 5 days old",
        ),
        permanent=False,
    ),
    Kept(
        "Exchange 2003 in words",
        plain(
            "System Administrator <postmaster@server.example>",
            "Undeliverable: Re: camera",
            f"Your message\n\n  To:      {OURS}\n  Subject: Re: camera\n\ndid not reach the following recipient(s):\n"
            f"\n{LOST} on Mon, 9 "
            "Nov 2026 08:15:00 +0000\n    The recipient name is not recognized\n",
        ),
    ),
    Kept(
        "Exchange in Russian",
        plain(
            "Microsoft Outlook <postmaster@server.example>",
            "Не удается доставить: Re: camera",
            f"Не удалось выполнить доставку следующим получателям или группам рассылки:\n\n{LOST}\nПочтовый ящик "
            "получателя переполнен.\n\n"
            "Диагностические сведения для администраторов:\n#550 5.2.2 mailbox full",
        ),
    ),
    Kept(
        "Exchange in German",
        plain(
            "postmaster@server.example",
            "Unzustellbar: Re: camera",
            f"Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\n{LOST}\nDie E-Mail-Adresse "
            "wurde nicht gefunden.\n"
            "Remote Server returned '550 5.1.1 RESOLVER.ADR.RecipNotFound'",
        ),
    ),
    Kept(
        "Exchange in French",
        plain(
            "postmaster@server.example",
            "Non remis : Re: camera",
            f"Échec de la remise aux destinataires ou groupes suivants :\n\n{LOST}\nL'adresse de messagerie est "
            "introuvable.",
            Return_Path="<>",
        ),
    ),
    Kept(
        "Office 365, in HTML alone",
        plain(
            "Microsoft Outlook <MicrosoftExchange329e@server.example>",
            "Undeliverable: Re: camera",
            f"<html><body><p>Your message to <b>{LOST}</b> couldn't be delivered.</p><p>lost wasn't found at "
            "reader.example.</p>"
            "<p>Remote server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'</p></body></html>",
            Return_Path="<>",
            Content_Type="text/html; charset=utf-8",
        ),
    ),
    Kept(
        "Domino",
        parts(
            "Postmaster <postmaster@server.example>",
            "DELIVERY FAILURE: User lost (lost@reader.example) not listed in Directory",
            (
                TEXT,
                f"Your message\n\n  Subject: Re: camera\n\nwas not delivered to:\n\n  {LOST}\n\nbecause:\n\n  User "
                f"lost ({LOST}) not "
                "listed in Domino Directory",
            ),
        ),
    ),
    Kept(
        "Notes, old",
        plain(
            "Postmaster <postmaster@server.example>",
            "Delivery failed",
            f"------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n{LOST}\n\n------- "
            "Returned Message "
            "--------\n\n" + RETURNED,
        ),
        ours=True,
    ),
    Kept(
        "GroupWise",
        plain(
            "Mailer-Daemon@server.example",
            "Message status - undeliverable",
            f"The message that you sent was undeliverable to the following:\n\t{LOST} (mailbox does not exist)\n\n"
            "Possibly truncated "
            "original message follows:",
        ),
    ),
    Kept(
        "IMail",
        plain(
            "Postmaster <postmaster@server.example>",
            "Undeliverable Mail",
            f"Unknown user: {LOST}\n\nRCPT TO generated following response:\n550 not here\n\nOriginal message "
            "follows.\n\n" + RETURNED,
        ),
        ours=True,
    ),
    Kept(
        "Courier",
        plain(
            '"Courier mail server at server.example" <@>',
            "NOTICE: mail delivery status.",
            "This is a delivery status notification from server.example,\nrunning the Courier mail server.\n\nThe "
            "original message was "
            f"received on Mon, 09 Nov 2026.\n\nYOUR MESSAGE IS BEING RETURNED.\n\n<{LOST}>:\n    554 5.1.1 User "
            "unknown",
            Return_Path="<>",
        ),
    ),
    Kept(
        "mail.ru",
        plain(
            "Mail Delivery System <mailer-daemon@corp.server.example>",
            "Mail failure.",
            "**********************\n** Это письмо создано автоматически **\n**********************\n\nПисьмо не "
            "может быть доставлено одному "
            f"или нескольким получателям:\n\n  {LOST}\n    host mx.reader.example said: 550 Message was not accepted "
            "-- invalid mailbox.",
        ),
    ),
    Kept(
        "mail.ru, full",
        plain(
            "mailer-daemon@corp.server.example",
            "Mail delivery failed: returning message to sender",
            f"Ваше письмо не доставлено следующим адресатам:\n  {LOST}\n    почтовый ящик переполнен",
        ),
    ),
    Kept(
        "Yandex",
        plain(
            "mailer-daemon@ya.server.example",
            "Недоставленное сообщение",
            "Это письмо отправлено почтовым сервером ya.server.example.\n\nК сожалению, мы вынуждены сообщить Вам о "
            "том, что Ваше письмо не "
            f"может\nбыть отправлено одному или нескольким адресатам. Причины указаны ниже.\n\n<{LOST}>: host "
            "mx[192.0.2.3] said: 550 5.7.1 "
            "No such user!",
        ),
    ),
    Kept(
        "Gmail in Russian",
        plain(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Failure)",
            f"Адрес не найден\n\nВаше письмо не доставлено по адресу {LOST}, поскольку адрес не удалось найти или он "
            "не может принимать письма.",
        ),
    ),
    Kept(
        "Gmail waits",
        plain(
            "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
            "Delivery Status Notification (Delay)",
            f"Delivery incomplete\n\nThere was a temporary problem delivering your message to {LOST}. Gmail will "
            "retry for 45 more hours.",
        ),
        permanent=False,
    ),
    Kept(
        "Zoho",
        plain(
            "mailer-daemon@mail.zoho.example",
            "Undelivered Mail Returned to Sender",
            "This message was created automatically by mail delivery software.\nA message that you sent could not be "
            "delivered to one or more "
            f"of its recipients. This is a permanent error.\n\n{LOST}, ERROR CODE :550 - Requested action not taken: "
            "mailbox unavailable",
        ),
    ),
    Kept(
        "Proofpoint",
        plain(
            "Mail Delivery Subsystem <MAILER-DAEMON@mx0a.gate.example>",
            "Returned mail: see transcript for details",
            f"   ----- The following addresses had permanent fatal errors -----\n<{LOST}>\n    (reason: 550 5.7.0 "
            "Local Policy Violation)",
        ),
    ),
    Kept(
        "Mimecast",
        parts(
            "postmaster@gate.example",
            "[Postmaster] Email Delivery Failure",
            (
                TEXT,
                f"Your message could not be delivered:\n\nTo: {LOST}\nReason: 550 Rejected by header based manual "
                "blocks",
            ),
            (BACK, RETURNED),
        ),
        ours=True,
    ),
    Kept(
        "Barracuda",
        plain(
            "postmaster@gate.example",
            "**Message you sent blocked by our bulk email filter**",
            f"Your message to: {LOST}\nwas blocked by our Spam Firewall. The email you sent with the following "
            "subject has NOT BEEN DELIVERED:\n"
            "Subject: Re: camera",
            Return_Path="<>",
        ),
    ),
    Kept(
        "MessageLabs",
        plain(
            "MAILER-DAEMON@gate.example",
            "Mail Delivery Failure",
            "This is the mail delivery agent at gate.example.\nI was unable to deliver your message to the "
            f"following addresses:\n\n{LOST}\n\n"
            "Reason: 550 no thank you",
        ),
    ),
    Kept(
        "Symantec's gateway",
        plain(
            "mail_gateway_admin <smtp_gateway@gate.example>",
            "Delivery failure",
            f"The following message could not be delivered.\nRecipient: {LOST}\nServer response: 550 5.1.1 user "
            "unknown",
        ),
    ),
    Kept(
        "a filter that tells its name",
        plain(
            "antispam-filter@gate.example",
            "Message rejected: Re: camera",
            f"Your message to {LOST} was rejected.\nStatus: 554 5.7.1 content",
        ),
    ),
    Kept(
        "InterScan",
        plain(
            "InterScan Messaging <postmaster@gate.example>",
            "Mail could not be delivered",
            f"****** Message from InterScan ******\n\nSent <<< RCPT TO:<{LOST}>\nReceived >>> 550 5.1.1 <{LOST}>... "
            "User Unknown\n\n"
            "Unable to deliver message.",
        ),
    ),
    Kept(
        "Apache James",
        parts(
            "MAILER-DAEMON@james.server.example",
            "[BOUNCE] Re: camera",
            (
                TEXT,
                f"Message details:\n  MAIL FROM: {OURS}\n  RCPT TO: {LOST}\n\nFailed recipient(s):\n{LOST}\n\nError "
                "message:\n550 no such user",
            ),
            (BACK, RETURNED),
        ),
        ours=True,
    ),
    Kept(
        "in Japanese",
        plain(
            "MAILER-DAEMON@keitai.server.example",
            "配信不能通知",
            f"次の宛先にメールを配信できませんでした。\n\n<{LOST}>\n\n550 unknown user",
            charset="iso-2022-jp",
            Content_Transfer_Encoding="7bit",
        ),
    ),
    Kept(
        "in Chinese",
        plain(
            "postmaster@qiye.server.example",
            "系统退信",
            f"抱歉，您的邮件被退回来了。\n收件人 {LOST}\n退信原因：邮箱不存在 550 Mailbox not found",
            Return_Path="<>",
        ),
    ),
    Kept(
        "in Korean",
        plain(
            "mailer-daemon@server.example",
            "메일 전송 실패 알림",
            f"다음 받는 사람에게 메일을 전송하지 못했습니다.\n{LOST}\n550 5.1.1",
        ),
    ),
    Kept(
        "in Spanish",
        plain(
            "postmaster@server.example",
            "No se puede entregar: Re: camera",
            f"No se pudo entregar el mensaje a los siguientes destinatarios:\n\n{LOST}\n\n550 5.1.1 buzón inexistente",
        ),
    ),
    Kept(
        "in Italian",
        plain(
            "mailer-daemon@server.example",
            "Mancata consegna",
            f"Impossibile consegnare il messaggio ai seguenti destinatari:\n{LOST}\n",
        ),
    ),
    Kept(
        "in Portuguese",
        plain(
            "mailer-daemon@server.example",
            "Mensagem devolvida",
            f"Não foi possível entregar a mensagem para {LOST}.\n554 5.4.14",
        ),
    ),
    Kept(
        "in Polish",
        plain(
            "mailer-daemon@server.example",
            "Niedostarczona wiadomość",
            f"Nie udało się dostarczyć wiadomości do: {LOST}\n550 5.1.1",
        ),
    ),
    Kept(
        "in Turkish",
        plain("mailer-daemon@server.example", "İletilemedi: camera", f"Mesajınız teslim edilemedi:\n{LOST}\n#5.1.1"),
    ),
    Kept(
        "in Ukrainian",
        plain(
            "mailer-daemon@server.example",
            "Помилка доставки",
            f"Не вдалося доставити лист одержувачу {LOST}: скриньки немає (550)",
        ),
    ),
    Kept(
        "in Kazakh",
        plain("mailer-daemon@server.example", "Хат жеткізілмеді", f"Хатты жеткізу мүмкін болмады: {LOST}\n550 5.1.1"),
    ),
    Kept(
        "in Dutch",
        plain(
            "postmaster@server.example",
            "Onbestelbaar: camera",
            f"Uw bericht is niet bezorgd bij: {LOST}\n550 5.1.1 onbekend",
        ),
    ),
    Kept(
        "in Czech",
        plain(
            "mailer-daemon@server.example",
            "Nedoručitelná zpráva",
            f"Zprávu nelze doručit:\n<{LOST}>: 550 neznámý uživatel",
        ),
    ),
    Kept(
        "the null sender and another name",
        plain(
            "Почта сервера <robot7@server.example>",
            "Письмо не принято",
            f"{LOST}: 550 5.7.1 отправитель в чёрном списке",
            Return_Path="<>",
        ),
    ),
    Kept(
        "the null sender, words nobody listed, our letter inside",
        parts(
            "Gate <gate@server.example>",
            "Notice 7731",
            (TEXT, f"<{LOST}> said goodbye (5.0.0)"),
            (BACK, RETURNED),
            Return_Path="<>",
        ),
        ours=True,
    ),
    Kept(
        "the recipient only in the subject",
        plain("MAILER-DAEMON@server.example", f"Undeliverable: {LOST}", "The mail could not be handed over."),
    ),
    Kept(
        "names the server's help before the recipient",
        plain(
            "MAILER-DAEMON@server.example",
            "Undelivered Mail Returned to Sender",
            "For further assistance, please send mail to postmaster@server.example.\n\nThe mail system\n\n"
            f"<{LOST}>: host mx.reader.example said: 450 4.2.0 greylisted",
        ),
        permanent=False,
    ),
    Kept(
        "the recipient in its field alone",
        plain("robot@server.example", "Mail", "See the field above.", X_Failed_Recipients=LOST),
    ),
    Kept(
        "SurfControl",
        plain(
            "system-robot@gate.example",
            "Notification of a failed delivery",
            f"Your message could not be sent.\nA transcript of the attempts follows.\n\nThe recipient: {LOST}\n550 "
            "5.0.0 refused",
        ),
    ),
    Kept(
        "gateway with an absence notice's field",
        plain(
            "Mail Delivery System <mailer-daemon@server.example>",
            "Delivery failed",
            f"{LOST}: 552 5.2.2 quota",
            Auto_Submitted="auto-replied",
        ),
    ),
    Kept(
        "KB are no code",
        plain(
            "mailer-daemon@server.example",
            "Mail delayed",
            f"The message of 450 KB to <{LOST}> has not yet been delivered.",
        ),
        permanent=False,
    ),
    Kept(
        "hMailServer",
        plain(
            "mailer-daemon@server.example",
            "Message undeliverable: Re: camera",
            "Your message did not reach some or all of the intended recipients.\n\n   Sent: Mon\n   Subject: Re: "
            "camera\n\nThe following "
            f"recipient(s) could not be reached:\n\n{LOST}\n   Error Type: SMTP\n   Remote server: 550 Unknown user",
        ),
    ),
    Kept(
        "MDaemon",
        plain(
            "MDaemon at server.example <MDaemon@server.example>",
            "Permanent Delivery Failure",
            f"The attached message had PERMANENT fatal delivery errors!\n\nFailed address: {LOST}\n\n--- Session "
            "Transcript ---\n550 unknown",
        ),
    ),
)

# People's letters and other machines' that only look so.
NONE = (
    Kept(
        "a person at the postmaster's",
        plain(
            "Админ <postmaster@plant.example>",
            "Уведомления о тревоге",
            "Добрый день! Письма с камер не доставляются на наш ящик. Почему?",
        ),
        recipient=None,
    ),
    Kept(
        "a person whose letters come back",
        plain(
            "Ivan <ivan@reader.example>",
            "Не доставлено письмо от вас",
            "При отправке на lost@reader.example ваш сервер отвечает 550 5.1.1 user unknown, посмотрите.",
        ),
        recipient=None,
    ),
    Kept(
        "a person who forwards one",
        parts(
            "Ivan <ivan@reader.example>",
            "Fwd: Undelivered Mail Returned to Sender",
            (TEXT, "Что это?"),
            ("message/delivery-status", f"Final-Recipient: rfc822; {LOST}\nAction: failed\nStatus: 5.1.1"),
            (BACK, RETURNED),
        ),
        recipient=None,
    ),
    Kept(
        "a person who answers one",
        plain(
            "Ivan <ivan@reader.example>",
            "Re: Undelivered Mail Returned to Sender",
            f"Нашёл причину.\n\n> This is the mail system at host mx.\n> <{LOST}>: 550 5.1.1 unknown",
        ),
        recipient=None,
    ),
    Kept(
        "an absence notice with the null sender",
        plain(
            "Olga <olga@reader.example>",
            "Re: camera",
            "Меня нет до 550 года, пишите на help@reader.example",
            Return_Path="<>",
            Auto_Submitted="auto-replied",
        ),
        recipient=None,
    ),
    Kept(
        "Outlook's absence notice with the null sender",
        plain(
            "Olga <olga@reader.example>",
            "Automatic reply: camera",
            "I am away. Mail second@reader.example, phone 450 12 12.",
            Return_Path="<>",
        ),
        recipient=None,
    ),
    Kept(
        "the administrator of a plant",
        plain(
            "admin@plant.example", "Камера 12", "Камера не работает, ошибка 500 на странице. Пишите на it@plant.example"
        ),
        recipient=None,
    ),
    Kept(
        "a shop's robot",
        plain(
            "noreply@shop.example",
            "Ваш заказ 550 доставлен",
            "Заказ 550 доставлен на пункт выдачи. Вопросы: help@shop.example",
        ),
        recipient=None,
    ),
    Kept(
        "delivery of goods failed",
        plain(
            "noreply@shop.example",
            "Не удалось доставить заказ",
            "Курьер не застал вас дома. Пишите на help@shop.example",
        ),
        recipient=None,
    ),
    Kept(
        "somebody writes of a mail program",
        plain(
            "Ivan <ivan@reader.example>",
            "Delivery failure of alerts",
            "Alerts are not delivered to me, the error is 5.1.1. Please help.",
        ),
        recipient=None,
    ),
    Kept(
        "all is well in words",
        plain(
            "MAILER-DAEMON@server.example",
            "Delivery Status Notification (Success)",
            f"Your message was delivered to {LOST}.",
        ),
        recipient=None,
    ),
)

# The words go on behind the address; the sender says of itself that nobody is there in Return-Path alone.
BEHIND_THE_ADDRESS = tuple(
    Kept(f"behind the address: {said}", plain("Post <noc@server.example>", "Notice", said, Return_Path="<>"))
    for said in (
        f"Адрес {LOST} не существует.",
        f"Получатель <{LOST}> не найден.",
        f"The user <{LOST}> does not exist here.",
        f"The mailbox '{LOST}' is full.",
    )
)

BOUNCES = (*REPORTS, *WORDS, *NONE, *BEHIND_THE_ADDRESS)
