"""The database describes itself as the models promise: no table forgotten, no policy left from an old migration."""

import pytest
from django.apps import apps
from django.db import models

from core.tenancy import RIGHTS, RowSecurity
from tests.tenancy.catalogue import ask, references
from tests.tenancy.conftest import World

ROLES = ("app", "worker", "intake", "sealer", "auditor")
POLICIES = """
    SELECT polname, polcmd::text, (SELECT array_agg(rolname::text ORDER BY 1) FROM pg_roles WHERE oid = ANY (polroles)),
           polpermissive, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
    FROM pg_policy WHERE polrelid = %s::regclass ORDER BY 1
"""


def models_by_table() -> dict[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def rules_of(table: str) -> RowSecurity:
    model = models_by_table().get(table.partition(".")[2])
    assert model is not None, f"{table} holds an organisation's rows and belongs to no model"
    found = [rule for rule in model._meta.constraints if isinstance(rule, RowSecurity)]
    assert len(found) == 1, f"{table} must have exactly one RowSecurity"
    return found[0]


def test_every_model_with_an_organisation_is_a_table_of_the_catalogue(world: World) -> None:
    declared = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.column == "organisation_id" for field in model._meta.local_fields)
    }
    assert {table.partition(".")[2] for table in world.tables} == declared
    assert len(declared) > 20


def test_row_security_is_on_and_forced_for_every_tenant_table(world: World) -> None:
    link = world.sign_in("migrator")
    open_ones = [
        table
        for table in world.tables
        if ask(link, "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", [table])
        != [(True,)]
    ]
    assert open_ones == []


def test_the_policies_in_the_database_are_those_the_models_write(world: World) -> None:
    """Each declared policy is made once more beside the standing one, and PostgreSQL's own wording is compared."""
    link = world.sign_in("migrator")
    differing = []
    for table in world.tables:
        name = table.partition(".")[2]
        with link.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE owner")
            cursor.execute("SET LOCAL search_path = public, vault")
            standing = ask(link, POLICIES, [table])
            for found in standing:
                cursor.execute(f'DROP POLICY "{found[0]}" ON {table}')
            for statement in rules_of(table).statements(name, {}):
                if statement.startswith("CREATE POLICY"):
                    cursor.execute(statement)
            if ask(link, POLICIES, [table]) != standing:
                differing.append(table)
        link.rollback()
    assert differing == []


def test_every_policy_that_lets_app_or_worker_write_names_the_organisation(world: World) -> None:
    link = world.sign_in("migrator")
    for table in world.tables:
        for name, command, roles, permissive, using, check in ask(link, POLICIES, [table]):
            assert permissive, f"{table}.{name}"
            if roles == ["owner"]:
                continue
            written = check if command == "a" else using if command in ("d", "r") else f"{using} {check}"
            if set(roles) <= set(rules_of(table).everywhere):
                continue
            assert "current_setting('amparo.organisation'::text" in written, f"{table}.{name}"


