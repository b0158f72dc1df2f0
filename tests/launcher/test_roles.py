"""What each database role may do, on the real server."""

from collections.abc import Iterator

import psycopg2
import pytest

from config.launcher.errors import LauncherError
from config.launcher.roles import LOGINS, create_roles, passwords_of, without_password
from tests.servers import Servers


@pytest.fixture
def ask(embedded: Servers) -> Iterator[object]:
    links = {role: psycopg2.connect(url) for role, url in embedded.cluster.urls().items()}

    def answer(role: str, query: str) -> object:
        with links[role], links[role].cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()[0] if cursor.description else None

    yield answer
    for link in links.values():
        link.close()


@pytest.mark.parametrize("role", LOGINS)
def test_no_role_is_a_superuser_or_may_make_roles(ask, role):
    assert (
        ask(role, "SELECT rolsuper OR rolcreaterole OR rolreplication FROM pg_roles WHERE rolname = session_user")
        is False
    )


@pytest.mark.parametrize("role", LOGINS)
def test_only_the_backup_sees_past_row_security(ask, role):
    assert ask(role, "SELECT rolbypassrls FROM pg_roles WHERE rolname = session_user") is (role == "backup")


@pytest.mark.parametrize("role", LOGINS)
def test_only_the_migrator_can_become_the_owner(ask, role):
    assert ask(role, "SELECT pg_has_role(session_user, 'owner', 'MEMBER')") is (role == "migrator")


def test_the_app_can_act_as_intake_and_inherits_nothing_of_it(ask):
    assert ask("app", "SELECT pg_has_role('app', 'intake', 'MEMBER')") is True
    assert ask("app", "SELECT pg_has_role('app', 'intake', 'USAGE')") is False
    assert ask("app", "SET ROLE intake; SELECT current_user::text") == "intake"


@pytest.mark.parametrize("role", [role for role in LOGINS if role not in ("app", "intake")])
def test_no_other_role_can_act_as_intake(ask, role):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(role, "SET ROLE intake")


@pytest.mark.parametrize("role", [role for role in LOGINS if role != "migrator"])
@pytest.mark.parametrize("schema", ["public", "vault"])
def test_nobody_but_the_owner_creates_tables(ask, role, schema):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(role, f"CREATE TABLE {schema}.planted (a int)")


@pytest.mark.parametrize("role", [role for role in LOGINS if role != "migrator"])
def test_nobody_but_the_owner_gets_temporary_tables(ask, role):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(role, "CREATE TEMPORARY TABLE planted (a int)")


@pytest.mark.parametrize("role", LOGINS)
def test_the_auditor_and_the_sealer_cannot_enter_the_vault(ask, role):
    assert ask(role, "SELECT has_schema_privilege('vault', 'USAGE')") is (role not in ("auditor", "sealer"))


@pytest.mark.parametrize("role", LOGINS)
def test_every_role_finds_public_then_vault(ask, role):
    assert ask(role, "SELECT current_setting('search_path')") == "public, vault"


def test_a_role_with_a_wrong_password_is_refused(embedded):
    url = embedded.cluster.urls()["app"].replace(embedded.cluster.passwords["app"], "guess")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(url)


def test_the_passwords_are_kept_as_scram_verifiers(embedded):
    link = psycopg2.connect(embedded.cluster.admin_url())
    with link.cursor() as cursor:
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = ANY(%s)", [list(LOGINS)])
        kept = [row[0] for row in cursor.fetchall()]
    link.close()
    assert len(kept) == len(LOGINS)
    assert all(word.startswith("SCRAM-SHA-256$") for word in kept)


def test_the_server_listens_on_no_network_address(embedded):
    link = psycopg2.connect(embedded.cluster.admin_url())
    with link.cursor() as cursor:
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("",)
    link.close()
    assert embedded.cluster.sockets.stat().st_mode & 0o077 == 0


def test_making_the_roles_again_takes_back_what_somebody_widened(embedded, ask):
    link = psycopg2.connect(embedded.cluster.admin_url())
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute("ALTER ROLE auditor BYPASSRLS CREATEROLE")
    link.close()
    create_roles(embedded.cluster.admin_url(), embedded.cluster.passwords, throw_away=True)
    assert ask("auditor", "SELECT rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = 'auditor'") is False


def test_a_missing_address_is_named():
    urls = {role: f"postgresql://{role}:x@/amparo" for role in LOGINS if role != "sealer"}
    with pytest.raises(LauncherError, match="DATABASE_URL_SEALER is not set"):
        passwords_of(urls)


def test_an_address_that_signs_in_as_somebody_else_is_refused():
    urls = {role: f"postgresql://{role}:x@/amparo" for role in LOGINS} | {"worker": "postgresql://postgres:x@/amparo"}
    with pytest.raises(LauncherError, match="DATABASE_URL_WORKER must sign in as the database role worker"):
        passwords_of(urls)


def test_an_unreachable_server_is_named_without_its_password(tmp_path):
    with pytest.raises(LauncherError) as refused:
        create_roles(f"postgresql://admin:hidden@/postgres?host={tmp_path}", dict.fromkeys(LOGINS, "x"))
    assert str(tmp_path) in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_a_password_in_the_query_is_not_shown_either():
    assert "hidden" not in without_password("postgresql:///amparo?user=app&password=hidden&host=/tmp/x")
