"""What every column of the database is, in one table: whether it tells of a person, names another row, or is the
machine's own; what of it is given to whom it tells of (152-FZ, article 14), and what stands there once they are erased.

Export (export.py) and erasure (erasure.py) do what stands here and nothing else. A house test wants every column of
every model in the table, so a new one without a decision fails.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as BrowserSession
from django.db.models import CharField, Exists, F, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from camdesk.bot.models import Alarm, ArticleCount, Phrase, Session, StepCount
from camdesk.cameras.models import (
    Camera,
    CameraGrant,
    CameraHealth,
    HealthSource,
    Passport,
    Reading,
    Site,
    StatusSpan,
)
from camdesk.channels.models import Call, CallBack, CallEvent, LetterScan, Mailbox, RawLetter, RawUpdate
from camdesk.lib.natural_order import natural_key
from camdesk.nodes.models import ServingProcess
from camdesk.outages.models import Notice, Outage, OutageCamera, OutageTicket, Recipient, Subscription
from camdesk.people import identities
from camdesk.people.models import (
    AccessRecord,
    AccessSeal,
    Agent,
    ApiKey,
    Consent,
    Identity,
    Invitation,
    Limit,
    Membership,
    Organisation,
    Person,
    Team,
    User,
)
from camdesk.playbook.models import PlaybookVersion, Topic
from camdesk.privacy.models import Erasure, Hold
from camdesk.tickets.models import (
    Attachment,
    Clock,
    Counter,
    Delivery,
    Draft,
    Event,
    FileScan,
    Message,
    OutgoingLetter,
    PreviewJob,
    Rating,
    Receipt,
    Ticket,
    TicketCamera,
    UploadPiece,
)

CUSTOMER, STAFF = "Удалённый клиент", "Удалённый сотрудник"
WORDS = "Текст удалён вместе с персональными данными клиента."
SUBJECT = "Тема удалена вместе с персональными данными клиента"
ADDRESS, CAMERA = "Адрес удалён", "Камера удалённого клиента"


@dataclass(frozen=True)
class Theirs:
    """Whose data it is about, and what is told to be theirs from their own rows: read once, before anything changes.

    `values`: by kind, what they have proven, and what they say and nobody else does. An address that others say too is
    not taken for theirs.
    """

    person: Person
    values: Mapping[str, tuple[str, ...]]
    tickets: tuple[int, ...]
    cameras: tuple[int, ...]  # of their own sites, that nobody else may see
    sites: tuple[int, ...]

    @classmethod
    def of(cls, person: Person) -> Self:
        said: dict[str, set[str]] = {}
        others = Identity.objects.filter(kind=OuterRef("kind"), value=OuterRef("value")).exclude(person=person)
        mine = Identity.objects.filter(Q(proven_at__isnull=False) | ~Exists(others), person=person)
        for kind, value in mine.values_list("kind", "value"):
            said.setdefault(kind, set()).add(value)
        if login := User.objects.filter(person=person).values_list("email", flat=True).first():
            said.setdefault(identities.EMAIL.name, set()).add(login)
        own = Site.objects.filter(person=person, organisation=None)
        seen = CameraGrant.objects.filter(camera=OuterRef("pk")).exclude(person=person)
        shared = Camera.objects.filter(Exists(seen) | Q(organisation__isnull=False), site=OuterRef("pk"))
        cameras = Camera.objects.filter(~Exists(seen), organisation=None, site__in=own)
        return cls(
            person=person,
            values={kind: tuple(sorted(values)) for kind, values in sorted(said.items())},
            tickets=tuple(Ticket.objects.filter(person=person).order_by("pk").values_list("pk", flat=True)),
            cameras=tuple(cameras.order_by("pk").values_list("pk", flat=True)),
            sites=tuple(own.filter(~Exists(shared)).order_by("pk").values_list("pk", flat=True)),
        )

    @property
    def emails(self) -> tuple[str, ...]:
        return self.values.get(identities.EMAIL.name, ())

    @property
    def phones(self) -> tuple[str, ...]:
        return self.values.get(identities.PHONE.name, ())

    @cached_property
    def calls(self) -> tuple[tuple[str, str], ...]:
        """(exchange, its id) of their calls."""
        return tuple(Call.objects.filter(_calls(self)).values_list("provider", "call_id"))

    @cached_property
    def is_staff(self) -> bool:
        return Agent.objects.filter(person=self.person).exists()


Whose = Callable[[Theirs], Q]
_ALL = Q()


@dataclass(frozen=True, slots=True)
class Given:
    """A list in the export: these `columns` of the rows whose `whose` is the person. `only`: what is kept out."""

    name: str
    whose: str
    columns: tuple[str, ...]
    only: Q = _ALL


@dataclass(frozen=True)
class Classified:
    """One model: each of its columns is in one of three.

    personal: tells of a person → what stands there once they are erased (a value, or a function of Theirs). names:
    another row. own: the machine's (times, states, counts, keys that say nothing).
    theirs: the rows that erasure touches; `goes`: they go wholly. Without `theirs` nothing of it is touched, and
    `stays` says why. `also_with`: rows that go with those of another model, by the database.
    label: how the act calls it; said in Russian, as the law is.
    """

    model: type[Model]
    personal: Mapping[str, Any] = field(default_factory=dict)
    names: str = ""
    own: str = ""
    theirs: Whose | None = None
    goes: bool = False
    stays: str = ""
    label: Any = ""
    given: tuple[Given, ...] = ()

    @property
    def name(self) -> str:
        return self.model._meta.label

    def rows(self, theirs: Theirs) -> QuerySet[Model]:
        assert self.theirs is not None
        return self.model._default_manager.filter(self.theirs(theirs)).order_by("pk")


def _goes(names: str) -> dict[str, None]:
    """Personal columns of rows that go wholly."""
    return dict.fromkeys(names.split())


def _mine(column: str = "person") -> Whose:
    return lambda they: Q(**{column: they.person})


def _of_tickets(column: str = "ticket_id") -> Whose:
    return lambda they: Q(**{f"{column}__in": they.tickets})


_NOBODY = Q(pk__in=())


def _messages(they: Theirs, at: str = "") -> Q:
    """Their own words wherever they stand, and all that was said in their requests, but for what another customer, who
    is known, said there."""
    mine = Q(**{f"{at}by": they.person, f"{at}kind": Message.Kind.CUSTOMER})
    known = Q(**{f"{at}by__user__isnull": False}) | Q(**{f"{at}by__in": _proven()})
    another = Q(**{f"{at}kind": Message.Kind.CUSTOMER}) & known & ~Q(**{f"{at}by": they.person})
    return mine | (Q(**{f"{at}ticket_id__in": they.tickets}) & ~another)


def _proven() -> QuerySet[Identity, Any]:
    return Identity.objects.proven().values("person_id")


def message_ids(they: Theirs) -> QuerySet[Message, Any]:
    return Message._default_manager.filter(_messages(they)).values("pk")


def _files(they: Theirs) -> Q:
    return Q(uploaded_by=they.person, message=None) | Q(message_id__in=message_ids(they))


def _letters_out(they: Theirs) -> Q:
    return Q(ticket_id__in=they.tickets) | Q(ticket=None, to__in=they.emails) | _by_accounts(they, "to")


def _by_accounts(they: Theirs, column: str) -> Q:
    found = _NOBODY
    for kind, values in they.values.items():
        if kind not in identities.KINDS:
            found |= Q(channel=kind, **{f"{column}__in": values})
    return found


def _letters_in(they: Theirs) -> Q:
    of_others = Q(ticket__isnull=False) & ~Q(ticket_id__in=they.tickets)
    mine = Q(sender__in=they.emails) & ~of_others
    return mine | Q(message_id__in=message_ids(they)) | Q(ticket_id__in=they.tickets, message=None)


def _calls(they: Theirs) -> Q:
    return Q(person=they.person) | Q(customer__in=they.phones, person=None) | Q(ticket_id__in=they.tickets)


def _call_events(they: Theirs) -> Q:
    found = Q(customer__in=they.phones)
    for provider in {provider for provider, _call in they.calls}:
        found |= Q(provider=provider, call_id__in=[call for of, call in they.calls if of == provider])
    return found


def _erased_name(they: Theirs) -> str:
    return STAFF if they.is_staff else CUSTOMER


_OF_THE_MACHINE = "it tells of no person"
_OF_STAFF = "what the staff wrote or decided as staff is the desk's record"
_BESIDE = "goes with the row it belongs to"

TABLE: tuple[Classified, ...] = (
    # --- people
    Classified(
        Person,
        {"name": _erased_name, "phone": "", "email": "", "external_id": None, "plan": ""},
        own="id kind language letters_at_once blocked_at created_at erased_at",
        theirs=lambda they: Q(pk=they.person.pk),
        label=_("имя, телефон, адрес, номер во внешней системе, тариф"),
    ),
    Classified(
        User,
        _goes("email password"),
        names="person",
        own="id last_login is_active created_at signed_out_at rights_changed_at",
        theirs=_mine(),
        goes=True,
        label=_("вход в кабинет: адрес и пароль"),
        given=(Given("login", "person", ("email", "is_active", "created_at", "last_login")),),
    ),
    Classified(EmailAddress, _goes("email"), names="user", own="id verified primary", stays=_BESIDE),
    Classified(EmailConfirmation, _goes("key"), names="email_address", own="id created sent", stays=_BESIDE),
    Classified(Authenticator, _goes("data"), names="user", own="id type created_at last_used_at", stays=_BESIDE),
    Classified(
        BrowserSession,
        _goes("session_data"),
        own="session_key expire_date",
        stays="those of the login are ended one by one after the rest (erasure.finish)",
    ),
    Classified(
        Identity,
        _goes("value"),
        names="person",
        own="id kind proven_at preferred",
        theirs=_mine(),
        goes=True,
        label=_("контакты: адреса, телефоны, учётные записи мессенджеров"),
        given=(Given("identities", "person", ("kind", "value", "proven_at")),),
    ),
    Classified(
        Consent,
        {"address": None},
        names="person withdrawn_by",
        own="id version text channel given_at withdrawn_at withdrawn_channel",
        theirs=_mine(),
        label=_("согласия: сетевой адрес; сами согласия остаются как доказательство"),
        given=(Given("consents", "person", ("version", "text", "channel", "address", "given_at", "withdrawn_at")),),
    ),
    Classified(
        Invitation,
        _goes("email name camera_ids"),
        names="person organisation invited_by",
        own="id token_digest agent_role organisation_role created_at expires_at used_at revoked_at",
        theirs=lambda they: Q(person=they.person) | Q(email__in=they.emails),
        goes=True,
        label=_("приглашения"),
        given=(Given("invitations", "person", ("email", "created_at", "expires_at")),),
    ),
    Classified(
        Membership,
        names="person organisation",
        own="id role created_at",
        theirs=_mine(),
        goes=True,
        label=_("место в организациях"),
        given=(Given("organisations", "person", ("organisation__name", "role")),),
    ),
    Classified(
        Agent,
        {"phone_extension": ""},
        names="person",
        own="id role active",
        theirs=_mine(),
        label=_("внутренний номер бывшего сотрудника"),
    ),
    Classified(
        Organisation,
        {"name": None, "external_id": None, "plan": None},
        own="id blocked_at created_at",
        stays="an organisation's own, which is no person",
    ),
    Classified(Team, own="id slug name_ru name_en closed", stays=_OF_THE_MACHINE),
    Classified(
        ApiKey,
        names="person created_by revoked_by",
        own="id name role digest hint created_at revoked_at",
        stays="a machine is no person",
    ),
    Classified(Limit, {"cache_key": None, "value": None}, own="taken expires", stays="gone by itself within a day"),
    # --- cameras
    Classified(
        Site,
        {
            "name": "",
            "address": ADDRESS,
            "address_order": natural_key(ADDRESS),
            "external_id": None,
            "access_notes": "",
        },
        names="organisation person",
        own="id city district time_zone",
        theirs=lambda they: Q(pk__in=they.sites),
        label=_("адреса своих объектов и как туда попасть"),
        given=(Given("sites", "person", ("name", "address", "city", "district")),),
    ),
    Classified(
        Camera,
        {
            "name": CAMERA,
            "name_order": natural_key(CAMERA),
            "external_id": None,
            "serial": "",
            "mac": "",
            "picture": "",
        },
        names="site organisation",
        own=(
            "id vendor model firmware ptz audio rtsp archive_days status status_since last_frame_at next_check_at"
            " retired_at created_at"
        ),
        theirs=lambda they: Q(pk__in=they.cameras),
        label=_("свои камеры: название, номера, последний снимок"),
    ),
    Classified(
        CameraGrant,
        names="person camera",
        own="id kind created_at",
        theirs=_mine(),
        goes=True,
        label=_("доступ к камерам"),
        given=(Given("cameras", "person", ("camera__name", "camera__site__address", "kind", "created_at")),),
    ),
    Classified(
        Passport,
        {"access": "", "said": {}},
        names="camera",
        own="id provider supplier height height_cm connection mount port",
        theirs=lambda they: Q(camera_id__in=they.cameras),
        label=_("паспорта своих камер: доступ и сказанное клиентом"),
    ),
    Classified(
        Reading,
        names="source camera",
        own="id seen_at received_at role state fps bitrate bytes last_frame_at reason",
        stays=_OF_THE_MACHINE,
    ),
    Classified(HealthSource, own="id key heard_at", stays=_OF_THE_MACHINE),
    Classified(CameraHealth, names="camera", own="signs up changes due_at", stays=_OF_THE_MACHINE),
    Classified(StatusSpan, names="camera", own="id status began_at ended_at source", stays=_OF_THE_MACHINE),
    # --- playbook
    Classified(
        PlaybookVersion,
        names="published_by",
        own="number digest content note shipped published_at",
        stays="the operator's own document",
    ),
    Classified(Topic, own="id ref section position title_ru title_en team active", stays=_OF_THE_MACHINE),
    # --- outages
    Classified(
        Outage,
        names="declared_by closed_by",
        own=(
            "id kind state source title_ru title_en affected_ru affected_en cause_ru cause_en scope provider began_at"
            " eta declared_at closed_at closing_ru closing_en"
        ),
        stays="words of the staff for everybody",
    ),
    Classified(OutageCamera, names="outage camera", own="id state healthy_at added_at", stays=_OF_THE_MACHINE),
    Classified(OutageTicket, names="outage ticket by", own="id at unlinked_at", stays=_OF_THE_MACHINE),
    Classified(
        Subscription,
        names="outage person",
        own="id also at",
        stays="how many follow an outage; nobody can be written to",
        given=(Given("outages followed", "person", ("outage__title_ru", "also", "at")),),
    ),
    Classified(
        Notice,
        names="outage by",
        own="id next_try_at leased_until attempts last_error request_id kind words_ru words_en eta at done_at",
        stays="words of the staff for everybody",
    ),
    Classified(
        Recipient,
        # Of one notice each letter has another address: erased ones too.
        {"to": Concat(Value("erased "), Cast(F("person_id"), CharField()))},
        names="notice person delivery",
        own="id how",
        theirs=_mine(),
        label=_("адреса извещений об авариях"),
        given=(
            Given(
                "outages told", "person", ("notice__outage__title_ru", "notice__kind", "how", "to", "notice__at")
            ),
        ),
    ),
    # --- what is unsent and what is kept beside requests
    Classified(
        Draft,
        _goes("content"),
        names="person",
        own="id place saved_at",
        theirs=lambda they: Q(person=they.person)
        | Q(place__in=[f"{where}:{pk}" for pk in they.tickets for where in ("desk", "ticket")]),
        goes=True,
        label=_("черновики"),
        given=(Given("drafts", "person", ("place", "content", "saved_at")),),
    ),
    Classified(
        Phrase,
        _goes("text"),
        names="ticket guessed topic settled_by",
        own="id at settled_at",
        theirs=_of_tickets(),
        goes=True,
        label=_("непонятые помощником фразы"),
    ),
    Classified(
        Session,
        _goes("state asked"),
        names="ticket",
        own="started_at moved_at",
        theirs=_of_tickets("ticket_id"),
        goes=True,
        label=_("разговоры с помощником"),
    ),
    Classified(
        Alarm,
        _goes("value"),
        names="session",
        own="id next_try_at leased_until attempts last_error request_id name",
        stays=_BESIDE,
    ),
    Classified(StepCount, own="id version flow step what value", stays=_OF_THE_MACHINE),
    Classified(ArticleCount, own="article shown helped not_helped", stays=_OF_THE_MACHINE),
    # --- calls and letters
    Classified(
        CallEvent,
        {"customer": "", "raw": {}, "recording": ""},
        own=(
            "id provider call_id leg_id kind seq at direction line extension queue reason talk_seconds received_at"
            " applied"
        ),
        theirs=_call_events,
        label=_("записи телефонной станции: номер, ссылка на запись разговора"),
    ),
    Classified(
        Call,
        {"customer": "", "recording": ""},
        names="agent rung person named_by candidates ticket message",
        own="id provider call_id direction state line talk_seconds began_at moved_at told_at",
        theirs=_calls,
        label=_("звонки: номер, ссылка на запись разговора"),
        given=(Given("calls", "person", ("direction", "customer", "began_at", "talk_seconds", "ticket_id")),),
    ),
    Classified(
        CallBack,
        {"phone": "", "note": "", "last_error": ""},
        names="person ticket asked_by settled_by",
        own=(
            "id next_try_at leased_until attempts request_id missed unanswered wanted_from wanted_until state"
            " reminded_at settled_at created_at"
        ),
        theirs=lambda they: Q(person=they.person)
        | Q(phone__in=they.phones, person=None)
        | Q(ticket_id__in=they.tickets),
        label=_("заказанные звонки: номер, о чём"),
        given=(
            Given(
                "call-backs", "person", ("phone", "note", "wanted_from", "wanted_until", "state", "created_at")
            ),
        ),
    ),
    Classified(
        RawLetter,
        _goes(
            "recipients sender source sender_name subject letter_id storage_key note last_error scan_note digest"
        ),
        names="ticket message decided_by",
        own=(
            "id next_try_at leased_until attempts request_id scan scanned_at mailbox turn size received_at state"
            " sender_proven automatic decided_at"
        ),
        theirs=_letters_in,
        goes=True,
        label=_("письма в том виде, в каком пришли"),
    ),
    Classified(
        LetterScan,
        names="letter",
        own="next_try_at leased_until attempts last_error request_id",
        stays=_BESIDE,
    ),
    Classified(
        RawUpdate,
        _goes("body digest last_error"),
        own="id next_try_at leased_until attempts request_id channel state received_at",
        stays="those that hold an account of theirs go by what is in them (erasure.py); forgotten after a month anyway",
    ),
    Classified(Mailbox, own="id name uid_validity last_uid", stays="the support's own mailboxes"),
    Classified(
        OutgoingLetter,
        {"subject": SUBJECT, "text": "", "html": "", "mailbox": "", "originator": ""},
        names="delivery merged_into",
        own="language letter_id only_if_unread charged_at",
        theirs=lambda they: Q(delivery__in=Delivery.objects.filter(_letters_out(they)).values("pk")),
        label=_("письма, которые ушли: текст"),
    ),
    Classified(
        Delivery,
        {"to": "", "payload": {}, "dedupe_key": None, "remote_id": "", "last_error": ""},
        names="ticket message",
        own=(
            "id next_try_at leased_until attempts request_id channel kind state created_at settled_at"
        ),
        theirs=_letters_out,
        label=_("отправки: адрес; те, что ждали, отменены"),
    ),
    # --- requests
    Classified(
        UploadPiece,
        names="file",
        own="id at size storage_key",
        stays=_BESIDE,
    ),
    Classified(FileScan, names="file", own="next_try_at leased_until attempts last_error request_id", stays=_BESIDE),
    Classified(PreviewJob, names="file", own="next_try_at leased_until attempts last_error request_id", stays=_BESIDE),
    Classified(
        Attachment,
        _goes("name sha256 scan_note inline_id storage_key preview_key"),
        names="message uploaded_by",
        own=(
            "id scan scanned_at position content_type size state total_size preview_state width height created_at"
        ),
        theirs=_files,
        goes=True,
        label=_("файлы"),
        given=(
            Given(
                "files",
                "uploaded_by",
                ("id", "name", "content_type", "size", "sha256", "created_at", "message__ticket_id"),
                only=Q(state=Attachment.State.READY),
            ),
        ),
    ),
    Classified(
        Rating,
        {"comment": ""},
        names="ticket by",
        own="id resolution stars at",
        theirs=lambda they: Q(by=they.person) | Q(ticket_id__in=they.tickets),
        label=_("слова к оценкам; сами оценки остаются"),
        given=(Given("ratings", "by", ("ticket_id", "stars", "comment", "at")),),
    ),
    Classified(
        TicketCamera,
        {"facts": {}},
        names="ticket camera",
        own="id diagnosis state",
        theirs=_of_tickets(),
        label=_("ответы о камерах"),
        given=(
            Given(
                "cameras of requests", "ticket__person", ("ticket_id", "camera__name", "facts", "diagnosis")
            ),
        ),
    ),
    Classified(
        Message,
        {"text": WORDS, "html": "", "data": {}},
        names="ticket by",
        own="id seq kind channel client_id at",
        theirs=_messages,
        label=_("переписка: слова"),
        given=(
            Given("messages", "by", ("ticket_id", "seq", "channel", "text", "at"), only=Q(kind=Message.Kind.CUSTOMER)),
            Given(
                "answers",
                "ticket__person",
                ("ticket_id", "seq", "channel", "text", "at"),
                only=Q(kind__in=(Message.Kind.REPLY, Message.Kind.BOT)),
            ),
        ),
    ),
    Classified(
        Event,
        {"particulars": None},
        names="ticket by",
        own="id seq name at public",
        stays="its particulars go by what they are (tickets/events.py); that it happened stays",
        given=(Given("deeds", "by", ("ticket_id", "seq", "name", "at"), only=Q(public=True)),),
    ),
    Classified(
        Ticket,
        {
            "subject": SUBJECT,
            "contact_name": CUSTOMER,
            "contact_phone": "",
            "contact_email": "",
            "contact_address": "",
            "address": "",
            "facts": {},
        },
        names="topic person organisation site team assignee follow_up_of",
        own=(
            "number playbook_version channel language verified turn turn_since urgent promised_at next_due_at opened_at"
            " active_at first_replied_at resolved_at closed_at last_seq customer_seen_seq agent_seen_seq reopenings"
        ),
        theirs=_of_tickets("pk"),
        label=_("обращения: тема, контакты, адрес, ответы; номера и события остаются"),
        given=(
            Given(
                "requests",
                "person",
                (
                    "number", "subject", "topic__title_ru", "channel", "language", "contact_name", "contact_phone",
                    "contact_email", "contact_address", "address", "facts", "turn", "opened_at", "resolved_at",
                    "closed_at",
                ),
            ),
        ),
    ),
    Classified(
        Clock,
        names="ticket",
        own="id kind seq started_at due_at paused_at left met_at dropped_at broken_at",
        stays=_OF_THE_MACHINE,
    ),
    Classified(
        Receipt,
        names="ticket message",
        own="id scope key digest at",
        stays="keys that browsers and servers made up: that nothing comes in twice",
    ),
    Classified(Counter, own="name value", stays=_OF_THE_MACHINE),
    # --- what the law wants kept
    Classified(
        AccessRecord,
        names="seal",
        own="id at by whose what about slot",
        stays="numbers of persons alone: who saw and changed whose data stays whole",
    ),
    Classified(AccessSeal, own="number rows digest at", stays=_OF_THE_MACHINE),
    Classified(
        Erasure,
        {"external_id": None},
        names="person by",
        own="id basis reason at counts removed_files files login finished_at again_at",
        stays="the act: that it was done, when, by whom, and of whom by a number",
    ),
    Classified(
        Hold,
        names="person organisation ticket by",
        own="id reason at lifted_at",
        stays="why something must be kept is the operator's own record",
    ),
    # --- of others
    Classified(
        ServingProcess, own="id kind host place pid version key ahead_ms started_at seen_at", stays=_OF_THE_MACHINE
    ),
    Classified(Permission, names="content_type", own="id name codename", stays="never used"),
    Classified(Group, own="id name", stays="never used"),
    Classified(ContentType, own="id app_label model", stays="Django's own"),
)  # fmt: skip

LEFT_OUT: dict[str, str] = {
    "people.Agent.person": _OF_STAFF,
    "people.Consent.withdrawn_by": "whose consent it is has it",
    "people.ApiKey.person": "a machine is no person",
    "people.ApiKey.created_by": _OF_STAFF,
    "people.ApiKey.revoked_by": _OF_STAFF,
    "people.Invitation.invited_by": "it holds the address of who was invited",
    "channels.RawLetter.decided_by": _OF_STAFF,
    "channels.CallBack.asked_by": "whose call-back it is has it",
    "bot.Phrase.settled_by": _OF_STAFF,
    "playbook.PlaybookVersion.published_by": _OF_STAFF,
    "outages.Outage.declared_by": _OF_STAFF,
    "outages.Outage.closed_by": _OF_STAFF,
    "outages.OutageTicket.by": _OF_STAFF,
    "outages.Notice.by": _OF_STAFF,
    "privacy.Erasure.person": "there is nothing left to give",
    "privacy.Erasure.by": _OF_STAFF,
    "privacy.Hold.person": _OF_STAFF,
    "privacy.Hold.by": _OF_STAFF,
}
"""Columns that name a person and of which nothing is given, and why."""