def test_each_role_holds_the_declared_rights_and_no_others(world: World) -> None:
    link = world.sign_in("migrator")
    wrong = []
    for table in world.tables:
        rights = rules_of(table).rights
        for role in ROLES:
            level = rights[role]
            wanted = set(RIGHTS[level]) if level else set()
            held = {
                command
                for command in ("SELECT", "INSERT", "UPDATE")
                if ask(link, "SELECT has_any_column_privilege(%s, %s, %s)", [role, table, command])[0][0]
            }
            others = {
                command
                for command in ("DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
                if ask(link, "SELECT has_table_privilege(%s, %s, %s)", [role, table, command])[0][0]
            }
            if held | others != wanted:
                wrong.append((table, role, sorted(held | others), sorted(wanted)))
    assert wrong == []


def test_nobody_holds_a_right_through_public(world: World) -> None:
    link = world.sign_in("migrator")
    assert (
        ask(
            link,
            """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
                      aclexplode(c.relacl) entry
               WHERE n.nspname IN ('public', 'vault') AND entry.grantee = 0""",
        )
        == []
    )


def test_the_pair_of_organisation_and_key_is_unique_on_every_tenant_table(world: World) -> None:
    link = world.sign_in("migrator")
    without = [
        table
        for table in world.tables
        if not table.startswith("vault.")
        and not ask(
            link,
            """SELECT 1 FROM pg_constraint WHERE contype = 'u' AND conrelid = %s::regclass
               AND (SELECT array_agg(a.attname::text ORDER BY k.n) FROM unnest(conkey) WITH ORDINALITY k(at, n)
                    JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = k.at)
                   = ARRAY['organisation_id', 'id']""",
            [table],
        )
    ]
    assert without == []


def test_a_valid_index_of_every_tenant_table_starts_with_the_organisation(world: World) -> None:
    link = world.sign_in("migrator")
    without = [
        table
        for table in world.tables
        if not ask(
            link,
            """SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
               WHERE i.indrelid = %s::regclass AND i.indisvalid AND a.attname = 'organisation_id'""",
            [table],
        )
    ]
    assert without == []


def test_no_reference_between_tenant_tables_leaves_the_organisation_out(world: World) -> None:
    link = world.sign_in("migrator")
    tenants = set(world.tables)
    plain = [
        f"{table}.{reference.name}"
        for table in world.tables
        for reference in references(link, table)
        if reference.table in tenants
        and (reference.columns[0], reference.targets[0]) != ("organisation_id", "organisation_id")
    ]
    assert plain == []


def test_composite_keys_are_checked_at_the_statement_and_not_at_the_end(world: World) -> None:
    link = world.sign_in("migrator")
    deferred = ask(
        link,
        """SELECT conrelid::regclass::text, conname FROM pg_constraint
           WHERE contype = 'f' AND condeferred AND array_length(conkey, 1) > 1""",
    )
    assert deferred == []


def test_no_key_crosses_the_border_of_the_vault(world: World) -> None:
    link = world.sign_in("migrator")
    crossing = ask(
        link,
        """SELECT k.conname FROM pg_constraint k JOIN pg_class child ON child.oid = k.conrelid
           JOIN pg_class parent ON parent.oid = k.confrelid
           WHERE k.contype = 'f'
           AND (child.relnamespace = 'vault'::regnamespace) <> (parent.relnamespace = 'vault'::regnamespace)""",
    )
    assert crossing == []


def test_views_show_only_what_their_reader_may_see(world: World) -> None:
    link = world.sign_in("migrator")
    lending = ask(
        link,
        """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('v', 'm') AND n.nspname IN ('public', 'vault')
           AND NOT coalesce(c.reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on'], false)""",
    )
    assert lending == []


def test_functions_that_work_as_the_owner_give_back_keys_alone_and_to_named_roles(world: World) -> None:
    """A SECURITY DEFINER function is a hole in row security by design: closed to PUBLIC, with a fixed search path."""
    link = world.sign_in("migrator")
    for name, config, public in ask(
        link,
        """SELECT p.proname, p.proconfig::text[], has_function_privilege('public', p.oid, 'EXECUTE') FROM pg_proc p
           JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef AND n.nspname IN ('public', 'vault')""",
    ):
        assert any(entry.startswith("search_path=pg_catalog") for entry in config or []), name
        assert not public, name


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("other", ROLES)
def test_no_role_inherits_the_policies_of_another(world: World, role: str, other: str) -> None:
    """Policies are OR-ed over inherited roles: app may become intake, and must not be it."""
    if role == other:
        return
    link = world.sign_in("migrator")
    becoming = "SET" if link.server_version >= 160_000 else "MEMBER"  # before 16 every member may
    inherits, may_become = ask(
        link, "SELECT pg_has_role(%s, %s, 'USAGE'), pg_has_role(%s, %s, %s)", [role, other, role, other, becoming]
    )[0]
    assert not inherits
    assert may_become is ((role, other) == ("app", "intake"))


@pytest.mark.parametrize("role", ROLES)
def test_no_runtime_role_owns_bypasses_or_administers(world: World, role: str) -> None:
    link = world.sign_in(role)
    assert ask(
        link,
        """SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit,
                  pg_has_role(session_user, 'owner', 'MEMBER') FROM pg_roles WHERE rolname = session_user""",
    ) == [(False, False)]


def test_the_owner_sees_every_row_so_that_its_constraints_are_no_blind_ones(world: World) -> None:
    link = world.sign_in("migrator")
    with link.cursor() as cursor:
        cursor.execute("SET ROLE owner")
    for table in world.tables:
        seen = {found for (found,) in ask(link, f"SELECT organisation_id FROM {table}")}
        assert {world.north.organisation, world.south.organisation} <= seen, table


def test_every_foreign_key_holds_when_checked_again_over_all_rows(world: World) -> None:
    link = world.sign_in("migrator")
    with link.cursor() as cursor:
        cursor.execute("SET ROLE owner")
    assert ask(link, "SELECT conname FROM pg_constraint WHERE NOT convalidated") == []
    for table in world.tables:
        for reference in references(link, table):
            pairs = list(zip(reference.columns, reference.targets, strict=True))
            same = " AND ".join(f'p."{theirs}" = c."{own}"' for own, theirs in pairs)
            filled = " AND ".join(f'c."{own}" IS NOT NULL' for own, _theirs in pairs)
            lost = f"SELECT count(*) FROM {table} c WHERE {filled} AND NOT EXISTS (SELECT 1 FROM {reference.table} p WHERE {same})"  # noqa: E501
            assert ask(link, lost) == [(0,)], f"{table}.{reference.name}"


def test_every_check_holds_when_checked_again_over_all_rows(world: World) -> None:
    link = world.sign_in("migrator")
    with link.cursor() as cursor:
        cursor.execute("SET ROLE owner")
    checks = ask(
        link,
        """SELECT conrelid::regclass::text, conname, pg_get_expr(conbin, conrelid) FROM pg_constraint
           WHERE contype = 'c' AND conrelid <> 0 AND connamespace IN ('public'::regnamespace, 'vault'::regnamespace)""",
    )
    assert len(checks) > 20
    for table, name, expression in checks:
        assert ask(link, f"SELECT count(*) FROM {table} WHERE NOT ({expression})") == [(0,)], f"{table}.{name}"
