"""Sealing while others write, twice at once, after a crash, and after a restore."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import close_old_connections, connection

from config.launcher.keys import make_keys
from core.audit import documents, keys, sealing, verify, witness
from core.audit.tables import AuditCheckpoint, AuditEvent, AuditLeaf
from core.errors import KeyUnavailable, Tampered
from core.tenancy import organisation, signed_in_as
from tests.audit.conftest import NOW, seal, write

pytestmark = pytest.mark.django_db(transaction=True)


def leaves(where):
    with organisation(where.pk):
        return list(AuditLeaf.objects.order_by("number").values_list("number", "event"))


@pytest.fixture
def open_link(transactional_db, embedded):
    """Further connections to the test database; closed before it is emptied, or a failing test would block that."""
    links = []

    def opened(role="app"):
        links.append(psycopg2.connect(embedded.cluster.urls(connection.settings_dict["NAME"])[role]))
        return links[-1]

    yield opened
    for link in links:
        link.close()


def write_on(cursor, where, reference):
    cursor.execute("SELECT set_config('amparo.organisation', %s, true)", [str(where.pk)])
    cursor.execute(
        "INSERT INTO audit_event (id, organisation_id, action, actor_kind, session, about_type, reference, purpose, "
        "outcome, fields, hashes, facts) VALUES (%s, %s, 'test.read', 'system', '', '', %s, '', 'done', "
        "'[]', '{}', '{}')",
        [str(uuid.uuid4()), str(where.pk), reference],
    )


def test_every_event_gets_its_place_in_its_own_organisations_log(north, south, amina, state):
    write(north, amina, "AAAA-2222", "AAAA-3333")
    write(south, amina, "BBBB-2222")
    done = seal()
    assert (done.events, done.organisations, done.more) == (3, 2, False)
    write(north, amina, "AAAA-4444")
    assert seal().events == 1
    assert seal().events == 0
    with organisation(north.pk):
        written = list(AuditEvent.objects.order_by("id").values_list("id", flat=True))
        assert [note.split("\n")[1] for note in AuditCheckpoint.objects.values_list("note", flat=True)] == ["2", "3"]
    assert leaves(north) == list(zip((1, 2, 3), written, strict=True))
    assert [number for number, _event in leaves(south)] == [1]


def test_an_event_written_first_and_committed_last_is_not_passed_over(north, amina, state, open_link):
    early = open_link()
    with early.cursor() as cursor:
        write_on(cursor, north, "EARL-2222")
        write(north, amina, "LATE-2222")
        assert seal().events == 0  # the later one is committed, and waits for the earlier one
        early.commit()
    assert seal().events == 2
    with organisation(north.pk):
        names = dict(AuditEvent.objects.values_list("id", "reference"))
    assert [names[event] for _number, event in leaves(north)] == ["EARL-2222", "LATE-2222"]


@pytest.mark.parametrize("seed", range(4))
def test_however_transactions_overlap_each_committed_event_is_sealed_once(north, south, state, open_link, seed):
    rng = random.Random(seed)  # noqa: S311  a schedule, not a secret
    links = [open_link() for _number in range(6)]
    running: dict[int, list[str]] = {}
    committed: set[str] = set()
    for step in range(120):
        number = rng.randrange(len(links))
        if number not in running:
            running[number] = []
        act = rng.choice(("write", "write", "commit", "roll back", "seal"))
        if act == "write":
            reference = f"R{step:03d}-{number}"
            with links[number].cursor() as cursor:
                write_on(cursor, rng.choice((north, south)), reference)
            running[number].append(reference)
        elif act == "seal":
            seal(batch=rng.choice((1, 3, 50)))
        else:
            committed |= set(running.pop(number)) if act == "commit" else set()
            links[number].commit() if act == "commit" else links[number].rollback()
            running.pop(number, None)
    for link in links:
        link.close()  # what still runs is rolled back
    while seal(batch=7).more:
        pass
    for where in (north, south):
        with organisation(where.pk):
            here = set(AuditEvent.objects.values_list("id", flat=True))
        assert [number for number, _event in leaves(where)] == list(range(1, len(here) + 1))
        assert {event for _number, event in leaves(where)} == here
        with organisation(where.pk):
            committed -= set(AuditEvent.objects.values_list("reference", flat=True))
    assert committed == set()
    call_command("verify_audit")


def test_what_was_rolled_back_stops_nobody(north, amina, state, open_link):
    early = open_link()
    with early.cursor() as cursor:
        write_on(cursor, north, "EARL-2222")
        write(north, amina, "LATE-2222")
        early.rollback()
    assert seal().events == 1


def test_two_sealers_at_once_seal_each_event_once(north, south, amina, state):
    write(north, amina, *(f"AAAA-{number}" for number in range(30)))
    write(south, amina, *(f"BBBB-{number}" for number in range(30)))
    ready, done, errors = threading.Barrier(4), [], []

    def work():
        try:
            with signed_in_as("sealer"):
                ready.wait(10)
                for _round in range(30):
                    found = sealing.seal(now=NOW, sign=keys.signer(), key=keys.public_key(), batch=7)
                    done.append(found.events if found else 0)
        except Exception as error:  # noqa: BLE001  told to the main thread
            errors.append(error)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    for _round in range(200):  # rounds that found another at work did nothing; what they left is sealed now
        if sum(done) >= 60:
            break
        found = seal()
        done.append(found.events if found else 0)
    assert sum(done) == 60
    assert [number for number, _event in leaves(north)] == list(range(1, 31))
    assert [number for number, _event in leaves(south)] == list(range(1, 31))


def test_while_one_sealer_works_another_waits_its_turn(north, amina, state, open_link):
    write(north, amina, "AAAA-2222")
    other = open_link("sealer")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sealing.LOCK])
        assert seal() is None
        other.rollback()
    assert seal().events == 1


def test_a_transaction_larger_than_a_batch_is_sealed_in_several(north, amina, state):
    with organisation(north.pk):
        for number in range(25):
            write(north, amina, f"AAAA-{number}")
    rounds = [seal(batch=10) for _round in range(4)]
    assert [(each.events, each.more) for each in rounds] == [(10, True), (10, True), (5, False), (0, False)]
    assert [number for number, _event in leaves(north)] == list(range(1, 26))


def test_the_sealer_goes_on_from_no_head_it_did_not_sign(north, amina, state, tamper):
    write(north, amina, "AAAA-2222", "AAAA-3333", "AAAA-4444")
    seal()
    tamper("UPDATE audit_checkpoint SET frontier = root || root, root = ''")
    write(north, amina, "AAAA-5555")
    with pytest.raises(Tampered):
        seal()


def test_a_head_signed_by_another_key_is_not_gone_on_from(north, amina, state, tmp_path):
    write(north, amina, "AAAA-2222")
    make_keys(tmp_path / "strange")
    with signed_in_as("sealer"):
        strange = tmp_path / "strange"
        sealing.seal(now=NOW, sign=keys.signer(strange), key=keys.public_key(strange))
    write(north, amina, "AAAA-3333")
    with pytest.raises(Tampered):
        seal()


def test_an_event_with_a_number_json_cannot_hold_stops_nobody(north, amina, state, tamper):
    write(north, amina, "AAAA-2222", "AAAA-3333")
    tamper("UPDATE audit_event SET facts = '{\"count\": 1e400}' WHERE reference = 'AAAA-2222'")
    assert seal().events == 2


def test_the_age_of_what_waits_is_known_to_the_status_page(north, amina, state):
    later = NOW.replace(year=2100)
    assert sealing.oldest_unsealed_age(later) is None
    write(north, amina, "AAAA-2222", "AAAA-3333")
    assert sealing.oldest_unsealed_age(later) > timedelta(days=365)
    assert sealing.oldest_unsealed_age(NOW.replace(year=2000)) == timedelta()
    seal(later)
    assert sealing.oldest_unsealed_age(later) is None
    assert sealing.last_sealing() == later


def test_before_the_first_round_nothing_was_sealed(north):
    assert sealing.last_sealing() is None


def test_after_a_restore_with_lower_transaction_numbers_everything_is_sealed_once(north, amina, state, tamper):
    write(north, amina, "AAAA-2222", "AAAA-3333")
    seal()
    with signed_in_as("sealer"):
        witness.testify(settings.CHECKPOINTS_DIR, key=keys.public_key())
    write(north, amina, "AAAA-4444", "AAAA-5555")
    # As a dump of a busier server comes back: all numbers lie far ahead of this server's.
    tamper("UPDATE audit_event SET xid = (xid::text::bigint + 1000000)::text::xid8")
    tamper("UPDATE audit_cursor SET horizon = horizon + 1000000")
    assert seal().events == 0
    with signed_in_as("migrator"):
        assert sealing.after_restore(now=NOW) == 2
    assert seal().events == 3  # the two that waited, and the restore itself
    assert seal().events == 0
    assert [number for number, _event in leaves(north)] == [1, 2, 3, 4, 5]
    assert [path.name for path in sorted(settings.CHECKPOINTS_DIR.iterdir())] == ["audit-until-20260302T093000Z.jsonl"]
    with organisation(north.pk):
        restored = AuditEvent.objects.get(action="core.restored")
    assert restored.facts == {"unsealed": 2}
    write(north, amina, "AAAA-6666")
    assert seal().events == 1
    call_command("verify_audit")
    with connection.cursor() as cursor:  # and the log is append-only again
        cursor.execute("SELECT tgenabled FROM pg_trigger WHERE tgname = 'audit_append_only'")
        assert cursor.fetchall() == [("O",)] * 4


def test_the_sealed_bytes_hold_no_id_of_the_database_and_no_hour_of_a_report(north, amina, state):
    case, assignee = uuid.uuid4(), uuid.uuid4()
    columns = dict.fromkeys(documents.COLUMNS, "")
    columns |= {"id": uuid.uuid4(), "organisation_id": north.pk, "at": NOW, "actor": amina.user_id, "acting_for": None}
    columns |= {"about": case, "actor_kind": "reporter", "fields": "[]", "hashes": "{}"}
    columns["facts"] = json.dumps({"assignee": {"id": str(assignee)}, "more": [{"id": str(case)}]})
    sealed = documents.document(tuple(columns.values()))
    for key in (columns["id"], north.pk, amina.user_id, case, assignee):
        assert str(key).encode() not in sealed
    assert json.loads(sealed)["at"] == "2026-03-02"
    assert json.loads(sealed)["facts"]["more"] == [{"id": documents.pseudonym(case)}]
    columns["actor_kind"] = "user"
    assert json.loads(documents.document(tuple(columns.values())))["at"] == "2026-03-02T09:30:00.000000Z"


# --- what leaves the database ---------------------------------------------------------------------------------------


def lines(place):
    return [json.loads(line) for line in (place / witness.FILE).read_text().splitlines()]


def test_each_round_leaves_the_database_for_every_place(north, south, amina, state):
    write(north, amina, "AAAA-2222", "AAAA-3333")
    write(south, amina, "BBBB-2222")
    call_command("seal_audit", once=True)
    write(north, amina, "AAAA-4444")
    call_command("seal_audit")
    for place in (state / "checkpoints", state / "elsewhere"):
        found = lines(place)
        assert [len(line["heads"]) for line in found] == [2, 1]
        assert sum(len(head["leaves"]) for line in found for head in line["heads"]) == 4
        assert verify.read_note(found[-1]["note"]).signed_by(keys.public_key())
        assert (place / witness.FILE).stat().st_mode & 0o077 == 0


def test_a_place_that_was_away_gets_what_it_missed_and_nothing_twice(north, amina, state, settings):
    for number in range(3):
        settings.WITNESS_DIRS = [] if number else [state / "elsewhere"]
        write(north, amina, f"AAAA-{number}")
        call_command("seal_audit")
    settings.WITNESS_DIRS = [state / "elsewhere"]
    call_command("seal_audit")
    call_command("seal_audit")
    assert lines(state / "elsewhere") == lines(state / "checkpoints")
    assert len(lines(state / "checkpoints")) == 3


def test_half_a_line_left_by_a_crash_is_written_anew(north, amina, state):
    write(north, amina, "AAAA-2222")
    call_command("seal_audit")
    path = state / "checkpoints" / witness.FILE
    whole = path.read_text()
    write(north, amina, "AAAA-3333")
    call_command("seal_audit")
    both = path.read_text()
    path.write_text(both[:-40])
    call_command("seal_audit")
    assert path.read_text() == both
    path.write_text(whole[:-40])  # not even the first line is whole
    call_command("seal_audit")
    assert path.read_text() == both


def test_a_database_that_forgot_what_a_place_saw_is_not_witnessed(north, amina, state, tamper):
    write(north, amina, "AAAA-2222")
    call_command("seal_audit")
    before = (state / "checkpoints" / witness.FILE).read_text()
    for table in ("audit_leaf", "audit_checkpoint", "audit_seal", "audit_cursor"):
        tamper(f"DELETE FROM {table}")
    write(north, amina, "AAAA-3333")
    with pytest.raises(CommandError, match="verify_audit"):
        call_command("seal_audit")
    assert (state / "checkpoints" / witness.FILE).read_text() == before


# --- keys and the process -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoil", ["missing", "nonsense", "another"])
def test_without_its_own_key_the_sealer_does_not_start(state, settings, spoil):
    settings.KEYS_DIR = state / "keys"
    make_keys(state / "keys")
    file = state / "keys" / "audit.key"
    if spoil == "another":
        make_keys(state / "other")
        file.write_text((state / "other" / "audit.key").read_text())
    elif spoil == "nonsense":
        file.write_text("nonsense")
    else:
        file.unlink()
    with pytest.raises(CommandError, match="signing key"):
        call_command("seal_audit")


def test_a_public_key_that_is_none_is_said_to_be_none(tmp_path):
    (tmp_path / "audit.pub").write_text("nonsense")
    with pytest.raises(KeyUnavailable) as caught:
        keys.public_key(tmp_path)
    assert "public key" in str(caught.value.message)


def test_the_sealing_process_runs_until_it_is_told_to_stop(north, amina, state, test_environment):
    environment = test_environment | {"AMPARO_ROLE": "sealer", "AMPARO_CHECKPOINTS": str(state / "checkpoints")}
    manage = Path(settings.BASE_DIR) / "manage.py"
    process = subprocess.Popen(
        [sys.executable, str(manage), "seal_audit", "--loop", "--every", "0.05"], env={**os.environ, **environment}
    )
    try:
        waiting = threading.Event()
        for reference in ("AAAA-2222", "AAAA-3333"):
            write(north, amina, reference)
            for _attempt in range(600):
                if sealing.oldest_unsealed_age(NOW) is None:
                    break
                waiting.wait(0.05)
        assert [number for number, _event in leaves(north)] == [1, 2]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
