"""The database's roles, one definition for the embedded servers, the tests and a server of the operator's own."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor
from psycopg2.extensions import encrypt_password

from config.launcher.errors import LauncherError

OWNER = "owner"
# Every login role; what each may do stands in docs/architecture.md and is tested in tests/launcher/test_roles.py.
LOGINS = ("migrator", "app", "worker", "sealer", "auditor", "intake", "backup")
# Those that read or write wrapped keys; the auditor and the sealer of the audit never do.
KEY_HOLDERS = ("migrator", "app", "worker", "intake", "backup")
# Only a role that is a member of another needs to inherit; on PostgreSQL 15 this attribute alone decides.
INHERITING = ("migrator", "backup")


def create_roles(
    admin_url: str, passwords: Mapping[str, str], *, database: str = "amparo", throw_away: bool = False
) -> None:
    """Makes roles and database as they must be, whatever was there; safe to repeat.

    `admin_url` signs in as a role that may create roles and databases; `passwords` maps each of LOGINS to its
    password. `throw_away` lets the owner create databases, which the test runner needs and nothing else may have.
    """
    missing = [role for role in LOGINS if not passwords.get(role)]
    if missing:
        raise LauncherError(f"No password was given for the database role {missing[0]}.")
    with _connected(admin_url) as cursor:
        _roles(cursor, passwords, throw_away=throw_away)
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        if cursor.fetchone() is None:
            cursor.execute(_sql("CREATE DATABASE {} OWNER owner ENCODING 'UTF8'", database))
    with _connected(with_database(admin_url, database)) as cursor:
        _database(cursor, database)
    if throw_away:
        # Databases the test runner makes are copies of this one: their schemas have the same owners and rights.
        with _connected(with_database(admin_url, "template1")) as cursor:
            prepare_schemas(cursor)


def _roles(cursor: Cursor, passwords: Mapping[str, str], *, throw_away: bool) -> None:
    create = "CREATEDB" if throw_away else "NOCREATEDB"
    _ensure(cursor, OWNER, f"NOLOGIN {create} NOCREATEROLE NOINHERIT")
    for role in LOGINS:
        inherit = "INHERIT" if role in INHERITING else "NOINHERIT"
        bypass = "BYPASSRLS" if role == "backup" else "NOBYPASSRLS"
        _ensure(cursor, role, f"LOGIN NOCREATEDB NOCREATEROLE {inherit} {bypass}")
        # Hashed here, so that a server logging its statements never writes the password down.
        verifier = encrypt_password(passwords[role], role, scope=cursor.connection, algorithm="scram-sha-256")
        cursor.execute(_sql("ALTER ROLE {} PASSWORD %s", role), [verifier])
        cursor.execute(_sql("ALTER ROLE {} SET search_path = public, vault", role))
    modern = cursor.connection.server_version >= 160000
    cursor.execute("GRANT owner TO migrator" + (" WITH INHERIT TRUE, SET TRUE" if modern else ""))
    cursor.execute("GRANT intake TO app" + (" WITH INHERIT FALSE, SET TRUE" if modern else ""))
    cursor.execute("GRANT pg_read_all_data TO backup" + (" WITH INHERIT TRUE" if modern else ""))
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    if not _value(cursor):
        # Making a database for the owner needs the right to act as the owner.
        cursor.execute("GRANT owner TO CURRENT_USER" + (" WITH INHERIT TRUE, SET TRUE" if modern else ""))


def _ensure(cursor: Cursor, role: str, attributes: str) -> None:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
    found = cursor.fetchone()
    if found and found[0]:
        raise LauncherError(f"The database role {role} exists and is a superuser: remove it or use another server.")
    try:
        cursor.execute(_sql(("ALTER" if found else "CREATE") + " ROLE {} " + attributes, role))
    except psycopg2.errors.InsufficientPrivilege as error:
        raise LauncherError(
            f"DATABASE_ADMIN_URL signs in as a role that may not set up {role}: {error.diag.message_primary}."
        ) from None


def _database(cursor: Cursor, database: str) -> None:
    cursor.execute(_sql("ALTER DATABASE {} OWNER TO owner", database))
    cursor.execute(_sql("REVOKE ALL ON DATABASE {} FROM PUBLIC", database))
    for role in LOGINS:
        cursor.execute(_sql("GRANT CONNECT ON DATABASE {} TO {}", database, role))
    prepare_schemas(cursor)


def prepare_schemas(cursor: Cursor) -> None:
    """`public` for everybody to use and nobody but the owner to create in; `vault` for the holders of keys."""
    cursor.execute("ALTER SCHEMA public OWNER TO owner")
    cursor.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    cursor.execute("CREATE SCHEMA IF NOT EXISTS vault AUTHORIZATION owner")
    for role in LOGINS:
        cursor.execute(_sql("GRANT USAGE ON SCHEMA public TO {}", role))
    for role in KEY_HOLDERS:
        cursor.execute(_sql("GRANT USAGE ON SCHEMA vault TO {}", role))


def url_for(role: str, password: str, *, sockets: str, database: str) -> str:
    """A connection string over a unix socket that psycopg2 takes as it stands."""
    return f"postgresql://{role}:{quote(password, safe='')}@/{database}?host={quote(sockets)}&port=5432"


def with_database(url: str, database: str) -> str:
    """The same connection string, to another database of the same server."""
    return urlsplit(url)._replace(path="/" + quote(database)).geturl()


def without_password(url: str) -> str:
    """The same connection string, fit to be shown."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = f"{parts.username}@" if parts.username else ""
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if key != "password"], safe="/")
    return parts._replace(netloc=user + host, query=query).geturl()


def passwords_of(urls: Mapping[str, str]) -> dict[str, str]:
    """The passwords in one connection string per role; each must sign in as the role it stands for."""
    found: dict[str, str] = {}
    for role in LOGINS:
        variable = "DATABASE_URL" if role == "app" else f"DATABASE_URL_{role.upper()}"
        if not urls.get(role):
            raise LauncherError(f"{variable} is not set: it must sign in as the database role {role}.")
        parts = urlsplit(urls[role])
        if parts.username != role or not parts.password:
            raise LauncherError(f"{variable} must sign in as the database role {role}, with its password.")
        found[role] = unquote(parts.password)
    return found


class _connected:
    """A cursor outside any transaction (CREATE DATABASE needs that); the connection is closed at the end."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> Cursor:
        try:
            self.connection: Connection = psycopg2.connect(self.url, connect_timeout=10)
        except psycopg2.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            raise LauncherError(f"The database at {without_password(self.url)} cannot be reached: {reason}") from None
        self.connection.autocommit = True
        return self.connection.cursor()

    def __exit__(self, *_: object) -> None:
        self.connection.close()


def _sql(template: str, *names: str) -> sql.Composed:
    return sql.SQL(template).format(*(sql.Identifier(name) for name in names))


def _value(cursor: Cursor) -> object:
    row = cursor.fetchone()
    return row[0] if row else None
