"""Writing a backup: one moment of the whole database, its data in one place and its wrapped keys in another."""

import contextlib
import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg2
from django.conf import settings
from django.db import connection

from config.backups.tools import BackupError, output_of, program, sign_in
from config.launcher.places import private, write_private
from core.encryption import files, roots
from core.errors import KeyUnavailable

FORMAT = 1
# No organisation's: the backup spans all of them.
EVERYBODY = UUID(int=0)
PARTS = {"data": "--exclude-schema=vault", "keys": "--schema=vault"}
# The key files a restored installation cannot do without; the root key itself is on the recovery sheets.
KEYRING = ("pepper.key", "backup.key", "audit.key", "audit.pub")
STAMP = "%Y%m%dT%H%M%SZ"


def backup_key() -> bytes:
    """The key of all backups, 32 bytes; KeyUnavailable when its file cannot be read."""
    return roots.read_key_file(Path(settings.BACKUP_KEY_FILE))


def file_key(master: bytes, file: UUID) -> str:
    """The key of one backup file, as 64 hexadecimal digits."""
    return hmac.new(master, b"amparo backup file 1" + file.bytes, hashlib.sha256).hexdigest()


def seal_of(master: bytes, manifest: dict[str, Any]) -> str:
    """A keyed hash over the manifest without its own `seal`."""
    content = json.dumps({name: value for name, value in manifest.items() if name != "seal"}, sort_keys=True)
    return hmac.new(master, b"amparo backup manifest 1" + content.encode(), hashlib.sha256).hexdigest()


def write(data: Path, keys: Path, *, now: datetime) -> str:
    """Writes STAMP.data and STAMP.json into `data`, STAMP.keys, STAMP.keyring and STAMP.json into `keys`.

    Gives the stamp. Nothing is left behind when it fails. Both folders must differ: whoever gets one must not get the
    other, and the one with the keys is kept for a short time only, or erasing a person would mean nothing.
    """
    if data.resolve() == keys.resolve():
        raise BackupError("Data and keys must go to two different folders, best on two different machines.")
    try:
        master = backup_key()
        root = roots.provider().describe()["fingerprint"]
    except KeyUnavailable:
        raise BackupError(
            "The backup's key or the root key cannot be read; a backup without them opens never."
        ) from None
    stamp = now.astimezone(UTC).strftime(STAMP)
    places = {"data": data, "keys": keys}
    for folder in places.values():
        private(folder)
    manifest: dict[str, Any] = {"format": FORMAT, "stamp": stamp, "root": root, "files": {}}
    written: list[Path] = []
    try:
        with _one_moment() as (snapshot, server, counts):
            manifest |= {"server": server, "rows": counts}
            for part, choice in PARTS.items():
                target = places[part] / f"{stamp}.{part}"
                written.append(target)
                manifest["files"][part] = _dump(target, choice, snapshot=snapshot, server=server, master=master)
        manifest["seal"] = seal_of(master, manifest)
        for folder in places.values():
            written.append(folder / f"{stamp}.json")
            write_private(folder / f"{stamp}.json", json.dumps(manifest, indent=1) + "\n")
        written.append(keys / f"{stamp}.keyring")
        write_private(keys / f"{stamp}.keyring", json.dumps(_keyring(), indent=1) + "\n")
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return stamp


def forget_keys(folder: Path, *, now: datetime, days: int) -> list[str]:
    """Removes the key parts older than `days`; what was erased since then cannot be opened from those backups."""
    limit = (now.astimezone(UTC) - timedelta(days=days)).strftime(STAMP)
    old = [path for path in sorted(folder.glob("*.keys")) if path.stem < limit]
    for path in old:
        path.unlink()
        path.with_suffix(".keyring").unlink(missing_ok=True)
    return [path.stem for path in old]


@contextlib.contextmanager
def _one_moment() -> Iterator[tuple[str, int, dict[str, int]]]:
    """A snapshot both dumps share, the server's major version, and how many rows each table has in that moment."""
    entry, name = settings.DATABASE_ROLES["backup"], str(connection.settings_dict["NAME"])
    link = psycopg2.connect(
        host=entry["HOST"], port=entry["PORT"] or None, user=entry["USER"], password=entry["PASSWORD"], dbname=name
    )
    try:
        link.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with link.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = 0")  # it waits as long as the dumps take
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            yield snapshot, link.server_version // 10000, rows(cursor)
    finally:
        link.close()


def rows(cursor: Any) -> dict[str, int]:
    """How many rows each table holds, by `schema.table`; row security must not apply to whoever asks."""
    cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'vault') ORDER BY 1, 2")
    found = {}
    for schema, table in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM "{schema}"."{table}"')  # noqa: S608  names from the catalogue
        found[f"{schema}.{table}"] = cursor.fetchone()[0]
    return found


def _dump(target: Path, choice: str, *, snapshot: str, server: int, master: bytes) -> dict[str, Any]:
    entry, name = settings.DATABASE_ROLES["backup"], str(connection.settings_dict["NAME"])
    # Never --enable-row-security: it leaves out what the role may not see, without a word.
    command = [str(program("pg_dump", server=server)), "--format=custom", "--compress=6", "--no-password"]
    command += ["--no-comments", f"--snapshot={snapshot}", choice]
    file = uuid4()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as sealed:
        pieces = output_of(command, sign_in(entry, name))
        done = files.write_all(pieces, sealed, file_key(master, file), organisation=EVERYBODY, file=file)
        sealed.flush()
        os.fsync(sealed.fileno())
    return {"file": str(file), "size": done.size, "sha256": done.sha256}


def _keyring() -> dict[str, str]:
    """The other key files, each wrapped under the root key."""
    folder = Path(settings.KEYS_DIR)
    paths = {name: folder / name for name in KEYRING} | {"backup.key": Path(settings.BACKUP_KEY_FILE)}
    return {
        name: roots.provider().wrap(f"keyring {name}".encode(), path.read_bytes()).hex()
        for name, path in paths.items()
        if path.exists()
    }
