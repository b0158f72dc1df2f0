"""The database as it describes itself, and a valid row for any table, made from that description alone."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice, product
from typing import Any

from django.apps import apps
from django.db import models
from psycopg2 import errors
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    length: int | None
    needed: bool


@dataclass(frozen=True)
class Reference:
    """A foreign key: the columns that point, the table and the columns they point to."""

    name: str
    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


def ask(connection: Connection, statement: str, values: Any = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def tenant_tables(connection: Connection) -> list[str]:
    """Every table with the tenant's column, in any schema of ours, as schema.name."""
    return [
        f"{schema}.{name}"
        for schema, name in ask(
            connection,
            """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organisation_id' AND NOT a.attisdropped
               WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'vault') ORDER BY 1, 2""",
        )
    ]


def columns(connection: Connection, table: str) -> list[Column]:
    return [
        Column(name, kind, length - 4 if length > 0 else None, needed)
        for name, kind, length, needed in ask(
            connection,
            """SELECT attname, format_type(atttypid, NULL), atttypmod,
                      attnotnull AND NOT atthasdef AND attidentity = '' AND attgenerated = ''
               FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum""",
            [table],
        )
    ]


def references(connection: Connection, table: str) -> list[Reference]:
    return [
        Reference(name, tuple(own), target, tuple(theirs))
        for name, own, target, theirs in ask(
            connection,
            """SELECT conname,
                      (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(conkey) WITH ORDINALITY k(at, n)
                       JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.at),
                      (SELECT n.nspname || '.' || c.relname FROM pg_class c
                       JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = confrelid),
                      (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(confkey) WITH ORDINALITY k(at, n)
                       JOIN pg_attribute a ON a.attrelid = confrelid AND a.attnum = k.at)
               FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass ORDER BY conname""",
            [table],
        )
    ]


def unique_columns(connection: Connection, table: str) -> set[str]:
    """Columns that are part of some unique index."""
    return {
        name
        for (name,) in ask(
            connection,
            """SELECT DISTINCT a.attname::text FROM pg_index i
               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
               WHERE i.indisunique AND i.indrelid = %s::regclass""",
            [table],
        )
    }


def fields(table: str) -> dict[str, models.Field]:
    """The model's fields of a table by column; empty for a table of no model."""
    return {
        field.column: field
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table == table.partition(".")[2]
        for field in model._meta.local_fields
    }


