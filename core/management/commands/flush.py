from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.flush import Command as Flush
from django.db import connections, transaction

from core.tenancy import signed_in_as

KEPT = ("django_migrations", "django_content_type", "auth_permission")


class Command(Flush):
    """Empties a test database as its owner; refuses any other, because the audit is append-only elsewhere.

    Rows are deleted where there are some: emptying a hundred tables takes longer than most tests.
    """

    def handle(self, **options: Any) -> None:
        alias = options["database"]
        name = connections[alias].settings_dict["NAME"]
        if not str(name).startswith("test_"):
            raise CommandError("Only a test database may be emptied.")
        with signed_in_as("migrator", alias) as link, link.cursor() as cursor:
            tables = _filled(cursor)
            if not tables:
                return
            cursor.execute("; ".join(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables))
            with transaction.atomic(using=alias):
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
                cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))  # noqa: S608  names of ours
            cursor.execute("; ".join(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables))
            if left := _filled(cursor):
                raise CommandError(f"These tables were not emptied: {', '.join(left)}")


def _filled(cursor: Any) -> list[str]:
    """The tables in which there is anything, each as "schema"."name"."""
    cursor.execute(
        """SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables
           WHERE schemaname IN ('public', 'vault') AND tablename <> ALL(%s)""",
        [list(KEPT)],
    )
    tables = [name for (name,) in cursor.fetchall()]
    each = (f"SELECT {n} WHERE EXISTS (SELECT FROM {table})" for n, table in enumerate(tables))  # noqa: S608  names of ours
    cursor.execute(" UNION ALL ".join(each))
    return [tables[number] for (number,) in cursor.fetchall()]
