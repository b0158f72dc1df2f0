"""Restoring: everything is read and verified once before the first row of the present database is touched."""

import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from config.backups.tools import BackupError, feed, program, sign_in
from config.backups.write import EVERYBODY, FORMAT, backup_key, file_key, rows, seal_of
from config.launcher.places import private, write_private
from config.launcher.roles import prepare_schemas
from core.audit import sealing
from core.encryption import files, roots
from core.errors import KeyUnavailable, Tampered
from core.tenancy import signed_in_as


def recover_keyring(keyring: Path) -> list[str]:
    """Brings back the key files that are missing here, opened with the root key; their names."""
    folder = private(Path(settings.KEYS_DIR))
    brought = []
    for name, wrapped in json.loads(keyring.read_text()).items():
        target = Path(settings.BACKUP_KEY_FILE) if name == "backup.key" else folder / Path(name).name
        if target.exists():
            continue
        try:
            opened = roots.provider().unwrap(f"keyring {name}".encode(), bytes.fromhex(wrapped))
        except (KeyUnavailable, Tampered):
            raise BackupError(
                f"{name} was sealed under another root key: bring that one back with `manage.py recover_root` first."
            ) from None
        write_private(target, opened.decode())
        brought.append(name)
    return brought


def read(stamp: str, data: Path, keys: Path, *, now: datetime, replace: bool = False) -> dict[str, int]:
    """Replaces the whole database by the backup `stamp`; gives the number of rows of each table.

    Refuses a database that holds an organisation unless `replace`, and any backup that is incomplete, changed, or
    sealed under a root key other than the present one, before it touches anything.
    """
    master, manifest = _manifest(stamp, data, keys)
    paths = {"keys": keys / f"{stamp}.keys", "data": data / f"{stamp}.data"}
    for part, path in paths.items():
        _verify(path, part, manifest, master)
    if not replace and _holds_something():
        raise BackupError("This database is in use; --replace removes everything in it and puts the backup there.")
    entry, name = settings.DATABASE_ROLES["migrator"], str(connection.settings_dict["NAME"])
    connection.close()
    with signed_in_as("migrator") as link, link.cursor() as cursor:
        server = link.connection.server_version // 10000
        cursor.execute("DROP SCHEMA IF EXISTS vault CASCADE")
        cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    command = [str(program("pg_restore", server=server)), "--exit-on-error", "--single-transaction", "--no-password"]
    command += ["--no-comments", "--role=owner", f"--dbname={name}"]
    # The keys first: rows without their keys would be lost for good, keys without their rows are only swept.
    for part, path in paths.items():
        feed(command, sign_in(entry, name), _opened(path, manifest["files"][part], master))
    with signed_in_as("migrator") as link, link.cursor() as cursor:
        prepare_schemas(cursor)
        found = rows(cursor)
        if found != manifest["rows"]:
            differing = sorted(table for table in manifest["rows"] if found.get(table) != manifest["rows"][table])
            raise BackupError(f"The restored database has another number of rows in {', '.join(differing)}.")
        # The new server counts transactions from a lower number; without this the audit would wait for ever.
        sealing.after_restore(now=now)
    return found


def _manifest(stamp: str, data: Path, keys: Path) -> tuple[bytes, dict[str, Any]]:
    try:
        texts = [(folder / f"{stamp}.json").read_text() for folder in (data, keys)]
    except OSError as error:
        raise BackupError(f"{error.filename} cannot be read: is {stamp} a backup in both folders?") from None
    if texts[0] != texts[1]:
        raise BackupError("The two folders hold different backups of that name.")
    manifest = json.loads(texts[0])
    if manifest.get("format") != FORMAT:
        raise BackupError("This backup was made by a newer version of Amparo.")
    try:
        master, root = backup_key(), roots.provider().describe()["fingerprint"]
    except KeyUnavailable:
        raise BackupError("The backup's key or the root key cannot be read.") from None
    if not hmac.compare_digest(seal_of(master, manifest), str(manifest.get("seal"))):
        raise BackupError("The backup's description was changed, or another backup key sealed it.")
    if manifest["root"] != root:
        raise BackupError("The root key here is not the one whose data this is: nothing in it could be opened.")
    return master, manifest


def _opened(path: Path, described: dict[str, Any], master: bytes) -> Iterator[bytes]:
    file = UUID(described["file"])
    with path.open("rb") as source:
        yield from files.read(source, file_key(master, file), organisation=EVERYBODY, file=file)


def _verify(path: Path, part: str, manifest: dict[str, Any], master: bytes) -> None:
    try:
        size = sum(len(piece) for piece in _opened(path, manifest["files"][part], master))
    except Tampered:
        raise BackupError(f"{path.name} is damaged or was changed.") from None
    except OSError:
        raise BackupError(f"{path} cannot be read.") from None
    if size != manifest["files"][part]["size"]:
        raise BackupError(f"{path.name} is not the file the backup describes.")


def _holds_something() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.organisation')")
        if cursor.fetchone()[0] is None:
            return False
        cursor.execute("SELECT EXISTS (SELECT FROM organisation)")
        return bool(cursor.fetchone()[0])
