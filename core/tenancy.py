"""The current organisation: forgetting it is loud, in Python and in the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, connections, models, transaction
from django.db.models.lookups import Exact
from django.db.models.sql.where import AND
from psycopg2.extensions import TRANSACTION_STATUS_INERROR
from uuid_utils.compat import uuid7

# Migrations know these by this module's name, for ever.
from core.row_security import RIGHTS, TENANT, NoOverlap, RowSecurity, SameOrganisation, SameRow, Sql

__all__ = [
    "RIGHTS", "TENANT", "NoOrganisation", "NoOverlap", "RowSecurity", "SameOrganisation", "SameRow", "Scope", "Sql",
    "TenantForeignKey", "TenantManager", "TenantModel", "as_user", "current_organisation_id",
    "new_id", "organisation", "scope", "signed_in_as", "tenant", "with_mailbox",
]  # fmt: skip


class NoOrganisation(RuntimeError):
    """A tenant table was asked outside any organisation's scope."""


@dataclass(frozen=True)
class Scope:
    """Whose rows this transaction may touch."""

    organisation: UUID
    user: UUID | None = None
    role: str | None = None
    mailbox: str | None = None
    # What core.encryption lends to this transaction alone: keys it made, and the one key a receipt opened.
    lent: dict[UUID, Any] = field(default_factory=dict, compare=False, repr=False)
    # By what an open key of this organisation is found; None in a role that may open none.
    quick: int | None = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "quick", self.organisation.int if self.role is None else None)


_current: ContextVar[Scope | None] = ContextVar("amparo_scope", default=None)
scope_or_none = _current.get  # for core.encryption, which asks for each field and cannot afford a call more


def scope() -> Scope:
    """The scope in force; raises NoOrganisation outside one."""
    found = _current.get()
    if found is None:
        raise NoOrganisation("No organisation is in scope here.")
    return found


def current_organisation_id() -> UUID:
    """Default of the tenant column: the organisation in scope."""
    return scope().organisation


def new_id() -> UUID:
    """A key made in Python, ordered by time, so that no INSERT needs an answer from the database."""
    return uuid7()


def _apply(found: Scope | None) -> None:
    """Tell the database; all settings end with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('amparo.organisation', %s, true), set_config('amparo.user', %s, true), "
            "set_config('amparo.mailbox', %s, true), set_config('role', %s, true)",
            [
                str(found.organisation) if found else "",
                str(found.user) if found and found.user else "",
                (found.mailbox or "") if found else "",
                (found.role or "none") if found else "none",
            ],
        )


def _broken() -> bool:
    """True where the database takes no statement before a rollback, which restores the settings by itself."""
    raw = connection.connection
    if raw is None or raw.closed:
        return True
    return connection.needs_rollback or raw.info.transaction_status == TRANSACTION_STATUS_INERROR


@contextmanager
def organisation(
    organisation_id: UUID, *, user: UUID | None = None, role: str | None = None, mailbox: str | None = None
) -> Iterator[Scope]:
    """One transaction in which only this organisation's rows exist; nests, and gives the outer scope back."""
    outer = _current.get()
    with transaction.atomic():
        nested = bool(connection.savepoint_ids) or outer is not None
        lent = outer.lent if outer and (outer.organisation, outer.role) == (organisation_id, role) else {}
        token = _current.set(Scope(organisation_id, user, role, mailbox, lent))
        try:
            _apply(_current.get())
            yield scope()
        finally:
            _current.reset(token)  # before COMMIT, so that on_commit hooks run outside any scope
            if nested and not _broken():
                _apply(outer)


@contextmanager
def as_user(user_id: UUID) -> Iterator[None]:
    """Outside any organisation: a transaction that sees the rows a person has in several (their own memberships)."""
    if _current.get() is not None:
        raise RuntimeError("A person's view across organisations is not available inside one.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('amparo.user', %s, true)", [str(user_id)])
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('amparo.user', '', true)")


@contextmanager
def with_mailbox(mailbox: str) -> Iterator[None]:
    """Within the scope in force, open the one mailbox whose keyed look-up is given."""
    outer = scope()
    if outer.mailbox == mailbox:
        yield
        return
    token = _current.set(replace(outer, mailbox=mailbox))
    try:
        _apply(_current.get())
        yield
    finally:
        _current.reset(token)
        if not _broken():
            _apply(outer)


@contextmanager
def signed_in_as(role: str, alias: str = "default") -> Iterator[Any]:
    """Use another database sign-in on this thread's connection; only outside a transaction."""
    link = connections[alias]
    if link.in_atomic_block:
        raise RuntimeError("Changing the sign-in inside a transaction is refused.")
    shared = link.settings_dict
    link.close()
    # The test database keeps its name whoever signs in.
    link.settings_dict = {**shared, **settings.DATABASE_ROLES[role], "NAME": shared["NAME"]}
    try:
        yield link
    finally:
        link.close()
        link.settings_dict = shared


class TenantManager(models.Manager):
    """Rows of the organisation in scope; raises NoOrganisation outside one."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet:
        # What filter(organisation_id=…) makes, without its cost: every question and every INSERT comes through here.
        here, found = scope().organisation, super().get_queryset()
        field: Any = self.model._meta.get_field("organisation_id")
        found.query.where.add(Exact(field.get_col(found.query.get_initial_alias()), here), AND)
        return found


class TenantModel(models.Model):
    """A row that belongs to one organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        "core.Organisation",
        on_delete=models.PROTECT,
        default=current_organisation_id,
        db_index=False,
        editable=False,
        related_name="+",
    )

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class TenantForeignKey(models.ForeignKey):
    """A reference inside one organisation; the database key is the SameOrganisation constraint beside it."""

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        if kwargs.get("db_index") is False:
            del kwargs["db_index"]
        return name, path, args, kwargs


def tenant(table: str, *constraints: models.BaseConstraint, **rules: Any) -> list[models.BaseConstraint]:
    """Row security, the pair key (organisation, id) and the given constraints, for the table of that name."""
    return [
        RowSecurity(name=f"{table}_rows", **rules),
        models.UniqueConstraint(fields=("organisation", "id"), name=f"{table}_same"),
        *constraints,
    ]
