"""A package anybody can check without us: events, leaves, checkpoints, the public key and the script that checks."""

import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from django.db import connection

from core.audit import documents, events, logs, merkle, verify

README = """This folder holds an audit log of {origin}.

events.jsonl       one event a line, exactly the bytes that were sealed (canonical JSON, RFC 8785)
checkpoints.jsonl  the signed heads of the log's Merkle tree (RFC 6962, C2SP signed notes, Ed25519)
seal.json          proof that the last head is part of the log over all organisations
audit.pub          the key that signed; compare it with the one you were given by another way
verify.py          the check; needs Python 3.10 or later and nothing else:  python -I verify.py .

Ids are stand-ins. The moment of what a reporter did is given as a day. manifest.json says what each action means.
"""


def _dump(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def write(folder: Path, organisation: UUID, *, key: verify.Key, reference: str = "") -> int:
    """Write the sealed log of one organisation into a new folder, or of it only what concerns `reference`, with proofs.

    Gives the number of events. As the auditor. Raises FileExistsError when the folder is there already.
    """
    folder.mkdir(mode=0o700, parents=True)
    origin = documents.origin(organisation)
    with logs.snapshot() as cursor:
        all_places = list(logs.places(cursor, organisation))
        notes = logs.notes(cursor, organisation)
        heads, entries = logs.seals(cursor), logs.entries(cursor)
        cursor.execute("SELECT max(position) FROM audit_checkpoint WHERE organisation_id = %s", [organisation])
        position = cursor.fetchone()[0]
    chosen = [place for place in all_places if place.document and reference in ("", place.reference)]
    (folder / "events.jsonl").write_bytes(b"".join(place.document + b"\n" for place in chosen if place.document))
    if reference:
        tree, size = merkle.Tree([place.leaf for place in all_places]), len(all_places)
        paths = [[part.hex() for part in tree.inclusion(place.number - 1, size)] for place in chosen]
        proofs = [{"number": place.number, "path": path} for place, path in zip(chosen, paths, strict=True)]
        _dump(folder / "proofs.jsonl", [json.dumps(proof) for proof in proofs])
        notes = notes[-1:]
    else:
        _dump(folder / "leaves.txt", [place.leaf.hex() for place in all_places])
    _dump(folder / "checkpoints.jsonl", [json.dumps({"note": note}) for note in notes])
    seal = {}
    if heads and position is not None:
        path = merkle.Tree(entries).inclusion(position, len(entries))
        seal = {"note": heads[-1], "index": position, "path": [part.hex() for part in path]}
    (folder / "seal.json").write_text(json.dumps(seal), encoding="utf-8")
    _finish(folder, origin, kind="extract" if reference else "log", key=key)
    return len(chosen)


def zipped(organisation: UUID, events: Collection[UUID], *, key: verify.Key) -> tuple[bytes, int]:
    """A package of these events of the organisation in scope, each with its proof, and how many of them had a seal.

    With the rights of the application: of other organisations it knows the hashes of their checkpoints alone.
    """
    with connection.cursor() as cursor, tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "audit"
        folder.mkdir(mode=0o700)
        # Nothing here is ever changed, only added to: what was sealed last is read first, and the rest up to there.
        heads = logs.seals(cursor)
        cursor.execute('SELECT entry FROM audit_entries() ORDER BY "position"')
        entries = [bytes(entry) for (entry,) in cursor.fetchall()]
        entries = entries[: verify.read_note(heads[-1]).size] if heads else []
        cursor.execute(
            "SELECT note, size, position FROM audit_checkpoint WHERE organisation_id = %s AND position < %s "
            "ORDER BY size DESC LIMIT 1",
            [organisation, len(entries)],
        )
        note, size, position = cursor.fetchone() or ("", 0, 0)
        leaves = logs.leaves(cursor, organisation, size)
        chosen = [found for found in logs.chosen(cursor, organisation, events) if found[0] <= size]
        tree = merkle.Tree(leaves)
        (folder / "events.jsonl").write_bytes(b"".join(text + b"\n" for _number, text in chosen))
        paths = [[part.hex() for part in tree.inclusion(number - 1, size)] for number, _text in chosen]
        proofs = [{"number": number, "path": path} for (number, _text), path in zip(chosen, paths, strict=True)]
        _dump(folder / "proofs.jsonl", [json.dumps(proof) for proof in proofs])
        _dump(folder / "checkpoints.jsonl", [json.dumps({"note": note})] if note else [])
        path = [part.hex() for part in merkle.Tree(entries).inclusion(position, len(entries))] if note else []
        seal = {"note": heads[-1], "index": position, "path": path} if note else {}
        (folder / "seal.json").write_text(json.dumps(seal), encoding="utf-8")
        _finish(folder, documents.origin(organisation), kind="extract", key=key)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
            for file in sorted(folder.iterdir()):
                bundle.write(file, f"audit/{file.name}")
        return packed.getvalue(), len(chosen)


def _finish(folder: Path, origin: str, *, kind: str, key: verify.Key) -> None:
    manifest = {
        "format": verify.FORMAT,
        "kind": kind,
        "origin": origin,
        "actions": {known.name: str(known.sentence) for known in events.all_declared()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    (folder / "audit.pub").write_text(f"{key}\n", encoding="utf-8")
    (folder / "README.txt").write_text(README.format(origin=origin), encoding="utf-8")
    shutil.copyfile(verify.__file__, folder / "verify.py")
