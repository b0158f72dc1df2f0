"""Is this process alive, can it take a report, and how do the helpers behind it."""

import secrets
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views import View

from core import status
from core.encryption import receipts, roots
from core.encryption.checks import NEED_THE_ROOT
from core.errors import KeyUnavailable

_TRIAL = UUID(int=0)


class Alive(View):
    """200 as long as the process answers at all."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"alive": True})


class Ready(View):
    """200 when this process can take a report, else 503 saying why not; broker and workers do not count."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        because = obstacles()
        return JsonResponse({"ready": not because, "because": because}, status=503 if because else 200)


def obstacles() -> list[str]:
    """Why no report could be taken now, as words without details: database, role, tables, keys."""
    found = []
    try:
        if not role_is_safe():
            found.append("role")
        if not _tables.are_current():
            found.append("tables")
    except DatabaseError:
        found.append("database")
    if not keys_are_reachable():
        found.append("keys")
    return found


def role_is_safe() -> bool:
    """The sign-in is no superuser, cannot bypass row security, and is no member of a role that can or of the owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER') "
            "AND (rolsuper OR rolbypassrls OR rolname = 'owner')"
        )
        return bool(cursor.fetchone()[0] == 0)


def keys_are_reachable() -> bool:
    """The root key (where values are opened) and the pepper can be read: without either a report stays closed."""
    try:
        if settings.ROLE in NEED_THE_ROOT:
            roots.provider().describe()
        receipts.lookup(_TRIAL, "0" * 20)
    except (KeyUnavailable, ImproperlyConfigured):
        return False
    return True


class _Tables:
    """Whether every migration of this code has been applied; once true it stays true for a process."""

    def __init__(self) -> None:
        self.current = False

    def are_current(self) -> bool:
        if not self.current:
            executor = MigrationExecutor(connection)
            self.current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return self.current


_tables = _Tables()


class Status(View):
    """How the helpers do, for whoever holds the status token (`Authorization: Bearer …`); 404 for everybody else."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        if not _token_fits(request.headers.get("Authorization", "")):
            raise Http404
        found = status.conditions(timezone.now())
        return JsonResponse(
            {"ok": all(condition.ok for condition in found), "conditions": [asdict(condition) for condition in found]}
        )


def _token_fits(header: str) -> bool:
    try:
        token = Path(settings.STATUS_TOKEN_FILE).read_text(encoding="utf-8").strip()
    except OSError:
        return False
    given = header.removeprefix("Bearer ").strip()
    return bool(token) and secrets.compare_digest(given.encode(), token.encode())
