"""The current organisation: forgetting it is loud, in Python and in the database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, connections, models, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from psycopg2.extensions import TRANSACTION_STATUS_INERROR
from uuid_utils.compat import uuid7


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


def every_organisation() -> Iterator[Any]:
    """Each organisation in turn, in a scope and a transaction of its own: never a way round the rules."""
    from core.organisations import Organisation  # noqa: PLC0415  models need this module first

    for found in Organisation.objects.order_by("slug"):
        with organisation(found.id):
            yield found


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
        return super().get_queryset().filter(organisation_id=scope().organisation)


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


class Sql(models.BaseConstraint):
    """A constraint written in SQL, run when all tables of the migration exist."""

    def statements(self, table: str, columns: dict[str, str]) -> list[str]:
        raise NotImplementedError

    def undo(self, table: str) -> list[str]:
        raise NotImplementedError

    def create_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        if schema_editor is None:
            raise RuntimeError("A schema editor is needed.")
        columns = {field.name: field.column for field in model._meta.local_fields}
        for statement in self.statements(model._meta.db_table, columns):
            schema_editor.deferred_sql.append(statement)
        return ""

    def constraint_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        return self.create_sql(model, schema_editor)

    def remove_sql(self, model: Any, schema_editor: BaseDatabaseSchemaEditor | None) -> str:
        return ";\n".join(self.undo(model._meta.db_table))

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The database alone decides."""

    def _rules(self) -> dict[str, Any]:
        return {}

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path = f"{type(self).__module__}.{type(self).__name__}"
        return path, (), {"name": self.name, **self._rules()}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.deconstruct() == other.deconstruct()  # type: ignore[attr-defined]

    def __hash__(self) -> int:
        return hash(self.name)


TENANT = "organisation_id = current_setting('amparo.organisation')::uuid"
RIGHTS = {
    "all": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "keep": ("SELECT", "INSERT", "UPDATE"),
    "append": ("SELECT", "INSERT"),
    "read": ("SELECT",),
    "insert": ("INSERT",),
}


class RowSecurity(Sql):
    """Row security, forced, with one policy for each role and command; the organisation is always part of it.

    The roles take a key of RIGHTS or None. `app_using` narrows what app may see and change, `app_check` what it may
    write; `intake_using` what intake may see and change, `intake_check` what it may insert. `everywhere` names roles
    that are not held to one organisation (sealer, auditor). `read_as` replaces the organisation test for seeing,
    never for writing.
    """

    def __init__(
        self, *, name: str, app: str | None = "all", worker: str | None = "all", intake: str | None = None,
        sealer: str | None = None, auditor: str | None = None, app_using: str = "", app_check: str | None = None,
        intake_using: str = "", intake_check: str = "", everywhere: Sequence[str] = (), read_as: str = TENANT,
    ) -> None:  # fmt: skip
        self.rights = {"app": app, "worker": worker, "intake": intake, "sealer": sealer, "auditor": auditor}
        self.app_using, self.app_check = app_using, app_check
        self.intake_using, self.intake_check = intake_using, intake_check
        self.everywhere = tuple(everywhere)
        self.read_as = read_as
        super().__init__(name=name)

    def _rules(self) -> dict[str, Any]:
        usual = {"app": "all", "worker": "all"}
        given: dict[str, Any] = {role: level for role, level in self.rights.items() if level != usual.get(role)}
        for key in ("app_using", "intake_using", "intake_check"):
            if getattr(self, key):
                given[key] = getattr(self, key)
        if self.app_check is not None:
            given["app_check"] = self.app_check
        if self.everywhere:
            given["everywhere"] = self.everywhere
        if self.read_as != TENANT:
            given["read_as"] = self.read_as
        return given

    def expressions(self, role: str) -> tuple[str, str]:
        """What `role` may see (and change), and what it may write."""
        base = "true" if role in self.everywhere else TENANT
        seen = "true" if role in self.everywhere else self.read_as
        using, check = "", ""
        if role == "app":
            using, check = self.app_using, self.app_using if self.app_check is None else self.app_check
        if role == "intake":
            using, check = self.intake_using, self.intake_check
        return (f"{seen} AND ({using})" if using else seen), (f"{base} AND ({check})" if check else base)

    def statements(self, table: str, columns: dict[str, str]) -> list[str]:
        lines = [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            f'CREATE POLICY everywhere ON "{table}" TO owner USING (true) WITH CHECK (true)',
        ]
        for role, level in self.rights.items():
            if level is None:
                continue
            commands = RIGHTS[level]
            lines.append(f'GRANT {", ".join(commands)} ON "{table}" TO {role}')
            using, check = self.expressions(role)
            for command in commands:
                clause = {
                    "SELECT": f"USING ({using})",
                    "INSERT": f"WITH CHECK ({check})",
                    "UPDATE": f"USING ({using}) WITH CHECK ({check if role == 'app' else using})",
                    "DELETE": f"USING ({using})",
                }[command]
                lines.append(f'CREATE POLICY {role}_{command.lower()} ON "{table}" FOR {command} TO {role} {clause}')
        lines.append(f'GRANT SELECT ON "{table}" TO backup')
        return lines

    def undo(self, table: str) -> list[str]:
        lines = [f'DROP POLICY IF EXISTS everywhere ON "{table}"', f'REVOKE ALL ON "{table}" FROM backup']
        for role, level in self.rights.items():
            if level is None:
                continue
            lines.append(f'REVOKE ALL ON "{table}" FROM {role}')
            lines += [f'DROP POLICY IF EXISTS {role}_{command.lower()} ON "{table}"' for command in RIGHTS[level]]
        return lines


