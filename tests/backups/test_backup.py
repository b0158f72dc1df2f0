"""A backup gives everything back, in another database, and nothing to whoever holds only one half of it."""

import itertools
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cases.choices import Channel, Mode
from cases.models import Case, Mailbox, Report
from config.backups import write
from core.actors import SYSTEM
from core.audit import keys as audit_keys
from core.audit import sealing
from core.encryption import codes, files, keys, receipts, roots
from core.tenancy import new_id, organisation, signed_in_as
from tests import factories

ACCOUNT = "The driver waits at the well every Friday."
RESTORED = "test_restored"


@pytest.fixture
def own_keys(settings, tmp_path: Path) -> Iterator[Path]:
    """The keys of the suite, in a folder this test may empty; witnesses of its own."""
    folder = tmp_path / "own-keys"
    shutil.copytree(settings.KEYS_DIR, folder)
    settings.KEYS_DIR, settings.BACKUP_KEY_FILE = folder, str(folder / "backup.key")
    settings.CHECKPOINTS_DIR, settings.WITNESS_DIRS = tmp_path / "checkpoints", []
    roots.provider.cache_clear()
    yield folder
    roots.provider.cache_clear()


@pytest.fixture
def full(transactional_db, own_keys) -> SimpleNamespace:
    """Two organisations; in North a case with a sealed account and a mailbox; events sealed and not yet sealed."""
    cast = factories.make_cast()
    code, secret = codes.new_code(), b"m" * 32
    with organisation(cast.north.id):
        case = factories.make_case(cast.lake)
        keys.create(case.pk)
        case.seal(summary=ACCOUNT)
        case.save()
        case.reveal("summary", purpose="triage", by=SYSTEM)
        now = timezone.now()
        report = Report.objects.create(
            case=case, channel=Channel.WEB_FORM, mode=Mode.ANONYMOUS, language="en", received_at=now, aware_at=now
        )
        box, lookup = new_id(), receipts.lookup(cast.north.id, code)
        held = receipts.lock(code, secret, organisation=cast.north.id, mailbox=box)
        with organisation(cast.north.id, role="intake", mailbox=lookup):
            Mailbox.objects.create(
                id=box, lookup=lookup, report_id=report.pk, created_at=now, changed_at=now, **held._asdict()
            )
    seal()
    with organisation(cast.north.id):
        Case.objects.get().reveal("summary", purpose="triage", by=SYSTEM)
    return SimpleNamespace(cast=cast, code=code, secret=secret)


def seal() -> None:
    with signed_in_as("sealer"):
        sealing.seal(now=timezone.now(), sign=audit_keys.signer(), key=audit_keys.public_key())


@pytest.fixture
def elsewhere(full) -> Iterator[Callable[[], None]]:
    """An empty database beside the one that was backed up; from here on Django works in it."""
    first = connection.settings_dict["NAME"]
    with signed_in_as("migrator") as link, link.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {RESTORED}")
        cursor.execute(f"CREATE DATABASE {RESTORED}")

    def go() -> None:
        connection.close()
        connection.settings_dict["NAME"] = RESTORED

    yield go
    connection.close()
    connection.settings_dict["NAME"] = first
    with signed_in_as("migrator") as link, link.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {RESTORED}")


def backup(tmp_path: Path) -> str:
    call_command("backup", data=tmp_path / "data", keys=tmp_path / "keys", stdout=(said := _Said()))
    return re.search(r"\d{8}T\d{6}Z", said.text).group(0)


def restore(tmp_path: Path, stamp: str, **more: object) -> str:
    call_command("restore", stamp, data=tmp_path / "data", keys=tmp_path / "keys", stdout=(said := _Said()), **more)
    return said.text


class _Said:
    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text += text


