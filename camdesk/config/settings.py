"""Django settings, all from the environment and the file of settings (docs/settings.md lists them; a house test keeps
that list complete)."""

import hashlib
import os
from pathlib import Path
from typing import Any

import phonenumbers

from camdesk.channels.mail.mime.authentication_results import authserv_of
from camdesk.config import environment as env
from camdesk.lib import clamd
from camdesk.lib.rates import Rate
from camdesk.playbook import working_copy

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = env.data_folder()
SETTINGS_FILE = env.file()
if "CAMDESK_SETTINGS" in os.environ and not SETTINGS_FILE.is_file():
    raise env.BadSetting("CAMDESK_SETTINGS", f"there is no file {SETTINGS_FILE}")
DEMO = env.flag("CAMDESK_DEMO")
if DEMO and SETTINGS_FILE.exists():  # its known logins, and no limits, on what `camdesk setup` made for people
    raise env.BadSetting(
        "CAMDESK_DEMO", f"{SETTINGS_FILE} is a real installation's: give the demo other data by --data DIR"
    )
DEBUG = env.flag("CAMDESK_DEBUG")
TESTING = env.flag("CAMDESK_TESTING")


def _secret_key() -> str:
    """The key from the environment, else the file that the first start makes beside the data, readable only by us."""
    key = env.text("CAMDESK_SECRET_KEY")
    if key:
        if len(key) < 32:
            raise env.BadSetting("CAMDESK_SECRET_KEY", "at least 32 characters are needed")
        return key
    if TESTING:
        return "only-for-tests-" + "x" * 32
    path = DATA_DIR / "secret.key"
    try:
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            import secrets

            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        raise env.BadSetting(
            "CAMDESK_DATA", f"the data folder {DATA_DIR} cannot be written: {error.strerror}"
        ) from None


SECRET_KEY = _secret_key()

# The address people open; links in letters are made from it.
PUBLIC_URL = env.text("CAMDESK_URL", "http://127.0.0.1:8000").rstrip("/")
_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = env.listing("CAMDESK_HOSTS") or (["*"] if DEMO or TESTING else ["127.0.0.1", "localhost", "[::1]"])
_host = PUBLIC_URL.split("://", 1)[-1].split("/")[0].rsplit(":", 1)[0]
if "*" not in ALLOWED_HOSTS and _host not in ALLOWED_HOSTS:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, _host]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "camdesk.ui",
    "camdesk.nodes",
    "camdesk.people",
    "camdesk.cameras",
    "camdesk.playbook",
    "camdesk.tickets",
    "camdesk.outages",
    "camdesk.bot",
    "camdesk.channels",
    "camdesk.privacy",
    "camdesk.cabinet",
    "camdesk.desk",
    "camdesk.api",
    "camdesk.worker",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "ninja",  # only for the static files of the API page
]

# Channels of your own (docs/channels.md), after all of ours: they may read and register, and take nothing's place.
INSTALLED_APPS += env.listing("CAMDESK_APPS")