class Maker:
    """Makes rows of any table for one organisation, with all they point to; works as the owner of the tables."""

    moments = count()  # shared by all makers: some tables number rows of every organisation in one line

    def __init__(self, connection: Connection, organisation: uuid.UUID) -> None:
        self.connection, self.organisation = connection, organisation
        self.rows: dict[str, dict[str, Any]] = {}

    def row(self, table: str) -> dict[str, Any]:
        """One row of the table, made the first time it is asked for."""
        if table not in self.rows:
            self.rows[table] = {}
            self.rows[table] = self.insert(table, self.values(table))
        return self.rows[table]

    def values(self, table: str) -> dict[str, Any]:
        """Values a new row of the table can have."""
        found: dict[str, Any] = {}
        shapes = columns(self.connection, table)
        needed = {column.name for column in shapes if column.needed}
        # A key over several columns says more than one over a single column of it, so it has the last word.
        for reference in sorted(references(self.connection, table), key=lambda each: len(each.columns)):
            pointing = [name for name in reference.columns if name != "organisation_id"]
            if reference.table == "public.organisation" or not needed.issuperset(pointing):
                continue
            parent = self.parent(reference.table)
            found |= {own: parent[theirs] for own, theirs in zip(reference.columns, reference.targets, strict=True)}
        unique = unique_columns(self.connection, table)
        for column in shapes:
            if column.name == "organisation_id":
                found[column.name] = self.organisation
            elif column.needed and column.name not in found:
                found[column.name] = self.value(table, column, column.name in unique)
        return found

    def parent(self, table: str) -> dict[str, Any]:
        """The row to point to; a person of their own for each pointing column, since many rules ask for two."""
        if table == "public.user_account":
            return self.insert(table, self.values(table))
        if table == "public.auth_permission":
            return {"id": ask(self.connection, "SELECT min(id) FROM auth_permission")[0][0]}
        return self.row(table)

    def value(self, table: str, column: Column, unique: bool) -> Any:
        field = fields(table).get(column.name)
        if field is not None and not field.is_relation:
            if field.choices and not field.blank:
                return field.choices[0][0]
            if field.has_default() and not callable(field.default) and not unique:
                return Json(field.default) if column.kind == "jsonb" else field.default
        match column.kind:
            case "uuid":
                return uuid.uuid4()
            case "character varying" | "text" | "character":
                return uuid.uuid4().hex[: column.length or 32] if unique else ""
            case "timestamp with time zone":
                return START + timedelta(minutes=next(self.moments))
            case "date":
                return date(2026, 1, 5) + timedelta(days=next(self.moments))
            case "boolean":
                return False
            case "numeric":
                return 1_000_000 if table == "public.fund" else 1  # there is enough of it for every row that takes some
            case "smallint" | "integer" | "bigint" | "double precision":
                return next(self.moments) + 1
            case "jsonb":
                return Json([])
            case "bytea":
                return uuid.uuid4().bytes
            case "interval":
                return timedelta(hours=1)
        raise AssertionError(f"No value is known for the type {column.kind} of {column.name}.")

    def insert(self, table: str, values: dict[str, Any]) -> dict[str, Any]:
        """The row as it was written, changed until every check of the table is content."""
        for _attempt in range(20):
            broken = self.violated(table, values)
            if broken is None:
                return values
            values = self.fitting(table, broken, values)
            assert values, f"No values were found for {table} that meet {broken}."
        raise AssertionError(f"No row of {table} was found that meets its checks.")

    def fitting(self, table: str, broken: str, values: dict[str, Any]) -> dict[str, Any]:
        """Values that meet the broken check: those that meet every other one too if there are any, {} for none."""
        second: dict[str, Any] = {}
        for new in self.variants(table, broken, values):
            still = self.violated(table, new, undo=True)
            if still is None:
                return new
            if still != broken and not second:
                second = new
        return second

    def violated(self, table: str, values: dict[str, Any], *, undo: bool = False) -> str | None:
        """The check that refuses these values, or None when the row is in (or would be, with `undo`)."""
        with self.connection.cursor() as cursor:
            cursor.execute("SAVEPOINT attempt")
            try:
                insert(self.connection, table, values)
            except errors.CheckViolation as error:
                cursor.execute("ROLLBACK TO SAVEPOINT attempt")
                return error.diag.constraint_name
            cursor.execute("ROLLBACK TO SAVEPOINT attempt" if undo else "RELEASE SAVEPOINT attempt")
        return None

    def variants(self, table: str, check: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Other values for the columns a check speaks of: words it names, a moment, nothing, yes and no."""
        shapes = {column.name: column for column in columns(self.connection, table)}
        ((names, wording),) = ask(
            self.connection,
            """SELECT (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = conrelid
                       AND attnum = ANY (conkey)), pg_get_constraintdef(oid)
               FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s""",
            [table, check],
        )
        words = re.findall(r"'([^']*)'::", wording)
        options: dict[str, list[Any]] = {}
        for name in names:
            if name == "organisation_id" or name.endswith("_id"):
                continue
            column = shapes[name]
            match column.kind:
                case "character varying" | "text":
                    options[name] = [values.get(name, ""), *words]
                case "boolean":
                    options[name] = [False, True]
                case "bytea":
                    options[name] = [b"", b"x"]
                case _:
                    options[name] = [values.get(name), *(self.value(table, column, True) for _more in range(2))]
            if not column.needed:
                options[name].append(None)
        for chosen in islice(product(*options.values()), 2000):
            yield values | dict(zip(options, chosen, strict=True))


def insert(connection: Connection, table: str, values: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(values.values()))
