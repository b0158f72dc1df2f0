"""/readyz says whether a report could be taken now."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from core import health
from core.encryption import roots
from core.tenancy import signed_in_as


@pytest.fixture(autouse=True)
def _ask_the_tables_anew(monkeypatch):
    monkeypatch.setattr(health._tables, "current", False)


@pytest.fixture
def unapplied(transactional_db):
    """One migration of ours is taken for not applied."""
    with signed_in_as("migrator"):
        recorder = MigrationRecorder(connection)
        last = recorder.migration_qs.filter(app="core").order_by("-name").first().name
        recorder.record_unapplied("core", last)
    yield
    with signed_in_as("migrator"):
        MigrationRecorder(connection).record_applied("core", last)


def test_a_process_that_can_take_a_report_is_ready(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "because": []}


def test_being_alive_needs_no_database(client):
    assert client.get("/healthz").json() == {"alive": True}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["migrator", "backup"])
def test_a_process_that_could_see_past_row_security_is_not_ready(client, role):
    with signed_in_as(role):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "role" in answer.json()["because"]


@pytest.mark.usefixtures("unapplied")
def test_a_process_whose_tables_are_behind_its_code_is_not_ready(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["because"]) == (503, ["tables"])


@pytest.mark.parametrize("missing", ["root.key", "pepper.key"])
def test_a_process_without_its_keys_is_not_ready(client, db, settings, tmp_path, missing):
    for name in {"root.key", "pepper.key"} - {missing}:
        (tmp_path / name).write_text("ab" * 32)
    settings.KEYS_DIR = tmp_path
    roots.provider.cache_clear()
    answer = client.get("/readyz")
    roots.provider.cache_clear()
    assert (answer.status_code, answer.json()["because"]) == (503, ["keys"])


@pytest.mark.django_db(transaction=True)
def test_a_process_without_its_database_is_not_ready_and_says_nothing_more(client, settings, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "wrong")
    try:
        answer = client.get("/readyz")
    finally:
        connection.close()
    assert answer.status_code == 503
    assert answer.json()["because"][0] == "database"
