"""A bare connection, signed in as a runtime role and told it is North, goes for South's rows in every table."""

import uuid
from typing import Any

import psycopg2
import pytest
from psycopg2 import errors
from psycopg2.extensions import connection as Connection

from core.organisations import OWN_OR_ORGANISATION
from core.tenancy import RIGHTS
from tests.tenancy.catalogue import ask, columns, insert, references
from tests.tenancy.conftest import World
from tests.tenancy.test_catalogue import rules_of

ATTACKERS = ("app", "worker", "intake")
#: An unset organisation raises, whichever of the two ways PostgreSQL says so.
UNSET = (errors.UndefinedObject, errors.InvalidTextRepresentation)
NOTHING = "nothing came back"


def as_organisation(link: Connection, organisation: uuid.UUID, user: uuid.UUID | None = None) -> None:
    link.rollback()
    with link.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('amparo.organisation', %s, true), set_config('amparo.user', %s, true), "
            "set_config('amparo.mailbox', '', true)",
            [str(organisation), str(user or "")],
        )


def attempt(link: Connection, statement: str, values: Any = ()) -> str:
    """What an attack brought: NOTHING, "refused", or how many rows it reached."""
    with link.cursor() as cursor:
        try:
            cursor.execute(statement, values)
        except errors.InsufficientPrivilege:
            return "refused"
        return f"{cursor.rowcount} rows" if cursor.rowcount else NOTHING


def users_of(world: World, table: str) -> list[uuid.UUID]:
    """The people South's row points to: who could hope to reach it as their own."""
    row = world.south.row(table)
    return [value for name, value in row.items() if name.endswith("_by_id") or name in ("user_id", "receiver_id")]


@pytest.mark.parametrize("role", ATTACKERS)
def test_another_organisations_row_cannot_be_read(world: World, role: str) -> None:
    link = world.sign_in(role)
    for table in world.tables:
        key = world.south.row(table)["id"]
        for user in [None, *users_of(world, table)]:
            as_organisation(link, world.north.organisation, user)
            assert attempt(link, f"SELECT 1 FROM {table} WHERE id = %s", [key]) in (NOTHING, "refused"), table
            as_organisation(link, world.north.organisation, user)
            foreign = "SELECT 1 FROM {} WHERE organisation_id <> %s"
            reached = attempt(link, foreign.format(table), [world.north.organisation])
            assert reached in (NOTHING, "refused"), table


@pytest.mark.parametrize("role", ATTACKERS)
def test_another_organisations_row_cannot_be_changed_or_deleted(world: World, role: str) -> None:
    link = world.sign_in(role)
    for table in world.tables:
        key = world.south.row(table)["id"]
        for statement in (
            f"UPDATE {table} SET organisation_id = organisation_id WHERE id = %s",
            f"UPDATE {table} SET organisation_id = current_setting('amparo.organisation')::uuid WHERE id = %s",
            f"DELETE FROM {table} WHERE id = %s",
        ):
            as_organisation(link, world.north.organisation)
            assert attempt(link, statement, [key]) in (NOTHING, "refused"), statement
    link.rollback()
    assert_south_untouched(world)


@pytest.mark.parametrize("role", ATTACKERS)
def test_a_row_cannot_be_pushed_into_another_organisation(world: World, role: str) -> None:
    link = world.sign_in(role)
    for table in world.tables:
        foreign = world.south.row(table) | {"id": uuid.uuid4()}
        as_organisation(link, world.north.organisation)
        with pytest.raises(errors.InsufficientPrivilege):
            insert(link, table, foreign)
        as_organisation(link, world.north.organisation)
        own = world.north.row(table)["id"]
        moved = attempt(link, f"UPDATE {table} SET organisation_id = %s WHERE id = %s", [world.south.organisation, own])
        assert moved in (NOTHING, "refused"), table