class SameOrganisation(Sql):
    """A foreign key over (organisation, id): a child can never hang on another organisation's parent."""

    def __init__(self, field: str, *, name: str, to: str, on_delete: str = "") -> None:
        self.field, self.to, self.on_delete = field, to, on_delete
        super().__init__(name=name)

    def _rules(self) -> dict[str, Any]:
        rules = {"field": self.field, "to": self.to}
        return {**rules, "on_delete": self.on_delete} if self.on_delete else rules

    def statements(self, table: str, columns: dict[str, str]) -> list[str]:
        tail = f" ON DELETE {self.on_delete}" if self.on_delete else ""
        return [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{self.name}" FOREIGN KEY '
            f'(organisation_id, "{columns[self.field]}") REFERENCES "{self.to}" (organisation_id, id){tail} '
            "DEFERRABLE INITIALLY IMMEDIATE"
        ]

    def undo(self, table: str) -> list[str]:
        return [f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{self.name}"']


class NoOverlap(Sql):
    """Half-open stretches of one parent never overlap; a stretch without an end lasts for ever. Needs btree_gist."""

    def __init__(self, field: str, *, since: str, until: str, name: str) -> None:
        self.field, self.since, self.until = field, since, until
        super().__init__(name=name)

    def _rules(self) -> dict[str, Any]:
        return {"field": self.field, "since": self.since, "until": self.until}

    def statements(self, table: str, columns: dict[str, str]) -> list[str]:
        return [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{self.name}" EXCLUDE USING gist (organisation_id WITH =, '
            f'"{columns[self.field]}" WITH =, tstzrange("{columns[self.since]}", "{columns[self.until]}") WITH &&)'
        ]

    def undo(self, table: str) -> list[str]:
        return [f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{self.name}"']


class SameRow(Sql):
    """A foreign key over (organisation, several columns): what this row says must stand in the other table too.

    Nothing is asked while one of the columns is empty.
    """

    def __init__(self, fields: Sequence[str], *, name: str, to: str, columns: Sequence[str]) -> None:
        self.fields, self.to, self.columns = tuple(fields), to, tuple(columns)
        super().__init__(name=name)

    def _rules(self) -> dict[str, Any]:
        return {"fields": self.fields, "to": self.to, "columns": self.columns}

    def statements(self, table: str, columns: dict[str, str]) -> list[str]:
        here = ", ".join(f'"{columns[field]}"' for field in self.fields)
        there = ", ".join(f'"{column}"' for column in self.columns)
        return [
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{self.name}" FOREIGN KEY (organisation_id, {here}) '
            f'REFERENCES "{self.to}" (organisation_id, {there}) DEFERRABLE INITIALLY IMMEDIATE'
        ]

    def undo(self, table: str) -> list[str]:
        return [f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{self.name}"']


def tenant(table: str, *constraints: models.BaseConstraint, **rules: Any) -> list[models.BaseConstraint]:
    """Row security, the pair key (organisation, id) and the given constraints, for the table of that name."""
    return [
        RowSecurity(name=f"{table}_rows", **rules),
        models.UniqueConstraint(fields=("organisation", "id"), name=f"{table}_same"),
        *constraints,
    ]
