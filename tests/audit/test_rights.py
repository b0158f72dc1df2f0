"""What each database role can and cannot do to the log."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from core import audit
from core.actors import REPORTER, SYSTEM
from core.audit.tables import AuditEvent
from core.tenancy import NoOrganisation, organisation, signed_in_as
from tests.audit.conftest import NOW, seal, write

COLUMNS = (
    "id, organisation_id, action, actor_kind, session, about_type, reference, purpose, outcome, fields, hashes, facts"
)
LOG = ("audit_event", "audit_leaf", "audit_checkpoint", "audit_seal")


def insert(organisation_id, extra_column="", extra_value=""):
    return (
        f"INSERT INTO audit_event ({COLUMNS}{extra_column}) VALUES "
        f"('{uuid.uuid4()}', '{organisation_id}', 'test.read', 'system', '', '', '', '', 'done', '[]', '{{}}', '{{}}'"
        f"{extra_value})"
    )


def attempt(statement):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(caught.value)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"),
    [("xid", "'3'::xid8"), ("at", "'2020-01-01'")],
)
def test_nobody_can_say_when_or_in_which_transaction_it_happened(north, column, value):
    with organisation(north.pk):
        assert "permission denied" in attempt(insert(north.pk, f", {column}", f", {value}"))
        with connection.cursor() as cursor:
            cursor.execute(insert(north.pk))  # the same without it is let in


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["app", "intake"])
def test_no_event_can_be_put_into_another_organisations_log(north, south, role):
    with organisation(north.pk, role=None if role == "app" else role):
        assert "row-level security" in attempt(insert(south.pk))


@pytest.mark.django_db
def test_the_public_form_cannot_speak_in_the_name_of_a_member_of_staff(north, amina):
    with organisation(north.pk, role="intake"):
        assert "row-level security" in attempt(insert(north.pk, ", actor", f", '{amina.user_id}'"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["app", "worker"])
def test_nobody_writes_in_a_colleagues_name(north, amina, idris, role):
    def in_the_name_of(kind, user):
        statement = insert(north.pk, ", actor", f", '{user}'" if user else ", NULL")
        return statement.replace("'system'", f"'{kind}'")

    with signed_in_as(role):
        with organisation(north.pk, user=amina.user_id):
            for kind, user in (("user", idris.user_id), ("system", idris.user_id), ("user", None)):
                assert "row-level security" in attempt(in_the_name_of(kind, user)), (kind, user)
            with connection.cursor() as cursor:
                cursor.execute(in_the_name_of("user", amina.user_id))
                cursor.execute(in_the_name_of("system", None))
        with organisation(north.pk):  # a job: nobody is signed in
            assert "row-level security" in attempt(in_the_name_of("user", amina.user_id))


@pytest.mark.django_db
def test_the_public_form_reads_no_event(north):
    with organisation(north.pk, role="intake"):
        audit.record("test.read", by=REPORTER)
        assert "permission denied" in attempt("SELECT count(*) FROM audit_event")


@pytest.mark.django_db
def test_another_organisations_events_do_not_exist(north, south, amina):
    with organisation(south.pk):
        audit.record("test.read", by=SYSTEM)
    with organisation(north.pk, user=amina.user_id):
        audit.record("test.read", by=amina)
        with connection.cursor() as cursor:
            cursor.execute("SELECT organisation_id FROM audit_event")
            assert cursor.fetchall() == [(north.pk,)]
    with pytest.raises(NoOrganisation):
        AuditEvent.objects.count()


@pytest.mark.django_db
@pytest.mark.parametrize("table", LOG)
@pytest.mark.parametrize("act", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_application_can_change_nothing_in_the_log(north, table, act):
    column = {"audit_event": "action = 'x'", "audit_leaf": "leaf = ''"}.get(table, "note = ''")
    with organisation(north.pk):
        assert "permission denied" in attempt(act.format(table, column))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", LOG)
def test_the_owner_with_every_right_is_refused_by_the_trigger(north, amina, state, table):
    write(north, amina, "AAAA-2222")
    seal()
    column = {"audit_event": "action = 'x'", "audit_leaf": "leaf = ''"}.get(table, "note = ''")
    with signed_in_as("migrator"), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'UPDATE') AND has_table_privilege(%s, 'DELETE')", [table] * 2)
        assert cursor.fetchone() == (True,)
        for act in (f"UPDATE {table} SET {column}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            assert "append-only" in attempt(act)


@pytest.mark.django_db(transaction=True)
def test_the_trigger_refuses_the_application_even_if_somebody_gave_it_the_rights(north, amina, tamper):
    write(north, amina, "AAAA-2222")
    tamper("GRANT UPDATE, DELETE, TRUNCATE ON audit_event TO app")
    try:
        with organisation(north.pk):
            for act in ("UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"):
                assert "append-only" in attempt(act)
    finally:
        tamper("REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM app")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["app", "worker", "intake", "auditor"])
def test_only_the_sealer_seals(north, amina, state, role):
    write(north, amina, "AAAA-2222")
    with signed_in_as(role):
        assert "permission denied" in attempt(f"INSERT INTO audit_seal VALUES (1, '', '', '', '{NOW.isoformat()}')")
        assert "permission denied" in attempt(
            "INSERT INTO audit_leaf (id, organisation_id, number, event, leaf) "
            f"VALUES ('{uuid.uuid4()}', '{north.pk}', 1, '{uuid.uuid4()}', '')"
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["sealer", "auditor"])
def test_who_seals_and_who_checks_write_no_event_and_see_no_case(north, role):
    with signed_in_as(role):
        assert "permission denied" in attempt(insert(north.pk))
        assert "permission denied" in attempt("SELECT count(*) FROM membership")
