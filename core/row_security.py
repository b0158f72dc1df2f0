"""Row security and same-organisation keys, as constraints of models: a missing one is a missing migration."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


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
        module = type(self).__module__
        path = f"{'core.tenancy' if module == __name__ else module}.{type(self).__name__}"
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
    that are not held to one organisation (sealer, auditor). `worker_check` narrows what worker may write. `read_as`
    replaces the organisation test for seeing, never for writing.
    """

    def __init__(
        self, *, name: str, app: str | None = "all", worker: str | None = "all", intake: str | None = None,
        sealer: str | None = None, auditor: str | None = None, app_using: str = "", app_check: str | None = None,
        intake_using: str = "", intake_check: str = "", worker_check: str = "", everywhere: Sequence[str] = (),
        read_as: str = TENANT,
    ) -> None:  # fmt: skip
        self.rights = {"app": app, "worker": worker, "intake": intake, "sealer": sealer, "auditor": auditor}
        self.app_using, self.app_check = app_using, app_check
        self.intake_using, self.intake_check = intake_using, intake_check
        self.worker_check = worker_check
        self.everywhere = tuple(everywhere)
        self.read_as = read_as
        super().__init__(name=name)

    def _rules(self) -> dict[str, Any]:
        usual = {"app": "all", "worker": "all"}
        given: dict[str, Any] = {role: level for role, level in self.rights.items() if level != usual.get(role)}
        for key in ("app_using", "intake_using", "intake_check", "worker_check"):
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
        if role == "worker":
            check = self.worker_check
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
