"""The test database has the same owners and rights as the real one."""

import pytest
from django.db import ProgrammingError, connection, transaction

from core.tenancy import signed_in_as


def one(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]


def test_tests_sign_in_as_the_app(db):
    assert one("SELECT session_user") == "app"


def test_every_table_belongs_to_the_owner(db):
    assert one("SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'vault') AND tableowner <> 'owner'") == 0
    assert one("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") > 5


def test_the_app_creates_nothing_in_the_test_database_either(db):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        one("CREATE TABLE planted (a int)")


@pytest.mark.django_db(transaction=True)
def test_another_sign_in_ends_with_its_block():
    with signed_in_as("migrator"):
        assert one("SELECT session_user || ' ' || current_user") == "migrator owner"
    assert one("SELECT session_user") == "app"
