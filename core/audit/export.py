"""A package anybody can check without us: events, leaves, checkpoints, the public key and the script that checks."""

import json
import shutil
from pathlib import Path
from uuid import UUID

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
    manifest = {
        "format": verify.FORMAT,
        "kind": "extract" if reference else "log",
        "origin": origin,
        "actions": {known.name: str(known.sentence) for known in events.all_declared()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    (folder / "audit.pub").write_text(f"{key}\n", encoding="utf-8")
    (folder / "README.txt").write_text(README.format(origin=origin), encoding="utf-8")
    shutil.copyfile(verify.__file__, folder / "verify.py")
    return len(chosen)
