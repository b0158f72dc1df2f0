"""/status says what is late, and the operator hears of it once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection

from core import marks, status
from core.tenancy import signed_in_as

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def operator(settings):
    settings.OPERATOR_EMAIL = "operator@example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STATUS_LIMITS = {
        "broker": 120,
        "worker": 120,
        "sweep": 120,
        "sealing": 120,
        "unsealed": 900,
        "notices": 1800,
    }


@pytest.fixture
def as_worker(transactional_db):
    with signed_in_as("worker"):
        yield


@pytest.fixture
def token(settings, tmp_path: Path) -> str:
    file = tmp_path / "status.token"
    file.write_text("a-token-of-this-test\n")
    settings.STATUS_TOKEN_FILE = str(file)
    return "a-token-of-this-test"


def ask(client, token: str):
    return client.get("/status", headers={"Authorization": f"Bearer {token}"})


def test_whoever_holds_the_token_sees_every_condition(client, db, token, broker):
    found = ask(client, token).json()
    assert [one["name"] for one in found["conditions"]] == [
        "broker", "worker", "sweep", "sealing", "unsealed", "notices",
    ]  # fmt: skip
    assert found["conditions"][0]["ok"] is True


@pytest.mark.parametrize("given", ["", "guess", "a-token-of-this-tesü"])
def test_without_the_token_there_is_no_such_page(client, db, token, given):
    assert ask(client, given).status_code == 404


def test_an_empty_or_missing_token_file_opens_nothing(client, db, settings, tmp_path):
    settings.STATUS_TOKEN_FILE = str(tmp_path / "none")
    assert ask(client, "").status_code == 404
    (tmp_path / "none").write_text("\n")
    assert ask(client, "").status_code == 404


def test_a_dead_broker_and_worker_are_said_and_the_page_still_answers(client, db, token, embedded, broker):
    embedded.broker.stop()
    try:
        found = ask(client, token)
    finally:
        embedded.broker.start()
    assert found.status_code == 200
    assert found.json()["ok"] is False
    assert {one["name"] for one in found.json()["conditions"] if not one["ok"]} >= {"broker", "worker", "sweep"}


@pytest.mark.usefixtures("as_worker")
def test_a_sweep_is_late_only_past_its_limit():
    marks.mark(marks.SWEEP, now=NOW)
    assert status.sweep(NOW + timedelta(seconds=120)).ok
    assert not status.sweep(NOW + timedelta(seconds=121)).ok


@pytest.mark.usefixtures("as_worker", "operator")
def test_the_operator_hears_once_an_hour_of_a_sweep_that_stopped():
    marks.mark(marks.SWEEP, now=NOW)
    late = NOW + timedelta(minutes=5)
    for moment in (late, late + timedelta(seconds=1), late + timedelta(minutes=59), late + timedelta(minutes=61)):
        status.raise_alarms([status.sweep], moment, since=NOW)
    assert [message.to for message in mail.outbox] == [["operator@example.org"]] * 2
    assert "300 seconds; the limit is 120 seconds" in mail.outbox[0].body


@pytest.mark.usefixtures("transactional_db", "operator")
@pytest.mark.parametrize(("answering", "told"), [((), ["broker", "worker"]), (("broker",), ["worker"])])
def test_the_operator_hears_of_a_broker_or_a_worker_that_stopped_answering(monkeypatch, answering, told):
    asked = []
    for name in ("broker", "worker"):
        monkeypatch.setattr(status, f"{name}_answers", lambda name=name: asked.append(name) or True)
    with signed_in_as("sealer"):
        status.look_at_queue(NOW)
        status.look_at_queue(NOW + timedelta(seconds=2))
        assert asked == ["broker", "worker"]  # not at every round of the sealer
        watched = [status.broker, status.worker]
        assert status.raise_alarms(watched, NOW + timedelta(seconds=120), since=NOW) == []
        for name in ("broker", "worker"):
            monkeypatch.setattr(status, f"{name}_answers", lambda name=name: name in answering)
        late = NOW + timedelta(minutes=5)
        status.look_at_queue(late)
        assert [one.name for one in status.raise_alarms(watched, late, since=NOW)] == told
    assert [message.subject for message in mail.outbox] == [f"Amparo: {name}" for name in told]


@pytest.mark.usefixtures("as_worker", "operator")
def test_nobody_is_alarmed_before_there_was_time_to_work():
    marks.mark(marks.SWEEP, now=NOW - timedelta(days=3))
    assert status.raise_alarms([status.sweep, status.sealing], NOW, since=NOW - timedelta(seconds=30)) == []
    assert [one.name for one in status.raise_alarms([status.sealing], NOW, since=NOW - timedelta(days=1))] == [
        "sealing"
    ]


@pytest.mark.usefixtures("transactional_db", "operator")
def test_each_process_may_ask_what_it_is_given_to_watch():
    for role, seen in (("worker", status.SEEN_BY_WORKER), ("sealer", status.SEEN_BY_SEALER), ("app", status.AGES)):
        with signed_in_as(role):
            assert [look(NOW, None).name for look in seen]
            with connection.cursor() as cursor:
                cursor.execute("SELECT session_user")
                assert cursor.fetchone() == (role,)