def test_after_a_restore_elsewhere_every_receipt_opens_and_the_audit_verifies(full, elsewhere, own_keys, tmp_path):
    stamp = backup(tmp_path)
    sheets = tmp_path / "sheets"
    call_command("recovery_sheets", sheets, stdout=_Said())
    # The machine is lost: no key is left, only three sheets, and the two folders.
    for file in own_keys.iterdir():
        file.unlink()
    elsewhere()
    call_command("recover_root", *sorted(sheets.iterdir())[1:4], stdout=_Said())
    said = restore(tmp_path, stamp)
    assert "backup.key is back" in said
    assert "pepper.key is back" in said
    keys.forget_all()
    lookup = receipts.lookup(full.cast.north.id, full.code)
    with organisation(full.cast.north.id, role="intake", mailbox=lookup):
        box = Mailbox.objects.get(lookup=lookup)
        held = receipts.Lock(box.salt, box.verifier, box.wrapped_key)
        opened = receipts.unlock(full.code, held, organisation=full.cast.north.id, mailbox=box.pk)
        assert opened == full.secret
    with organisation(full.cast.north.id):
        assert Case.objects.get().reveal("summary", purpose="triage", by=SYSTEM) == ACCOUNT
    seal()
    call_command("verify_audit", stdout=(verified := _Said()))
    assert "0 wait for their seal" in verified.text
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_restored_database_keeps_owners_rights_and_row_security(full, elsewhere, tmp_path):
    before = _rules()
    stamp = backup(tmp_path)
    elsewhere()
    restore(tmp_path, stamp)
    assert connection.settings_dict["NAME"] == RESTORED
    for found, wanted in zip(_rules(), before, strict=True):
        assert found == wanted


def _rules() -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n.nspname, c.relname, r.rolname, c.relrowsecurity, c.relforcerowsecurity, "
            "array(SELECT unnest(c.relacl)::text ORDER BY 1), "
            "array(SELECT polname || coalesce(pg_get_expr(polqual, polrelid), '') "
            "|| coalesce(pg_get_expr(polwithcheck, polrelid), '') FROM pg_policy WHERE polrelid = c.oid ORDER BY 1), "
            "array(SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = c.oid AND contype <> 'n' ORDER BY 1), "
            "array(SELECT tgname || tgenabled::text FROM pg_trigger "
            "WHERE tgrelid = c.oid AND NOT tgisinternal ORDER BY 1) "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner "
            "WHERE n.nspname IN ('public', 'vault') AND c.relkind IN ('r', 'v', 'S') ORDER BY 1, 2"
        )
        tables = cursor.fetchall()
        cursor.execute(
            "SELECT p.proname, r.rolname, p.prosecdef, p.proconfig, array(SELECT unnest(p.proacl)::text ORDER BY 1) "
            "FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner "
            "WHERE p.pronamespace = 'public'::regnamespace ORDER BY 1"
        )
        functions = cursor.fetchall()
        cursor.execute(
            "SELECT nspname, array(SELECT unnest(nspacl)::text ORDER BY 1) FROM pg_namespace "
            "WHERE nspname IN ('public', 'vault') ORDER BY 1"
        )
        return _plain(tables + functions + cursor.fetchall())


def _plain(found: object) -> object:
    """Without casts and parentheses: PostgreSQL writes `IN` with other ones when it reads its own dump."""
    if isinstance(found, str):
        return re.sub(r"::[a-z ]+(\[\])?|[() ]", "", found)
    return [_plain(part) for part in found] if isinstance(found, list | tuple) else found


def test_neither_half_holds_a_readable_word_or_the_other_half(full, tmp_path):
    stamp = backup(tmp_path)
    for file in [*(tmp_path / "data").iterdir(), *(tmp_path / "keys").iterdir()]:
        held = file.read_bytes()
        assert b"PGDMP" not in held
        assert ACCOUNT.encode() not in held
        assert file.stat().st_mode & 0o077 == 0
    master = write.backup_key()
    manifest = json.loads((tmp_path / "data" / f"{stamp}.json").read_text())
    plain = b"".join(_opened(tmp_path / "data" / f"{stamp}.data", manifest["files"]["data"]["file"], master))
    assert plain.startswith(b"PGDMP")
    assert b"case_file" in plain
    assert b"organisation_key" not in plain


def _opened(path: Path, file: str, master: bytes) -> Iterator[bytes]:
    with path.open("rb") as source:
        yield from files.read(source, write.file_key(master, UUID(file)), organisation=write.EVERYBODY, file=UUID(file))


def test_a_database_in_use_is_not_replaced_unless_told(full, tmp_path):
    stamp = backup(tmp_path)
    with pytest.raises(CommandError, match="--replace"):
        restore(tmp_path, stamp)
    with organisation(full.cast.north.id):
        assert Case.objects.count() == 1