def test_a_child_cannot_hang_on_a_parent_of_another_organisation(world: World) -> None:
    """Even the owner, whom no policy holds, is stopped by the pair of organisation and key."""
    link = world.sign_in("migrator")
    tried = 0
    for table in world.tables:
        link.rollback()
        for reference in references(link, table):
            if reference.columns[0] != "organisation_id" or len(reference.columns) != 2:
                continue
            link.rollback()
            with link.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE owner")
            south_parent = world.south.row(reference.table)["id"]
            statement = f'UPDATE {table} SET "{reference.columns[1]}" = %s WHERE id = %s'
            try:
                attempt(link, statement, [south_parent, world.north.row(table)["id"]])
            except errors.ForeignKeyViolation as error:
                tried += error.diag.constraint_name == reference.name
            except psycopg2.errors.RaiseException:
                tried += 1  # an append-only table refuses the change before the key is looked at
            else:
                pytest.fail(f"{table}.{reference.name} let a child of North hang on a parent of South")
    assert tried > 20


@pytest.mark.parametrize("role", ATTACKERS)
def test_without_an_organisation_the_database_raises_or_shows_nothing(world: World, role: str) -> None:
    """Loud everywhere, by scan and by the key of a missing row; only the list of one's own memberships is quiet."""
    link = world.sign_in(role)
    for table in world.tables:
        rules = rules_of(table)
        if rules.rights[role] is None or "SELECT" not in RIGHTS[rules.rights[role]]:
            continue
        for statement in (f"SELECT 1 FROM {table}", f"SELECT 1 FROM {table} WHERE id = '{uuid.uuid4()}'"):
            link.rollback()
            if rules.read_as == OWN_OR_ORGANISATION or role in rules.everywhere:
                assert attempt(link, statement) == NOTHING, table
                continue
            with link.cursor() as cursor, pytest.raises(UNSET):
                cursor.execute(statement)


def test_a_person_outside_any_organisation_sees_their_own_memberships_alone(world: World) -> None:
    link = world.sign_in("app")
    mine = world.south.row("public.membership")["user_id"]
    link.rollback()
    with link.cursor() as cursor:
        cursor.execute("SELECT set_config('amparo.user', %s, true)", [str(mine)])
    assert ask(link, "SELECT user_id FROM membership") == [(mine,)]
    with link.cursor() as cursor, pytest.raises(UNSET):
        cursor.execute("UPDATE membership SET post = 'mine' WHERE user_id = %s", [mine])


@pytest.mark.parametrize("role", ["app", "worker"])
def test_the_own_organisations_row_is_reached_by_the_same_statements(world: World, role: str) -> None:
    """The attacks above fail because of the organisation, not because they could never work."""
    link = world.sign_in(role)
    reached = 0
    for table in world.tables:
        rules = rules_of(table)
        narrowed = role == "app" and rules.app_using  # asks for a grant or a recipient as well
        if rules.rights[role] is None or "SELECT" not in RIGHTS[rules.rights[role]] or narrowed:
            continue
        key = world.south.row(table)["id"]
        as_organisation(link, world.south.organisation)
        assert attempt(link, f"SELECT 1 FROM {table} WHERE id = %s", [key]) == "1 rows", table
        reached += 1
        if "UPDATE" in RIGHTS[rules.rights[role]]:
            assert attempt(link, f"UPDATE {table} SET id = id WHERE id = %s", [key]) == "1 rows", table
    assert reached > 15


def test_intake_reads_none_of_what_reporters_sent(world: World) -> None:
    link = world.sign_in("intake")
    readable = []
    for table in world.tables:
        as_organisation(link, world.south.organisation)
        if attempt(link, f"SELECT 1 FROM {table}") not in (NOTHING, "refused"):
            readable.append(table.removeprefix("public."))
    assert set(readable) <= PUBLISHED


#: What the public pages need to know of their organisation, and nothing that tells of a person or a report.
PUBLISHED = {"office", "help_contact", "deadline_kind", "own_day", "sealing_key"}


def assert_south_untouched(world: World) -> None:
    link = world.sign_in("migrator")
    with link.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE owner")
    for table in world.tables:
        found = ask(link, f"SELECT organisation_id FROM {table} WHERE id = %s", [world.south.row(table)["id"]])
        assert found == [(world.south.organisation,)], table


def test_every_tenant_table_has_a_key_the_attacks_can_name(world: World) -> None:
    link = world.sign_in("migrator")
    for table in world.tables:
        assert "id" in {column.name for column in columns(link, table)}, table
