"""All settings. Their values come from environment variables, which docs/operations.md lists.

With nothing set, the site works on this machine only: with a local SQLite file, its own secret and loopback addresses.
"""

import secrets
import tomllib
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from council import env, postgresql, program_paths
from meetings.documents.choices import Language

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.read_text("VAR_DIR") or BASE_DIR / "var")
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

# What this process does: `public` only reads what is published and has no code of the editors
# (council/startup_checks.py).
SITE_ROLE = env.read_choice("SITE_ROLE", "all", "public", "editor")
EDITING = SITE_ROLE != "public"

DEBUG = env.read_bool("DEBUG")
ALLOWED_HOSTS = env.read_list("ALLOWED_HOSTS") or list(LOOPBACK)
SERVES_ELSEWHERE = not set(ALLOWED_HOSTS) <= set(LOOPBACK)
if SERVES_ELSEWHERE:
    required = (*(("SECRET_KEY", "EDITORS_HOST") if EDITING else ()), "DATABASE_URL", "SITE_CONTACT")
    if missing := [name for name in required if not env.read_text(name)]:
        raise ImproperlyConfigured(
            f"ALLOWED_HOSTS is {', '.join(ALLOWED_HOSTS)}, so the site serves other machines: set "
            f"{', '.join(missing)} too (docs/operations.md)."
        )
    if DEBUG:
        raise ImproperlyConfigured("DEBUG shows internal data to every visitor: unset DEBUG or ALLOWED_HOSTS.")