@pytest.mark.parametrize("part", ["data", "keys"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(full, tmp_path, part):
    stamp = backup(tmp_path)
    path = tmp_path / part / f"{stamp}.{part}"
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)
    with pytest.raises(CommandError, match="is damaged or was changed"):
        restore(tmp_path, stamp, replace=True)
    with organisation(full.cast.north.id):
        assert Case.objects.count() == 1


def test_a_description_that_was_changed_is_refused(full, tmp_path):
    stamp = backup(tmp_path)
    for folder in ("data", "keys"):
        path = tmp_path / folder / f"{stamp}.json"
        manifest = json.loads(path.read_text())
        manifest["rows"]["public.case_file"] = 0
        path.write_text(json.dumps(manifest, indent=1) + "\n")
    with pytest.raises(CommandError, match="was changed, or another backup key"):
        restore(tmp_path, stamp, replace=True)


def test_a_backup_under_another_root_key_is_refused(full, own_keys, tmp_path):
    stamp = backup(tmp_path)
    (own_keys / "root.key").write_text("ab" * 32)
    with pytest.raises(CommandError, match="nothing in it could be opened"):
        restore(tmp_path, stamp, replace=True)


def test_data_and_keys_never_go_to_one_folder(full, tmp_path):
    with pytest.raises(CommandError, match="two different folders"):
        call_command("backup", data=tmp_path / "one", keys=tmp_path / "one")


def test_a_backup_that_fails_leaves_nothing_behind(full, settings, tmp_path, monkeypatch):
    monkeypatch.setitem(settings.DATABASE_ROLES["backup"], "PASSWORD", "wrong")
    with pytest.raises(psycopg2.OperationalError):
        backup(tmp_path)
    assert [*(tmp_path / "data").iterdir(), *(tmp_path / "keys").iterdir()] == []


def test_old_keys_are_forgotten_and_the_data_stay(full, tmp_path):
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    old = write.write(tmp_path / "data", tmp_path / "keys", now=now - timedelta(days=40))
    new = write.write(tmp_path / "data", tmp_path / "keys", now=now)
    assert write.forget_keys(tmp_path / "keys", now=now, days=30) == [old]
    assert sorted(path.stem for path in (tmp_path / "keys").glob("*.keys")) == [new]
    assert sorted(path.stem for path in (tmp_path / "data").glob("*.data")) == [old, new]


@pytest.fixture
def sheets(own_keys, tmp_path) -> list[Path]:
    call_command("recovery_sheets", tmp_path / "sheets", stdout=_Said())
    return sorted((tmp_path / "sheets").iterdir())


def test_any_three_of_the_five_sheets_give_the_root_key_back(sheets, own_keys):
    key = (own_keys / "root.key").read_text()
    for three in itertools.combinations(sheets, 3):
        (own_keys / "root.key").unlink()
        call_command("recover_root", *three, stdout=_Said())
        assert (own_keys / "root.key").read_text() == key


@pytest.mark.parametrize("many", [1, 2, 4])
def test_too_few_or_too_many_sheets_are_refused_with_a_sentence(sheets, own_keys, many):
    (own_keys / "root.key").unlink()
    with pytest.raises(CommandError, match="do not fit together"):
        call_command("recover_root", *sheets[:many], stdout=_Said())
    assert not (own_keys / "root.key").exists()


def test_sheets_of_two_different_writings_are_refused(sheets, own_keys, tmp_path):
    call_command("recovery_sheets", tmp_path / "again", stdout=_Said())
    others = sorted((tmp_path / "again").iterdir())
    with pytest.raises(CommandError, match="do not fit together"):
        call_command("recover_root", sheets[0], sheets[1], others[2], stdout=_Said())


def test_a_sheet_is_readable_by_its_owner_alone_and_does_not_hold_the_key(sheets, own_keys):
    for sheet in sheets:
        assert sheet.stat().st_mode & 0o077 == 0
        assert (own_keys / "root.key").read_text().strip() not in sheet.read_text()


def test_a_root_key_that_is_here_is_set_aside_and_never_overwritten(sheets, own_keys):
    (own_keys / "root.key").write_text("cd" * 32)
    call_command("recover_root", *sheets[:3], stdout=_Said())
    assert (own_keys / "root.key.replaced").read_text() == "cd" * 32
