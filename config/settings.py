"""All settings, from the environment only; a value that is missing or odd stops the start with a sentence."""

import json
import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import databases
from config.security import *  # noqa: F403  policies that belong together live in one module

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env.str("AMPARO_ENV", "development")
if ENVIRONMENT not in ("development", "test", "production"):
    raise ImproperlyConfigured("AMPARO_ENV must be development, test or production.")
PRODUCTION = ENVIRONMENT == "production"
TESTING = ENVIRONMENT == "test"
DEBUG = False  # error pages with local variables would show what survivors told us, in every environment
ROLE = env.str("AMPARO_ROLE", "app")
if ROLE not in databases.ROLES:
    raise ImproperlyConfigured(f"AMPARO_ROLE must be one of {', '.join(databases.ROLES)}.")

STATE_DIR = Path(env.str("AMPARO_STATE", str(BASE_DIR / ".amparo")))
KEYS_DIR = Path(env.str("AMPARO_KEYS", str(STATE_DIR / "keys")))
ROOT_KEY_FILE = env.str("AMPARO_ROOT_KEY_FILE", "")
BACKUP_KEY_FILE = env.str("AMPARO_BACKUP_KEY_FILE", str(KEYS_DIR / "backup.key"))
CHECKPOINTS_DIR = Path(env.str("AMPARO_CHECKPOINTS", str(STATE_DIR / "checkpoints")))
# Further folders that get each checkpoint of the audit: another machine's share, a mounted write-once store.
WITNESS_DIRS = [Path(place) for place in env.list("AMPARO_WITNESSES", default=[])]
AUDIT_SEAL_EVERY = env.float("AMPARO_AUDIT_SEAL_EVERY", 2.0)  # seconds between two rounds of the sealer


def _environment() -> dict[str, str]:
    """The process environment over what the launcher of the embedded servers wrote down."""
    given = databases.with_files(os.environ)
    written = STATE_DIR / "environment.json"
    if given.get("DATABASE_URL") or PRODUCTION or not written.exists():
        return given
    return {**json.loads(written.read_text()), **given}


_values = _environment()
DATABASE_ROLES = databases.entries(_values)
if ROLE not in DATABASE_ROLES:
    raise ImproperlyConfigured(
        f"{databases.variable(ROLE)} is not set. Give it the address of the database for the role “{ROLE}”, "
        "or start everything with “make run”."
    )
DATABASES = {
    "default": {
        **DATABASE_ROLES[ROLE],
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0 if TESTING else env.int("AMPARO_CONN_MAX_AGE", 60),
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
}
REDIS_URL = _values.get("REDIS_URL", "")
if not REDIS_URL:
    raise ImproperlyConfigured("REDIS_URL is not set. Give it the broker's address, or start with “make run”.")


def _secret_key() -> str:
    file = KEYS_DIR / "django.key"
    if file.exists():
        return file.read_text().strip()
    if value := env.str("AMPARO_SECRET_KEY", ""):
        return value
    raise ImproperlyConfigured(f"No secret key: neither {file.name} in AMPARO_KEYS nor AMPARO_SECRET_KEY is there.")


SECRET_KEY = _secret_key()
ADDRESS = env.str("AMPARO_ADDRESS", "http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("AMPARO_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = [ADDRESS] if ADDRESS.startswith("https://") else []

INSTALLED_APPS = [
    "config",
    "reporting",
    "screening",
    "investigations",
    "victims",
    "cases",
    "partners",
    "core",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.headers.PrivateAnswers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.headers.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "core.middleware.OrganisationScope",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.ui.frame",
            ],
        },
    }
]
FORM_RENDERER = "core.forms.Renderer"

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher" if TESTING else "django.contrib.auth.hashers.Argon2PasswordHasher"
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("es", _("Spanish")),
    ("ar", _("Arabic")),
    ("ru", _("Russian")),
    ("zh-hans", _("Chinese")),
]
# Pages for staff are whole in these. Which languages the public form is offered in, core.language says.
STAFF_LANGUAGES = ("en", "fr", "ar")
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.str("AMPARO_STATIC", str(STATE_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING

STATUS_TOKEN_FILE = env.str("AMPARO_STATUS_TOKEN_FILE", str(KEYS_DIR / "status.token"))
EMAIL_BACKEND = env.str(
    "AMPARO_EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "django.core.mail.backends.filebased.EmailBackend",
)
EMAIL_FILE_PATH = STATE_DIR / "mail"
EMAIL_HOST = env.str("AMPARO_EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("AMPARO_EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("AMPARO_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = _values.get("AMPARO_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.bool("AMPARO_EMAIL_TLS", default=PRODUCTION)
EMAIL_TIMEOUT = 10
OPERATOR_EMAIL = env.str("AMPARO_OPERATOR_EMAIL", "")
# Seconds past which the operator is told: the sweep and the sealer look every few seconds, notices are retried.
STATUS_LIMITS = {
    "broker": env.int("AMPARO_LIMIT_BROKER", 120),
    "worker": env.int("AMPARO_LIMIT_WORKER", 120),
    "sweep": env.int("AMPARO_LIMIT_SWEEP", 120),
    "sealing": env.int("AMPARO_LIMIT_SEALING", 120),
    "unsealed": env.int("AMPARO_LIMIT_UNSEALED", 900),
    "notices": env.int("AMPARO_LIMIT_NOTICES", 1800),
}
DEFAULT_FROM_EMAIL = env.str("AMPARO_EMAIL_FROM", "amparo@localhost")

PUBLIC_URLS = "cases.public.urls"  # all that is served on an organisation's neutral host
# Where "Leave now" ends; empty: our own everyday page, a calendar.
LEAVE_ADDRESS = env.str("AMPARO_LEAVE_ADDRESS", "")
ACCESS_TABLE = BASE_DIR / "config" / "access_table.csv"
# The demo lets accounts without a second factor in and believes them; no installation for real may.
DEMO = env.bool("AMPARO_DEMO", default=not PRODUCTION)
if DEMO and PRODUCTION:
    raise ImproperlyConfigured("AMPARO_DEMO cannot be on where AMPARO_ENV is production.")
ACCOUNT_ADAPTER = "core.sign_in.Adapter"
MFA_ADAPTER = "core.second_factors.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "core.sign_in_forms.SignIn",
    "reauthenticate": "core.sign_in_forms.Confirm",
    "change_password": "core.sign_in_forms.NewPassword",
}
MFA_FORMS = {
    "authenticate": "core.sign_in_forms.SecondStep",
    "reauthenticate": "core.sign_in_forms.SecondStepAgain",
    "activate_totp": "core.sign_in_forms.NewApp",
    "add_webauthn": "core.sign_in_forms.NewPasskey",
    "edit_webauthn": "core.sign_in_forms.PasskeyName",
}
# By account alone, no address is looked at. Guesses at a password wait in core.guessing, those at a code here.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "10/5m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/account/login/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],  # core.api.base.ApiView names what it takes
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "core.api.base.Schema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Amparo",
    "DESCRIPTION": "Reports, cases, clocks and offices of one organisation; see docs/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/o/{org}",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {"YesNoUnknownEnum": "cases.choices.YesNoUnknown", "StateEnum": "cases.choices.CaseState"},
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"plain": {"()": "core.redaction.NoPrivateWords"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["plain"], "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("AMPARO_LOG_LEVEL", "INFO")},
}
SILENCED_SYSTEM_CHECKS = [
    "axes.W006",  # no address of anybody is stored, so guessing is slowed down per account
    "guardian.W001",  # grants are asked by our own EXISTS; guardian's backend would ask model-level permissions
]