SECRET_KEY = env.read_secret("SECRET_KEY") or (
    env.load_local_secret(VAR_DIR / "secret-key") if EDITING else secrets.token_urlsafe(50)  # it signs nothing
)
# The host of the admin and of preview links. Readers use the others, so their process never gets an editor's cookie.
EDITORS_HOST = env.read_host("EDITORS_HOST", ALLOWED_HOSTS) if EDITING and SERVES_ELSEWHERE else ""
# Earlier ones, so that second steps stay readable (meetings/sign_in/encryption.py). Not Django's SECRET_KEY_FALLBACKS:
# with these, whoever knows an earlier one could still sign links and cookies.
FORMER_SECRET_KEYS = env.read_secrets("SECRET_KEY_FALLBACKS")
CSRF_TRUSTED_ORIGINS = [f"https://{EDITORS_HOST}"] if EDITORS_HOST else []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "council.log_masks.LinkTokenFormatter",
            "format": "{asctime} {levelname} {name} [{request_id}]: {message}",
            "style": "{",
        }
    },
    "filters": {"request_id": {"()": "council.middleware.request_ids.RequestIdFilter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}

INSTALLED_APPS = [
    "council",
    "agenda",
    "meetings",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "corsheaders",
    "csp",
    *(["agenda.dashboard.apps.DeskConfig", "django.contrib.sessions", "django.contrib.messages"] if EDITING else []),
    *(["django_prose_editor"] if EDITING else []),  # for its static files: the editor of rich texts
    # The command make_meetings, which only a checkout with the tests has; the image does not.
    *(["tests.benchmarks"] if EDITING and (BASE_DIR / "tests" / "benchmarks").is_dir() else []),
    "django.contrib.auth",  # nobody signs in to the public process, but the model User needs its groups
    "django.contrib.contenttypes",
    "whitenoise.runserver_nostatic",
    "council.static_files.CollectedFilesConfig",
]
MIDDLEWARE = [
    "council.middleware.probes.ProbeMiddleware",
    "council.middleware.time_limit.TimeLimitMiddleware",
    "council.middleware.request_ids.RequestIdMiddleware",
    "council.middleware.client_address.ClientAddressMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "council.middleware.security_headers.ContentSecurityPolicyMiddleware",
    "council.middleware.service_workers.ServiceWorkerMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    *(["council.middleware.hosts.HostMiddleware", "council.middleware.hosts.OtherHostsMiddleware"] if EDITING else []),
    "council.middleware.answer.InstantMiddleware",
    "council.middleware.limits.SizeMiddleware",
    "council.middleware.limits.RateMiddleware",
    "council.middleware.conditional.ConditionalMiddleware",
    *(["django.contrib.sessions.middleware.SessionMiddleware"] if EDITING else []),
    "council.middleware.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "council.middleware.methods.SafeMethodsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    *(
        [
            "council.middleware.sign_in.SignInMiddleware",
            "council.middleware.sign_in.ReadersPagesMiddleware",
            "council.middleware.sign_in.StrangersFormMiddleware",
            "council.middleware.accounts.AccountLimitMiddleware",
            "council.middleware.statement_timeout.StatementTimeoutMiddleware",
            "council.middleware.time_travel.TimeTravelMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ]
        if EDITING
        else []
    ),
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "council.urls"
WSGI_APPLICATION = "council.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "council.compiled_templates.loader.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                *(
                    [
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                    if EDITING
                    else []
                ),
            ],
            "libraries": {"publishing": "agenda.dashboard.template_filters"} if EDITING else {},
        },
    }
]

READER_STATEMENT_TIMEOUT = 10  # seconds; also for strangers in the editors' process
STATEMENT_TIMEOUT = env.read_number("STATEMENT_TIMEOUT", 0 if EDITING else READER_STATEMENT_TIMEOUT)
READERS_CONNECTIONS = env.read_number("READERS_CONNECTIONS", 60)  # of the 100 that PostgreSQL allows by default
DATABASES = {
    "default": dj_database_url.parse(
        env.read_text("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'db.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    # A transaction takes the write lock when it begins, so that it cannot fail halfway because of another writer.
    init_command = "PRAGMA journal_mode=WAL" + ("" if EDITING else "; PRAGMA query_only=ON")
    DATABASES["default"]["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "init_command": init_command}
else:  # if the database is unreachable, fail within seconds instead of blocking a thread for minutes
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options.setdefault("connect_timeout", 5)
    read_only = "" if EDITING else "-c default_transaction_read_only=on"
    # A role may change its own settings; these come before them.
    search_path = "public" if EDITING else "readers_complete,readers,public"
    own_settings = rf"-c search_path={search_path} -c default_transaction_isolation=read\ committed"
    planner_options = postgresql.PLANNER_OPTIONS if EDITING else postgresql.READER_PLANNER_OPTIONS
    # An editor's publication or import may take long; a reader's query may not.
    timeout_option = f"-c statement_timeout={STATEMENT_TIMEOUT * 1000}"
    if SITE_ROLE == "editor":  # whoever freezes in a publication must not keep it from being stopped for ever
        own_settings += " -c idle_in_transaction_session_timeout=60s -c lock_timeout=50s"
        own_settings += " -c client_connection_check_interval=5s"  # no statement goes on after its process has ended
    url_options = options.get("options", "")
    options["options"] = f"{planner_options} {own_settings} {timeout_option} {url_options} {read_only}".strip()
    if not EDITING:
        DATABASES["default"]["ENGINE"] = "council.postgresql"  # it checks connections less often
READS_READER_TABLES = not EDITING and "postgresql" in DATABASES["default"]["ENGINE"]  # in tables of their own
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "meetings.User"
AUTHENTICATION_BACKENDS = ["meetings.sign_in.backend.SignInBackend"] if EDITING else []
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "meetings.sign_in.password_validators.GuessableValidator"},
]
LOGIN_URL = "admin:login"
# Who needs a second step to sign in to a site that serves other machines.
SECOND_STEP = env.read_choice("SECOND_STEP", "publishers", "everybody")

USE_TZ = True
TIME_ZONE = "Europe/Brussels"
LANGUAGE_CODE = "en"
LANGUAGES = Language.choices
LANGUAGE_COOKIE_NAME = "language"  # static/js/language.js sets it
FORMAT_MODULE_PATH = "council.formats"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.read_text("STATIC_ROOT") or VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static", ("guide", BASE_DIR / "docs" / "img")]  # the guide is “Help” in the admin
STORAGES = {
    "default": {"BACKEND": "council.storage.MediaStorage"},
    "staticfiles": {"BACKEND": "council.storage.StaticStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()  # not collected yet: serve them from the apps
# Uploaded pictures. No server may serve this folder: the site decides for each request whether a picture is public.
MEDIA_ROOT = Path(env.read_text("MEDIA_ROOT") or VAR_DIR / "media")
# The path of nginx's internal location for that folder, such as /_media/. Without it, the site sends pictures itself.
INTERNAL_MEDIA_PATH = env.read_text("INTERNAL_MEDIA_PATH", pattern=r"/(?:[\w-]+/)+", advice="a path such as /_media/")
# Where a process without that folder gets pictures for PDF and Word files: the front server sends them by their digest.
PICTURES_URL = env.read_text(
    "PICTURES_URL", pattern=r"http://[\w.-]+(?::\d+)?", advice="an address without a path, such as http://front:8082"
)
# The file at /api/v1/dump/, which `manage.py update_dump` writes. No server may serve this folder either.
DUMP_ROOT = Path(env.read_text("DUMP_ROOT") or VAR_DIR / "dump")
INTERNAL_DUMP_PATH = env.read_text("INTERNAL_DUMP_PATH", pattern=r"/(?:[\w-]+/)+", advice="a path such as /_dump/")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["meetings.api.renderers.DocumentRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PAGINATION_CLASS": "meetings.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["meetings.api.filters.StrictFilterBackend"],
    "EXCEPTION_HANDLER": "meetings.http.problems.handle_api_exception",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_METADATA_CLASS": None,
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "meetings.api.description.EndpointSchema",
}
# The licence of the published texts. Every response of the API names it.
LICENCE_NAME = env.read_text("LICENCE_NAME") or "Creative Commons Attribution 4.0 International (CC BY 4.0)"
LICENCE_URL = env.read_web_address("LICENCE_URL") or "https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTION = env.read_text("ATTRIBUTION") or "Council of the European Union, press office"
# The contact for readers: an email or web address. A site that serves other machines must have one.
SITE_CONTACT = env.read_contact("SITE_CONTACT")
# Where to report a security problem (/.well-known/security.txt), and the languages in which you can read reports.
SECURITY_CONTACT = env.read_security_contacts("SECURITY_CONTACT")
SECURITY_LANGUAGES = env.read_list("SECURITY_LANGUAGES") or ["en"]
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Agendas of the Council",
    "DESCRIPTION": "Published agendas of meetings of the Council of the European Union: items, times, places and "
    "results. Read-only. No key is needed.",
    "VERSION": "1",
    "SERVERS": [{"url": "/", "description": "The site that serves this description."}],
    "EXTERNAL_DOCS": {"url": "/api/docs/", "description": "Documentation with requests that you can try."},
    "TAGS": tomllib.loads((BASE_DIR / "meetings" / "api" / "tags.toml").read_text(encoding="utf-8"))["tags"],
    "LICENSE": {"name": LICENCE_NAME, "url": LICENCE_URL},
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [],
}

# The memory of each process for responses that it can send again (council.response_cache), in bytes. While you develop,
# templates may change at any time.
RESPONSE_CACHE_SIZE = 0 if DEBUG else 1_000_000 * env.read_number("RESPONSE_CACHE_MB", 32)

# Mails to the press office (agenda.mail). The command send_notices sends them; the web processes do not. Without a mail
# server, a site on this machine only, such as the demo, prints them.
EMAIL_HOST = env.read_text("EMAIL_HOST") if EDITING else ""
EMAIL_USE_TLS, EMAIL_USE_SSL = env.read_bool("EMAIL_USE_TLS"), env.read_bool("EMAIL_USE_SSL")
EMAIL_PORT = env.read_number("EMAIL_PORT", 587 if EMAIL_USE_TLS else 465 if EMAIL_USE_SSL else 25)
EMAIL_HOST_USER = env.read_text("EMAIL_HOST_USER") if EDITING else ""
EMAIL_HOST_PASSWORD = env.read_text("EMAIL_HOST_PASSWORD") if EDITING else ""
EMAIL_TIMEOUT = 20  # in seconds, for each step with the mail server
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if EMAIL_HOST or (EDITING and not SERVES_ELSEWHERE):
    EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = env.read_email_address("DEFAULT_FROM_EMAIL") or "agendas@localhost"
# The editors' address in mails, which no request tells.
SITE_URL = env.read_site_url("SITE_URL") or (f"https://{EDITORS_HOST}" if EDITORS_HOST else "http://127.0.0.1:8000")
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise ImproperlyConfigured("EMAIL_USE_TLS and EMAIL_USE_SSL exclude each other: unset one of them.")
if EMAIL_HOST and not env.read_text("DEFAULT_FROM_EMAIL"):
    raise ImproperlyConfigured("EMAIL_HOST is set: set DEFAULT_FROM_EMAIL too, the address that mails come from.")

API_RATE = env.read_rate("API_RATE", "1200/minute")
REQUEST_TIMEOUT = env.read_number("REQUEST_TIMEOUT", 0)  # seconds
CORS_ALLOW_ALL_ORIGINS = True
CORS_URLS_REGEX = program_paths.PROGRAM_PATHS
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS"]
CORS_ALLOW_HEADERS = ["accept", "accept-language", "if-modified-since", "if-none-match", "x-request-id"]
CORS_EXPOSE_HEADERS = (
    "API-Version Content-Disposition Content-Language Deprecation ETag Last-Modified Link Retry-After Sunset "
    "X-Request-Id"
).split()
CORS_PREFLIGHT_MAX_AGE = 86_400

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a translation is one form, with several fields for each text of the note
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_ENGINE = "meetings.sign_in.session_store"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3_600  # seconds until a session ends in any case
MESSAGE_STORAGE, MESSAGE_COOKIE_NAME = "council.message_storage.MessageStorage", "messages"
DEVICE_COOKIE_NAME = "device"  # tells browsers in which a user has signed in (meetings.sign_in.devices)
SESSION_IDLE_AGE = 3_600  # seconds until a session ends whose user does nothing
PASSWORD_RESET_TIMEOUT = 24 * 3_600  # seconds for which a link to set a password works
CSRF_FAILURE_VIEW = f"council.views.{'lost_forms.refuse_form' if EDITING else 'errors.csrf_failure'}"
if SERVES_ELSEWHERE:  # behind a front server that ends TLS and sets X-Forwarded-Proto (docs/operations.md)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # Browsers accept these names only from this host, over TLS and for all paths.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    DEVICE_COOKIE_NAME, MESSAGE_COOKIE_NAME = "__Host-device", "__Host-messages"
