"""Checkpoints and leaf hashes leave the database as soon as they are made: whoever rewrites it is found out.

Each place is a folder with one file, `audit.jsonl`: a line per round of the sealer, only ever added to. A place may be
a share on another machine or a mounted write-once store. Nothing in it speaks of anybody.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from core.audit import keys, verify
from core.errors import Tampered

FILE = "audit.jsonl"
_CHUNK = 1 << 16


def places() -> list[Path]:
    """Where checkpoints are kept outside the database."""
    return [settings.CHECKPOINTS_DIR, *settings.WITNESS_DIRS]


def files() -> list[Path]:
    """The witness files that are there."""
    return [place / FILE for place in places() if (place / FILE).exists()]


def _last_line(path: Path) -> bytes:
    """The last whole line, b"" when there is none; half a line, left by a crash while writing, is cut off."""
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        tail = b""
        while end and tail.count(b"\n") < 2:
            start = max(end - _CHUNK, 0)
            file.seek(start)
            tail = file.read(end - start) + tail
            end = start
        whole, broken, half = tail.rpartition(b"\n")
        if half:
            file.truncate(file.seek(0, os.SEEK_END) - len(half))
    return whole.rpartition(b"\n")[2] if broken else b""


def _lines(cursor: Any, size: int) -> Iterator[str]:
    """One line for each seal beyond the log of `size` entries."""
    cursor.execute("SELECT size, note FROM audit_seal WHERE size > %s ORDER BY size", [size])
    for reached, note in cursor.fetchall():
        cursor.execute(
            "SELECT c.organisation_id, c.size, c.note, (SELECT coalesce(max(p.size), 0) FROM audit_checkpoint p "
            "WHERE p.organisation_id = c.organisation_id AND p.size < c.size) "
            "FROM audit_checkpoint c WHERE c.position >= %s AND c.position < %s ORDER BY c.position",
            [size, reached],
        )
        heads = []
        for organisation, last, head, first in cursor.fetchall():
            cursor.execute(
                "SELECT leaf FROM audit_leaf WHERE organisation_id = %s AND number > %s AND number <= %s "
                "ORDER BY number",
                [organisation, first, last],
            )
            heads.append({"note": head, "leaves": [bytes(leaf).hex() for (leaf,) in cursor.fetchall()]})
        yield json.dumps({"note": note, "heads": heads}) + "\n"
        size = reached


def testify(place: Path, *, key: verify.Key) -> int:
    """Add to the place what it has not seen yet; gives the number of lines added. To be called as the sealer.

    Raises Tampered, and adds nothing, when the database no longer holds what the place saw last.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = place / FILE
    path.touch(mode=0o600)
    last = _last_line(path)
    seen = verify.read_note(json.loads(last)["note"]) if last else None
    added = 0
    with transaction.atomic(), connection.cursor() as cursor:
        if seen:
            cursor.execute("SELECT note FROM audit_seal WHERE size = %s", [seen.size])
            found = cursor.fetchone()
            if found is None or verify.read_note(found[0]).body != seen.body or not seen.signed_by(key, keys.fits):
                raise Tampered
        with path.open("a", encoding="utf-8") as file:
            for line in _lines(cursor, seen.size if seen else 0):
                file.write(line)
                added += 1
            file.flush()
            os.fsync(file.fileno())
    return added


def set_aside(*, now: datetime) -> list[Path]:
    """After a restore: keep what each place saw under another name, so that the log may go on from the backup."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return [path.rename(path.with_name(f"audit-until-{stamp}.jsonl")) for path in files()]
