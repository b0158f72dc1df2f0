"""The living database and the exported package, tampered with as somebody with the owner's rights could."""

import json
import shutil
import subprocess
import sys
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from config.launcher.keys import make_keys
from core.audit import keys, logs, verify, witness
from core.audit.tables import AuditEvent, AuditLeaf
from core.tenancy import organisation, signed_in_as
from tests.audit.conftest import write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log(north, south, amina, state):
    """Two rounds of the sealer: six events of North, one of South."""
    write(north, amina, "AAAA-2222", "K7TF-29QM", "AAAA-4444")
    write(south, amina, "BBBB-2222")
    call_command("seal_audit")
    write(north, amina, "K7TF-29QM", "AAAA-6666", "AAAA-7777")
    call_command("seal_audit")
    return north


def told(capsys, **rest):
    """What verify_audit says; it must end with an error."""
    capsys.readouterr()
    with pytest.raises(CommandError, match="does not fit"):
        call_command("verify_audit", **rest)
    return capsys.readouterr().out


def alone(folder, *arguments):
    """The script of the package, in an empty environment, without our packages."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder), *map(str, arguments)],
        capture_output=True,
        env={},
        cwd="/",
        timeout=60,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


HERE = "WHERE id = (SELECT event FROM audit_leaf WHERE organisation_id = %s AND number = {})"
TAMPERINGS = {
    "changed": ("UPDATE audit_event SET purpose = 'other' " + HERE.format(5), "Event 5 was changed"),
    "moment": ("UPDATE audit_event SET at = at - interval '1 day' " + HERE.format(2), "Event 2 was changed"),
    "missing": ("DELETE FROM audit_event " + HERE.format(2), "Event 2 is missing."),
    "last": ("DELETE FROM audit_event " + HERE.format(6), "Event 6 is missing."),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_what_was_done_to_an_event_is_named_here_and_in_the_package(log, tamper, capsys, tmp_path, tampering):
    statement, sentence = TAMPERINGS[tampering]
    assert tamper(statement, log.pk) == 1
    assert sentence in told(capsys)
    call_command("export_audit", "north", tmp_path / "package")
    code, out, _err = alone(tmp_path / "package")
    assert (code, sentence in out) == (1, True)


def test_two_events_that_changed_places_are_named(log, tamper, capsys, tmp_path):
    with organisation(log.pk):
        second, fifth = AuditLeaf.objects.filter(number__in=(2, 5)).order_by("number").values_list("event", flat=True)
    for number, event in ((2, uuid4()), (5, second), (2, fifth)):
        tamper("UPDATE audit_leaf SET event = %s WHERE organisation_id = %s AND number = %s", event, log.pk, number)
    sentence = "Event 2 is out of place: it stands at 5."
    assert sentence in told(capsys)
    call_command("export_audit", "north", tmp_path / "package")
    assert sentence in alone(tmp_path / "package")[1]


def test_a_seal_that_is_missing_is_named(log, tamper, capsys):
    tamper("DELETE FROM audit_leaf WHERE organisation_id = %s AND number = 3", log.pk)
    assert "The seal of event 3 is missing." in told(capsys)


def test_an_end_cut_off_with_all_its_seals_is_found_by_the_copy_outside(log, tamper, capsys, tmp_path):
    tamper("DELETE FROM audit_event WHERE id IN (SELECT event FROM audit_leaf WHERE number > 3)")
    tamper("DELETE FROM audit_leaf WHERE number > 3")
    tamper("DELETE FROM audit_checkpoint WHERE size > 3")
    tamper("DELETE FROM audit_seal WHERE size > 2")
    assert "Event 4 is missing, and the 2 after it." in told(capsys)
    call_command("export_audit", "north", tmp_path / "package")
    copy = shutil.copy(witness.files()[0], tmp_path / "copy.jsonl")
    assert alone(tmp_path / "package")[0] == 0  # alone it cannot know
    code, out, _err = alone(tmp_path / "package", "--witness", copy)
    assert (code, "Event 4 is missing" in out) == (1, True)


def test_an_event_rewritten_with_its_seal_is_found_by_the_copy_outside(log, tamper, capsys):
    tamper("UPDATE audit_event SET purpose = 'other' WHERE reference = 'AAAA-6666'")
    with signed_in_as("auditor"), logs.snapshot() as cursor:
        forged = next(place for place in logs.places(cursor, log.pk) if place.reference == "AAAA-6666")
    tamper(
        "UPDATE audit_leaf SET leaf = %s WHERE organisation_id = %s AND number = %s",
        verify.leaf_hash(forged.document),
        log.pk,
        forged.number,
    )
    assert "Event 5 was changed after it was sealed." in told(capsys)


def test_a_whole_log_that_is_gone_is_noticed(log, south, tamper, capsys):
    tamper("DELETE FROM audit_event WHERE organisation_id = %s", south.pk)
    tamper("DELETE FROM audit_leaf WHERE organisation_id = %s", south.pk)
    tamper("DELETE FROM audit_checkpoint WHERE organisation_id = %s", south.pk)
    out = told(capsys)
    assert "Event 1 is missing." in out
    assert "The log over all organisations does not fit" in out


def test_a_checkpoint_turned_into_nonsense_or_anothers_is_named(log, south, tamper, capsys):
    tamper(
        "UPDATE audit_checkpoint SET note = (SELECT note FROM audit_checkpoint WHERE organisation_id = %s) "
        "WHERE organisation_id = %s AND size = 3",
        south.pk,
        log.pk,
    )
    assert "speaks of another log" in told(capsys)
    tamper("UPDATE audit_seal SET note = 'nonsense'")
    assert "signed note" in told(capsys)


def test_a_log_nobody_touched_fits_here_and_in_the_package(log, capsys, tmp_path):
    call_command("verify_audit")
    assert "7 sealed events in 2 logs checked; 0 wait" in capsys.readouterr().out
    call_command("export_audit", "north", tmp_path / "package")
    assert "6 events written" in capsys.readouterr().out
    (tmp_path / "given.pub").write_text(f"{keys.public_key()}\n")
    code, out, err = alone(tmp_path / "package", "--key", tmp_path / "given.pub", "--witness", witness.files()[0])
    assert (code, err) == (0, "")
    assert out == "6 events checked: nothing changed, nothing missing, nothing out of place.\n"
    assert "compare it with the one you were given" in alone(tmp_path / "package")[1]


def test_the_checkpoints_of_an_earlier_package_show_that_the_log_only_grew(log, amina, tamper, tmp_path):
    call_command("export_audit", "north", tmp_path / "earlier")
    write(log, amina, "AAAA-8888")
    call_command("seal_audit")
    earlier = tmp_path / "earlier" / "checkpoints.jsonl"
    call_command("export_audit", "north", tmp_path / "later")
    assert alone(tmp_path / "later", "--witness", earlier)[0] == 0
    later = tmp_path / "later" / "checkpoints.jsonl"
    assert "The end was cut off: a checkpoint covers 8 events" in alone(tmp_path / "earlier", "--witness", later)[1]


def test_the_export_itself_is_recorded(log, tmp_path):
    call_command("export_audit", "north", tmp_path / "package")
    with organisation(log.pk):
        assert AuditEvent.objects.get(action="core.audit_exported").facts == {"events": 6}


def test_one_case_alone_is_shown_to_be_part_of_the_log(log, tmp_path):
    folder = tmp_path / "package"
    call_command("export_audit", "north", folder, reference="K7TF-29QM")
    lines = (folder / "events.jsonl").read_bytes()
    assert [json.loads(line)["reference"] for line in lines.splitlines()] == ["K7TF-29QM"] * 2
    assert alone(folder)[:1] == (0,)
    assert not (folder / "leaves.txt").exists()
    (folder / "events.jsonl").write_bytes(lines.replace(b"done", b"none", 1))
    assert "Event 2 is not the one that was sealed there." in alone(folder)[1]
    (folder / "events.jsonl").write_bytes(lines.splitlines(keepends=True)[0])
    assert "The extract holds 1 events and 2 proofs." in alone(folder)[1]


def test_a_package_signed_with_another_key_is_refused(log, tmp_path):
    call_command("export_audit", "north", tmp_path / "package")
    make_keys(tmp_path / "other")
    code, out, _err = alone(tmp_path / "package", "--key", tmp_path / "other" / "audit.pub")
    assert (code, "is not signed by" in out) == (1, True)


def test_a_package_put_together_from_two_logs_is_refused(log, tmp_path):
    call_command("export_audit", "north", tmp_path / "north")
    call_command("export_audit", "south", tmp_path / "south")
    shutil.copy(tmp_path / "south" / "seal.json", tmp_path / "north" / "seal.json")
    assert "not bound into the log over all" in alone(tmp_path / "north")[1]
    shutil.copy(tmp_path / "south" / "checkpoints.jsonl", tmp_path / "north" / "checkpoints.jsonl")
    assert "A checkpoint of another log" in alone(tmp_path / "north")[1]


@pytest.mark.parametrize("file", ["manifest.json", "events.jsonl", "checkpoints.jsonl", "seal.json", "audit.pub"])
def test_a_package_that_lacks_a_file_is_said_to_be_unreadable(log, tmp_path, file):
    call_command("export_audit", "north", tmp_path / "package")
    (tmp_path / "package" / file).unlink()
    code, _out, err = alone(tmp_path / "package")
    assert (code, bool(err.strip())) == (2, True)
    assert "Traceback" not in err


def test_a_package_of_a_later_format_is_said_to_be_one(log, tmp_path):
    call_command("export_audit", "north", tmp_path / "package")
    manifest = tmp_path / "package" / "manifest.json"
    manifest.write_text(manifest.read_text().replace(verify.FORMAT, "amparo-audit-9"))
    assert "amparo-audit-9" in alone(tmp_path / "package")[2]


def test_commands_say_in_a_sentence_what_they_cannot_do(log, tmp_path, settings):
    with pytest.raises(CommandError, match="no organisation"):
        call_command("export_audit", "nowhere", tmp_path / "package")
    with pytest.raises(CommandError, match="there already"):
        call_command("export_audit", "north", tmp_path)
    with pytest.raises(CommandError, match="No such file"):
        call_command("verify_audit", witness=[tmp_path / "nothing.jsonl"])
    settings.KEYS_DIR = tmp_path
    for command in (("verify_audit",), ("export_audit", "north", tmp_path / "package")):
        with pytest.raises(CommandError, match="public key"):
            call_command(*command)


def test_what_waits_for_its_seal_is_counted_and_is_no_fault(log, amina, capsys):
    write(log, amina, "AAAA-8888")
    call_command("verify_audit")
    assert "1 wait for their seal" in capsys.readouterr().out