MIDDLEWARE = [
    "camdesk.ui.request_metrics.Measured",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "camdesk.ui.compression.Compression",
    "camdesk.ui.headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "camdesk.ui.visitor_language.VisitorLanguage",
    "camdesk.ui.final_slash.FinalSlash",
    "camdesk.ui.wrong_method.WrongMethod",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "camdesk.ui.storable.OnlyStorable",
    "camdesk.people.identity_middleware.SignedIn",
    "camdesk.people.limits_middleware.TooManyRequests",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "camdesk.config.urls"
WSGI_APPLICATION = "camdesk.server.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "camdesk.ui.constant_folding.Pages",
        "NAME": "jinja2",
        "APP_DIRS": True,  # each app's templates live in <app>/jinja2/
        "OPTIONS": {
            "environment": "camdesk.ui.templating.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "camdesk.ui.templating.page_context",
                "camdesk.tickets.page_words.page_words",
                "camdesk.cabinet.organisation_switch.page_words",
            ],
        },
    },
    {
        # Only for the letters and forms of packages that ship Django templates.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

DATABASES = {"default": env.database("CAMDESK_DATABASE_URL", sqlite_path=str(DATA_DIR / "camdesk.sqlite3"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["camdesk.people.allauth_adapter.Backend"]
LOGIN_URL = "account_login"
# Who may ask for a login by themselves (people/sign_up.py). The demo shows the whole of it.
SIGN_UP = env.one_of("CAMDESK_SIGN_UP", {"off", "invitation", "open"}, "open" if DEMO else "invitation")
OPEN_FORM = env.flag(
    "CAMDESK_OPEN_FORM", default=True
)  # whoever is not signed in may write (cabinet/views/open_form.py)
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "camdesk.people.allauth_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by the link of a letter, which proves the address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
# Wrong passwords and codes are counted by people/sign_in_limits.py, what one address sends by RATES["strangers"].
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": "20/m/ip,3/h/key"}
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds a link of a reset letter is good for
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "camdesk.people.second_factor_forms.AuthenticateForm",
    "reauthenticate": "camdesk.people.second_factor_forms.ReauthenticateForm",
}
MFA_TOTP_ISSUER = "camdesk"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS
# Agents must have a second factor; the demo says so but lets one in without it.
SECOND_FACTOR_REQUIRED = env.flag("CAMDESK_SECOND_FACTOR", default=not (DEMO or TESTING))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    # A slow hasher is right for people and wrong for two thousand tests.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- sessions and cookies
SESSION_ENGINE = "camdesk.lib.internals.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "camdesk_session"
KNOWN_DEVICE_COOKIE = "__Host-device" if _HTTPS else "camdesk_device"
CSRF_FAILURE_VIEW = "camdesk.config.error_pages.not_proven"
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "camdesk_csrf"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365

# --- language and time
LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "camdesk" / "lib" / "locale"]  # the apps' own are found by themselves
LANGUAGE_COOKIE_NAME = "camdesk_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.text("CAMDESK_TIME_ZONE", "Europe/Moscow")

# --- what every page says
BRAND = env.text("CAMDESK_BRAND", "camdesk")
CONTACTS_URL = "/contacts/"  # error pages point here without asking the database where it is
OPEN_FORM_URL = "/support/ask/"

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_FINDERS = [
    "camdesk.ui.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING
MEDIA_ROOT = DATA_DIR / "files"
FILES_URL = env.text("CAMDESK_FILES_URL")  # s3://KEY:SECRET@HOST/BUCKET?region=…; empty: the folder above
MAX_FILES = env.number("CAMDESK_MAX_FILES", 10, least=1)  # per message, and in the form (S14, S36)
MAX_FILE_MB = env.number("CAMDESK_MAX_FILE_MB", 50, least=1)
MAX_FILE_BYTES = MAX_FILE_MB * 1024 * 1024
MAX_DAILY_MB = env.number("CAMDESK_MAX_DAILY_MB", 1000, least=1)
MAX_DAILY_BYTES = MAX_DAILY_MB * 1024 * 1024  # per customer and 24 hours
SCANNER = env.text("CAMDESK_SCANNER")  # clamd://host:3310 or clamd:///run/clamav/clamd.ctl; empty: nothing is checked
try:
    clamd.read_address(SCANNER or "clamd://localhost")
except ValueError:
    raise env.BadSetting("CAMDESK_SCANNER", "clamd://host:3310 or clamd:///run/clamav/clamd.ctl is needed") from None
# A form without JavaScript carries all its files in one body.
MAX_BODY_BYTES = MAX_FILES * MAX_FILE_BYTES + 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Files of a form go into the store while they are read, each capped (not into memory or a second copy on disk).
FILE_UPLOAD_HANDLERS = ["camdesk.lib.multipart.StoreHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600  # of what collectstatic copies into the data folder: Django's own are open to others
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_TEMP_DIR = None  # set by the first start to DATA/incoming: the same disk as the files

CAMERA_HISTORY_DAYS = env.number("CAMDESK_CAMERA_HISTORY_DAYS", 400, least=31)  # of what cameras were: 13 months
# How long what is said elsewhere too is kept (privacy/retention.py); 0: for ever.
KEEP_RAW_LETTERS_DAYS = env.number("CAMDESK_KEEP_RAW_LETTERS_DAYS", 1095)
KEEP_SENT_LETTERS_DAYS = env.number("CAMDESK_KEEP_SENT_LETTERS_DAYS", 1095)
KEEP_CALL_EVENTS_DAYS = env.number("CAMDESK_KEEP_CALL_EVENTS_DAYS", 365)
KEEP_PHRASES_DAYS = env.number("CAMDESK_KEEP_PHRASES_DAYS", 365)
KEEP_DRAFTS_DAYS = env.number("CAMDESK_KEEP_DRAFTS_DAYS", 180)
CAMERA_READINGS_HOURS = env.number("CAMDESK_CAMERA_READINGS_HOURS", 24, least=1)  # of what was said of them

# --- mail out
EMAIL_URL = env.text("CAMDESK_EMAIL_URL")  # smtp://user:password@host:port?tls=1; empty: the catcher page
if EMAIL_URL and not EMAIL_URL.startswith(("smtp://", "smtps://")):
    raise env.BadSetting("CAMDESK_EMAIL_URL", "smtp://user:password@host:port?tls=1 or smtps://… is needed")
SUPPORT_EMAIL = env.text("CAMDESK_SUPPORT_EMAIL", "support@example.org")
MAIL_PLUS_ADDRESS = env.flag("CAMDESK_MAIL_PLUS", default=True)  # support+anything@ reaches the support mailbox
DEFAULT_FROM_EMAIL = SUPPORT_EMAIL
UNREAD_MINUTES = env.number("CAMDESK_UNREAD_MINUTES", 5, least=1)  # an answer in the cabinet, until a letter follows
EMAIL_BACKEND = "camdesk.tickets.email_backend.OutboxBackend"  # whatever sends a letter writes a Delivery row

# --- mail in
MAIL_LISTEN = env.text("CAMDESK_MAIL_LISTEN")  # smtp://127.0.0.1:2525 or lmtp://…; empty: no door for mail servers
MAIL_FOLDER = env.text("CAMDESK_MAIL_FOLDER")  # *.eml put there are taken in
MAIL_HOOK_SECRET = env.text("CAMDESK_MAIL_HOOK_SECRET")  # the last part of /hooks/mail/<provider>/<secret>/
MAILGUN_KEY = env.text("CAMDESK_MAILGUN_KEY")  # Mailgun's HTTP webhook signing key
IMAP_URL = env.text("CAMDESK_IMAP_URL")  # imaps://user:password@host/INBOX
if IMAP_URL and not IMAP_URL.startswith(("imap://", "imaps://")):
    raise env.BadSetting("CAMDESK_IMAP_URL", "imaps://user:password@host/folder is needed")
# The name our own mail server signs Authentication-Results with, and for which ways in it counts; letters of the demo
# town bear it.
MAIL_AUTHSERV = env.text("CAMDESK_MAIL_AUTHSERV", "mx.example.org" if DEMO else "")
try:
    authserv_of("", MAIL_AUTHSERV)
except ValueError as why:
    raise env.BadSetting("CAMDESK_MAIL_AUTHSERV", str(why)) from None

# --- telephone
PHONE_COUNTRY = env.text("CAMDESK_PHONE_COUNTRY", "RU").upper()  # whose numbers people write without a country code
if PHONE_COUNTRY not in phonenumbers.SUPPORTED_REGIONS:
    raise env.BadSetting("CAMDESK_PHONE_COUNTRY", "two letters of a country are needed, such as RU, BY or KG")
PHONE_HOOK_SECRET = env.text("CAMDESK_PHONE_HOOK_SECRET")  # the last part of /hooks/phone/<provider>/<secret>/
if DEMO and not PHONE_HOOK_SECRET:  # `camdesk demo call` plays the exchange; nobody else can guess it
    PHONE_HOOK_SECRET = hashlib.sha256(f"telephone of the demo {SECRET_KEY}".encode()).hexdigest()[:32]
PHONE_KEYS = {"mango": env.text("CAMDESK_MANGO_KEY"), "zadarma": env.text("CAMDESK_ZADARMA_KEY")}

# --- engines
WORKERS = env.number("CAMDESK_WORKERS", 1, least=1)  # processes of `serve` and `web` on one port
_SEVERAL = WORKERS > 1 and DATABASES["default"]["ENGINE"] != "camdesk.lib.sqlite"  # else `serve` refuses
BUS = env.text("CAMDESK_BUS") or ("postgres" if _SEVERAL else "memory")  # memory | postgres | redis://…
if _SEVERAL and BUS == "memory":
    raise env.BadSetting("CAMDESK_BUS", "several workers hear each other by postgres or redis://… only")
# Which lanes of duties a `work` of this machine does (worker/duties.py); of none named: all.
LANES = env.listing("CAMDESK_LANES")
if env.is_said("CAMDESK_LANES") and not LANES:
    raise env.BadSetting("CAMDESK_LANES", "a worker without lanes would do nothing: name some, or unset it for all")
# Durability settings that may be off, by name (camdesk/config/durability.py refuses to start otherwise).
ALLOW_LOSS = env.listing("CAMDESK_ALLOW_LOSS")
SAMPLE_CONTACTS = DEMO or TESTING  # whether the contacts camdesk comes with are shown (playbook/sample_contacts.py)
# The operator's own folder, where there is one; else the playbook that comes with camdesk (playbook/working_copy.py).
PLAYBOOK_DIR = working_copy.folder(env.text("CAMDESK_PLAYBOOK"), data=DATA_DIR)
# Where sign-in counts its tries: in this process's memory, or in the database, where every process sees them.
LIMITS = env.text("CAMDESK_LIMITS") or ("memory" if BUS == "memory" else "database")
if LIMITS not in ("memory", "database"):
    raise env.BadSetting("CAMDESK_LIMITS", "memory or database is needed")
if _SEVERAL and LIMITS == "memory":
    raise env.BadSetting("CAMDESK_LIMITS", "several workers count together in the database only")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends."
        + ("db.DatabaseCache" if LIMITS == "database" else "locmem.LocMemCache"),
        "LOCATION": "people_limit" if LIMITS == "database" else "",
        # The limits count in here: with Django's 300 entries a crowd of made-up names would wash a count away.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}


# How often (people/limits.py). The demo's visitors share its logins, and tests do in a moment what takes people a day.
def _rate(usual: str) -> str:
    return "off" if DEMO or TESTING else usual


RATES = {
    "requests": env.rate_or_off("CAMDESK_LIMIT_REQUESTS", _rate("60/h")),  # opened by one customer
    # Sent with the open form: from one network address, and to one mailbox that is named there.
    "open_form": env.rate_or_off("CAMDESK_LIMIT_OPEN_FORM", _rate("10/h")),
    "messages": env.rate_or_off("CAMDESK_LIMIT_MESSAGES", _rate("60/m")),  # typed and pressed by one
    "api": env.rate_or_off("CAMDESK_LIMIT_API", _rate("600/m")),  # calls of one key
    # Files of one customer in MB, a smaller one as one, those taken back among them (tickets/uploads.py).
    "uploads": Rate(3 * max(MAX_DAILY_MB, 500), 24 * 3600),
    "uploads_by_key": Rate(10 * 3 * max(MAX_DAILY_MB, 500), 24 * 3600),  # of one integration
    "uploads_by_network": Rate(100, 24 * 3600),  # with the open form, from one network address
    "wrong_keys": env.rate_or_off("CAMDESK_LIMIT_WRONG_KEYS", "20/10m"),  # of one network address
    # Wrong passwords and codes (people/sign_in_limits.py).
    "sign_in_pair": Rate(5, 5 * 60),  # at one account from one network address
    "sign_in_pair_long": Rate(15, 3600),
    "sign_in_address": Rate(10, 60),  # from one, at whatever accounts
    "sign_in_address_long": Rate(100, 3600),
    "sign_in_account": Rate(30, 3600),  # at one account from everywhere; then it is watched, and not shut
    "sign_in_watched": Rate(1, 5 * 60),  # at a watched account from one network (IPv4 /24, IPv6 /48)
    "sign_in_device": Rate(5, 60),  # at one account from a browser it knows
    "sign_in_device_long": Rate(30, 3600),
    "code_pair": Rate(5, 5 * 60),
    "code_account": Rate(20, 3600),  # from all browsers it does not know
    "code_device": Rate(5, 60),
    "code_device_long": Rate(30, 3600),
    "strangers": env.rate_or_off("CAMDESK_LIMIT_STRANGERS", _rate("60/m")),  # sent from one, not signed in
}
# Letters that strangers make us write to addresses nobody has proven (tickets/letter_budget.py).
LETTER_RATES = {
    "to": env.rate("CAMDESK_LETTERS_TO", "5/h"),  # to one of them
    "by": env.rate("CAMDESK_LETTERS_BY", "20/h"),  # caused by one customer, or one network address
    "by_key": env.rate("CAMDESK_LETTERS_BY_KEY", "200/h"),  # by one integration
    "by_mail": env.rate("CAMDESK_LETTERS_BY_MAIL", "300/h"),  # by all letters without proof together
}
TEST_RUNNER = "django.test.runner.DiscoverRunner"

# --- the server (camdesk/server/serving.py)
LISTEN = env.text("CAMDESK_LISTEN", "127.0.0.1")  # what --host says where nothing is said
WEB_THREADS = env.number("CAMDESK_WEB_THREADS", 8, least=1)
MAX_CONNECTIONS = env.number("CAMDESK_MAX_CONNECTIONS", 12_000, least=10)
MAX_PER_ADDRESS = env.number("CAMDESK_MAX_PER_ADDRESS", 128, least=1)  # open at once; a trusted proxy is not counted
MIN_FREE_MB = env.number("CAMDESK_MIN_FREE_MB", 200)  # less than this on the data disk: /readyz says no
METRICS_TOKEN = env.text("CAMDESK_METRICS_TOKEN")  # empty: /metrics answers this machine only
TRUSTED_PROXIES = env.listing("CAMDESK_PROXIES", ["127.0.0.1", "::1"])  # whose X-Forwarded-* are believed

# --- the log (docs/logs.md). Secrets and personal data stay out of it: lib/log_redaction.py.
LOG_FORMAT = env.one_of("CAMDESK_LOG_FORMAT", {"text", "json"}, "text")
ACCESS_LOG = env.flag("CAMDESK_ACCESS_LOG", default=not (DEMO or TESTING))  # a line for each request
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "camdesk.lib.log_lines.Lines"},
        "json": {"()": "camdesk.lib.log_lines.JsonLines"},
    },
    "filters": {"seldom": {"()": "camdesk.lib.log_lines.Seldom"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["seldom"]}},
    "root": {"handlers": ["stderr"], "level": env.text("CAMDESK_LOG_LEVEL", "WARNING").upper()},
    "loggers": {
        "camdesk": {"level": env.text("CAMDESK_LOG_LEVEL", "INFO").upper(), "propagate": True},
    },
}
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # other names under the operator's domain are none of our business,
    "security.W021",  # and so is a list inside of browsers that one cannot take oneself off again
    "security.W008",  # TLS ends at the proxy, and so does the way there: a redirect of ours would go in circles
]
