"""Reading whole logs out of the database, as the role `auditor`, in one unmoving snapshot."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core.audit import documents, keys, verify

_PAGE = 5_000
_LEAVES = f"""
SELECT l.number, l.leaf, {", ".join(f"e.{column}" for column in documents.COLUMNS)}
FROM audit_leaf l LEFT JOIN audit_event e ON e.organisation_id = l.organisation_id AND e.id = l.event
WHERE l.organisation_id = %s AND l.number > %s ORDER BY l.number LIMIT {_PAGE}
"""  # noqa: S608  column names of this package


@dataclass(frozen=True)
class Place:
    """One place of a log: its number, the leaf hash stored when sealed, the event as it is now (None: gone)."""

    number: int
    leaf: bytes
    document: bytes | None
    reference: str


@dataclass
class Findings:
    """What a check of the living database found; `faults` are (name of the log, fault)."""

    events: int = 0
    logs: int = 0
    unsealed: int = 0
    faults: list[tuple[str, verify.Fault]] = field(default_factory=list)


@contextmanager
def snapshot() -> Iterator[Any]:
    """A cursor that sees one moment, whatever the sealer does meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield cursor


def organisations(cursor: Any) -> list[tuple[UUID, str]]:
    """Each organisation's id and slug."""
    cursor.execute("SELECT id, slug FROM organisation ORDER BY slug")
    return cursor.fetchall()


def places(cursor: Any, organisation: UUID) -> Iterator[Place]:
    """The log of one organisation in order."""
    number = 0
    while True:
        cursor.execute(_LEAVES, [organisation, number])
        rows = cursor.fetchall()
        for row in rows:
            number, leaf, event = row[0], bytes(row[1]), row[2:]
            there = event[0] is not None
            reference = event[documents.COLUMNS.index("reference")] if there else ""
            yield Place(number, leaf, documents.document(event) if there else None, reference)
        if len(rows) < _PAGE:
            return


def leaves(cursor: Any, organisation: UUID, size: int) -> list[bytes]:
    """The first `size` leaf hashes of one organisation's log."""
    cursor.execute(
        "SELECT leaf FROM audit_leaf WHERE organisation_id = %s AND number <= %s ORDER BY number", [organisation, size]
    )
    return [bytes(leaf) for (leaf,) in cursor.fetchall()]


def chosen(cursor: Any, organisation: UUID, events: Collection[UUID]) -> list[tuple[int, bytes]]:
    """Those of the events that are sealed, in the order of the log: their place and the bytes that were sealed."""
    cursor.execute(
        f"SELECT l.number, {', '.join(f'e.{column}' for column in documents.COLUMNS)} FROM audit_leaf l "  # noqa: S608
        "JOIN audit_event e ON e.organisation_id = l.organisation_id AND e.id = l.event "
        "WHERE l.organisation_id = %s AND l.event = ANY (%s::uuid[]) ORDER BY l.number",
        [organisation, [str(event) for event in events]],
    )
    return [(row[0], documents.document(row[1:])) for row in cursor.fetchall()]


def notes(cursor: Any, organisation: UUID) -> list[str]:
    """The signed checkpoints of one organisation, oldest first."""
    cursor.execute("SELECT note FROM audit_checkpoint WHERE organisation_id = %s ORDER BY size", [organisation])
    return [note for (note,) in cursor.fetchall()]


def entries(cursor: Any) -> list[bytes]:
    """The leaves of the log over all organisations: the hash of each checkpoint's text."""
    cursor.execute("SELECT note FROM audit_checkpoint ORDER BY position")
    return [verify.leaf_hash(verify.read_note(note).body.encode()) for (note,) in cursor.fetchall()]


def seals(cursor: Any) -> list[str]:
    """The signed heads of the log over all organisations, oldest first."""
    cursor.execute("SELECT note FROM audit_seal ORDER BY size")
    return [note for (note,) in cursor.fetchall()]


def _read(note: str, name: str, faults: list[tuple[str, verify.Fault]]) -> Iterator[verify.Checkpoint]:
    try:
        found = verify.read_note(note)
    except verify.Unreadable as error:
        faults.append((name, verify.Fault(0, str(error))))
        return
    if found.origin == name:
        yield found
    else:
        faults.append((name, verify.Fault(0, f"A checkpoint speaks of another log, {found.origin}.")))


def _one(cursor: Any, organisation: UUID, name: str, *, key: verify.Key, seen: verify.Witness | None) -> Findings:
    found = Findings(logs=1)
    gaps: list[int] = []
    now: list[bytes] = []  # hashes of the events as they are
    sealed: list[bytes] = []
    for place in places(cursor, organisation):
        if place.number != len(sealed) + 1 + len(gaps):
            first = len(sealed) + 1 + len(gaps)
            gaps += range(first, place.number)
            found.faults.append((name, verify.Fault(first, f"The seal of event {first} is missing.")))
        sealed.append(place.leaf)
        if place.document is not None:
            now.append(verify.leaf_hash(place.document))
    found.events = len(sealed)
    checkpoints = [one for note in notes(cursor, organisation) for one in _read(note, name, found.faults)]
    faults = verify.check_log(now, sealed, checkpoints, key=key, witness=seen, fits=keys.fits)
    found.faults += [(name, fault) for fault in faults]
    found.faults.sort(key=lambda one: one[1].number or len(sealed) + 2)  # the first place first; what has none last
    return found


def check(witness_files: list[Path], *, key: verify.Key) -> Findings:
    """Check every log of this database against itself, its signatures and the copies outside; as the auditor.

    The copies are read before the database, which is always ahead of them. Raises verify.Unreadable for a copy that
    cannot be read.
    """
    seen = verify.read_witness(path.read_text(encoding="utf-8").splitlines() for path in witness_files)
    whole = verify.EVERYBODY
    total = Findings()
    with snapshot() as cursor:
        for organisation, _slug in organisations(cursor):
            name = documents.origin(organisation)
            one = _one(cursor, organisation, name, key=key, seen=seen.pop(name, None))
            total.events, total.logs = total.events + one.events, total.logs + one.logs
            total.faults += one.faults
        heads = [one for note in seals(cursor) for one in _read(note, whole, total.faults)]
        leaves = entries(cursor)
        faults = verify.check_log(leaves, leaves, heads, key=key, witness=seen.pop(whole, None), fits=keys.fits)
        words = "The log over all organisations does not fit (its events are their checkpoints): "
        total.faults += [(whole, fault._replace(sentence=words + fault.sentence)) for fault in faults]
        total.faults += [(name, verify.Fault(0, "This log is gone.")) for name in seen]
        cursor.execute(
            "SELECT count(*) FROM audit_event e WHERE NOT EXISTS "
            "(SELECT FROM audit_leaf l WHERE l.organisation_id = e.organisation_id AND l.event = e.id)"
        )
        total.unsealed = cursor.fetchone()[0]
    return total
