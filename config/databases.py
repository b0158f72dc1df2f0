"""One database, several sign-ins: turns addresses into what Django and psycopg2 expect."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROLES = ("app", "worker", "sealer", "auditor", "migrator", "intake", "backup")


def variable(role: str) -> str:
    """The name of the environment variable that holds the address for `role`."""
    return "DATABASE_URL" if role == "app" else f"DATABASE_URL_{role.upper()}"


def with_files(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which NAME_FILE=path stands for NAME=the file's text, for what holds a password.

    Raises ImproperlyConfigured naming the variable when the file cannot be read.
    """
    found = dict(environment)
    for name in ("REDIS_URL", "DATABASE_ADMIN_URL", "AMPARO_EMAIL_PASSWORD", *(variable(role) for role in ROLES)):
        path = environment.get(f"{name}_FILE")
        if path and not environment.get(name):
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read.") from error
    return found


def parse(url: str, name: str) -> dict[str, Any]:
    """A Django database entry from `postgresql://user:password@host:port/name?host=/socket/folder`.

    Raises ImproperlyConfigured naming the variable when the address is not PostgreSQL's.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} must look like postgresql://user:password@host/name.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "OPTIONS": query,
    }


def entries(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The sign-ins that are configured, by role; `migrator` assumes the owner."""
    found = {}
    for role in ROLES:
        name = variable(role)
        if environment.get(name):
            found[role] = parse(environment[name], name)
    if "migrator" in found:
        found["migrator"]["OPTIONS"]["assume_role"] = "owner"
    return found
