"""Sealing: events go into a Merkle tree per organisation, each batch ends in signed checkpoints.

Runs as the role `sealer`, which reads events across organisations and adds leaves and checkpoints, nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg2.extras import execute_values

from core.actors import SYSTEM
from core.audit import documents, keys, record, verify, witness
from core.errors import Tampered
from core.organisations import every_organisation
from core.tenancy import new_id

LOCK = 0x616D7061  # one sealer at a time, whatever starts it
HASH = 32
BATCH = 10_000

_CANDIDATES = f"""
SELECT e.xid::text::bigint, {", ".join(f"e.{column}" for column in documents.COLUMNS)}
FROM audit_event e
WHERE e.xid >= %s::text::xid8 AND e.xid < %s::text::xid8
AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.organisation_id = e.organisation_id AND l.event = e.id)
ORDER BY e.xid, e.id LIMIT %s
"""  # noqa: S608  column names of this module
_HEADS = """
SELECT o.id, c.size, c.frontier, c.note FROM unnest(%s::uuid[]) AS o (id) CROSS JOIN LATERAL (
    SELECT size, frontier, note FROM audit_checkpoint WHERE organisation_id = o.id ORDER BY size DESC LIMIT 1
) c
"""
_CURSOR = """
INSERT INTO audit_cursor (id, horizon, looked_at) VALUES (1, %s, %s)
ON CONFLICT (id) DO UPDATE SET horizon = excluded.horizon, looked_at = excluded.looked_at
"""


@dataclass(frozen=True)
class Sealed:
    """What one round did; `more` when events were left for the next one."""

    events: int
    organisations: int
    more: bool


def _frontier(size: int, packed: bytes, note: str, key: verify.Key) -> verify.Frontier:
    """The tree to go on from, if it is the one this key signed; raises Tampered."""
    hashes = [bytes(packed[at : at + HASH]) for at in range(0, len(packed), HASH)]
    checkpoint = verify.read_note(note)
    if len(hashes) != size.bit_count() or checkpoint.size != size or not checkpoint.signed_by(key, keys.fits):
        raise Tampered
    tree = verify.Frontier(size, hashes)
    if tree.root() != checkpoint.root:
        raise Tampered
    return tree


def _head(cursor: Any, key: verify.Key) -> verify.Frontier:
    cursor.execute("SELECT size, frontier, note FROM audit_seal ORDER BY size DESC LIMIT 1")
    found = cursor.fetchone()
    return _frontier(found[0], bytes(found[1]), found[2], key) if found else verify.Frontier()


def _trees(cursor: Any, organisations: Iterable[UUID], key: verify.Key) -> dict[UUID, verify.Frontier]:
    cursor.execute(_HEADS, [[str(each) for each in organisations]])
    return {row[0]: _frontier(row[1], bytes(row[2]), row[3], key) for row in cursor.fetchall()}


def _append(cursor: Any, rows: Sequence[tuple[Any, ...]], *, sign: keys.Sign, key: verify.Key, now: datetime) -> int:
    """Leaves, one checkpoint per organisation, and one over all; rows are (organisation, event, document)."""
    rows = sorted(rows, key=itemgetter(0))  # stable: keeps the order within an organisation
    trees = _trees(cursor, {row[0] for row in rows}, key)
    whole = _head(cursor, key)
    leaves, checkpoints = [], []
    for organisation, group in groupby(rows, key=itemgetter(0)):
        tree = trees.get(organisation) or verify.Frontier()
        for _organisation, event, sealed in group:
            leaf = verify.leaf_hash(sealed)
            tree.append(leaf)
            leaves.append((str(new_id()), str(organisation), tree.size, str(event), leaf))
        note = sign(documents.origin(organisation), tree.size, tree.root())
        head = (tree.size, tree.root(), b"".join(tree.hashes), note, whole.size, now)
        checkpoints.append((str(new_id()), str(organisation), *head))
        whole.append(verify.leaf_hash(verify.read_note(note).body.encode()))
    execute_values(
        cursor.cursor, "INSERT INTO audit_leaf (id, organisation_id, number, event, leaf) VALUES %s", leaves, None, 1000
    )
    execute_values(
        cursor.cursor,
        "INSERT INTO audit_checkpoint (id, organisation_id, size, root, frontier, note, position, sealed_at) VALUES %s",
        checkpoints,
    )
    note = sign(verify.EVERYBODY, whole.size, whole.root())
    cursor.execute(
        "INSERT INTO audit_seal (size, root, frontier, note, sealed_at) VALUES (%s, %s, %s, %s, %s)",
        [whole.size, whole.root(), b"".join(whole.hashes), note, now],
    )
    return len(checkpoints)


def seal(*, now: datetime, sign: keys.Sign, key: verify.Key, batch: int = BATCH) -> Sealed | None:
    """Seal what is committed and not sealed yet; None when another sealer is at work.

    Takes only events of transactions older than every one still running, so that none committed late is passed over.
    Raises Tampered when the head to go on from is not what this key signed.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        horizon = cursor.fetchone()[0]
        cursor.execute("SELECT horizon FROM audit_cursor")
        start = (cursor.fetchone() or (0,))[0]
        cursor.execute(_CANDIDATES, [start, horizon, batch])
        rows = cursor.fetchall()
        organisations = 0
        if rows:
            ready = [(row[2], row[1], documents.document(row[1:])) for row in rows]
            organisations = _append(cursor, ready, sign=sign, key=key, now=now)
        more = len(rows) == batch
        cursor.execute(_CURSOR, [rows[-1][0] if more else horizon, now])
    return Sealed(len(rows), organisations, more)


def _state() -> tuple[datetime | None, datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT oldest_unsealed, looked_at FROM audit_state()")
        return cursor.fetchone()


def oldest_unsealed_age(now: datetime) -> timedelta | None:
    """How long the oldest event has waited for its seal, over all organisations; None when none waits."""
    oldest = _state()[0]
    return max(now - oldest, timedelta()) if oldest else None


def last_sealing() -> datetime | None:
    """When the sealer last did its round, with or without something to seal; None before the first."""
    return _state()[1]


def after_restore(*, now: datetime) -> int:
    """Make a restored database sealable again; gives the number of events that still wait for their seal.

    A restored database counts its transactions from a lower number, so events of the old count would wait for ever.
    Sealed events get a number below every new one, unsealed ones that of this transaction. To be called once, as the
    migrator, before the sealer starts; no document changes, because the number of a transaction is not sealed. The
    witness files are set aside, for the log now goes on from where the backup ended.
    """
    witness.set_aside(now=now)
    unsealed = "NOT EXISTS (SELECT FROM audit_leaf l WHERE l.organisation_id = e.organisation_id AND l.event = e.id)"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_append_only")
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        mine = cursor.fetchone()[0]
        cursor.execute(f"UPDATE audit_event e SET xid = pg_current_xact_id() WHERE {unsealed}")  # noqa: S608
        waiting = cursor.rowcount
        cursor.execute(
            f"UPDATE audit_event e SET xid = '3'::xid8 WHERE e.xid >= %s::text::xid8 AND NOT {unsealed}",  # noqa: S608
            [mine],
        )
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_append_only")
        cursor.execute("UPDATE audit_cursor SET horizon = %s", [mine])
    for _organisation in every_organisation():
        record("core.restored", by=SYSTEM, facts={"unsealed": waiting})
    return waiting
