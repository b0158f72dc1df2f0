#!/usr/bin/env python3
"""Check an exported audit log without Amparo and without anything beside Python's standard library.

    python -I verify.py PACKAGE [--key audit.pub] [--witness audit.jsonl]

PACKAGE is a folder written by `manage.py export_audit`. The key is the operator's public key as you were given it,
by another way than the package. A witness file is a copy of the checkpoints kept outside the database, or the
checkpoints.jsonl of a package you got earlier: the log must only have grown since.
Answers 0 when everything fits, 1 when something does not (the first place that does not fit is named first), 2 when
the package cannot be read.

Formats: Merkle tree of RFC 6962 with SHA-256; checkpoints and keys as C2SP signed notes; Ed25519 of RFC 8032.
"""

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

FORMAT = "amparo-audit-1"
SIGNER = "amparo.audit"  # the name keys in PEM sign under
EVERYBODY = "amparo.audit/all"  # the log whose entries are the organisations' checkpoints
PEM_START = bytes.fromhex("302a300506032b6570032100")  # RFC 8410
Fits = Callable[[bytes, bytes, bytes], bool]  # key, message, signature

# Ed25519, verification only (RFC 8032, section 5.1).
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_Point = tuple[int, int, int, int]  # extended coordinates: x = X/Z, y = Y/Z, x*y = T/Z
_NEUTRAL: _Point = (0, 1, 1, 0)


def _plus(one: _Point, two: _Point) -> _Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c = 2 * _D * one[3] * two[3] % _P
    d = 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _decode(data: bytes) -> _Point | None:
    odd, y = divmod(int.from_bytes(data, "little"), 2**255)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if x * x % _P != square:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if x * x % _P != square or (x == 0 and odd):
        return None
    x = x if x & 1 == odd else _P - x
    return x, y, 1, x * y % _P


def _encode(point: _Point) -> bytes:
    inverse = pow(point[2], -1, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _decode((4 * pow(5, -1, _P) % _P).to_bytes(32, "little")) or _NEUTRAL


def signature_fits(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) over `message` was made with the private half of `key` (32 bytes)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    public = _decode(key)
    s = int.from_bytes(signature[32:], "little")
    if public is None or s >= _ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _ORDER
    minus = (_P - public[0], public[1], public[2], _P - public[3])
    steps = (None, _BASE, minus, _plus(_BASE, minus))
    total = _NEUTRAL
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):  # both products in one ladder
        total = _plus(total, total)
        step = steps[(s >> bit & 1) | (k >> bit & 1) << 1]
        if step is not None:
            total = _plus(total, step)
    return _encode(total) == signature[:32]


# Merkle tree (RFC 6962, section 2).
EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(document: bytes) -> bytes:
    """The 32 bytes that stand for one event in the tree."""
    return hashlib.sha256(b"\x00" + document).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32 bytes above two others."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree kept as the roots of its complete subtrees, largest first."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        self.size, self.hashes = size, list(hashes)

    def append(self, leaf: bytes) -> None:
        """Put one leaf hash at the end."""
        filled = self.size
        while filled & 1:
            leaf = node_hash(self.hashes.pop(), leaf)
            filled >>= 1
        self.hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The tree's root hash."""
        total = self.hashes[-1] if self.hashes else EMPTY
        for part in reversed(self.hashes[:-1]):
            total = node_hash(part, total)
        return total


def _sides(place: int, last: int) -> list[bool]:
    """For each step from a place up to the root: whether the other half lies on the left (RFC 9162, 2.1.3.2)."""
    sides = []
    while last:
        left = place & 1 == 1 or place == last
        sides.append(left)
        while left and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return sides


def is_included(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `leaf` stands at `index` of the tree of `size` leaves with this root."""
    if not 0 <= index < size or len(sides := _sides(index, size - 1)) != len(proof):
        return False
    for left, part in zip(sides, proof, strict=True):
        leaf = node_hash(part, leaf) if left else node_hash(leaf, part)
    return leaf == root


# Signed checkpoints (C2SP signed-note and tlog-checkpoint).
class Unreadable(Exception):
    """Something handed in is not in the expected form."""


class Key(NamedTuple):
    """A public key: the name it signs under and its 32 bytes."""

    name: str
    public: bytes

    @property
    def mark(self) -> bytes:
        """Four bytes that tell keys apart."""
        return hashlib.sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.mark.hex()}+{base64.b64encode(bytes([1]) + self.public).decode()}"


def read_key(text: str) -> Key:
    """The key in `name+mark+base64` form, or in PEM."""
    pem = text.strip().startswith("-----BEGIN PUBLIC KEY-----")
    try:
        parts = [SIGNER, "", "".join(text.split("-----")[2].split())] if pem else text.strip().split("+", 2)
        (name, mark, _coded), raw = parts, base64.b64decode(parts[-1], validate=True)
    except (ValueError, IndexError) as error:
        raise Unreadable("The public key is neither in the form name+mark+base64 nor in PEM.") from error
    key = Key(name, raw[-32:])
    if raw[:-32] != (PEM_START if pem else b"\x01") or mark not in (key.mark.hex(), "" if pem else "-"):
        raise Unreadable("This is no undamaged Ed25519 public key.")
    return key


class Checkpoint(NamedTuple):
    """What a signed note says: this log has `size` entries and this root."""

    origin: str
    size: int
    root: bytes
    body: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    def signed_by(self, key: Key, fits: Fits = signature_fits) -> bool:
        """Whether one of its signatures is the key's."""
        return any(
            name == key.name and mark == key.mark and fits(key.public, self.body.encode(), signature)
            for name, mark, signature in self.signatures
        )


def note_body(origin: str, size: int, root: bytes) -> str:
    """The text that is signed."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def read_note(text: str) -> Checkpoint:
    """A note taken apart; its signature is not checked yet."""
    try:
        body, lines = text.split("\n\n", 1)
        origin, size, root = body.split("\n")
        signatures = []
        for line in lines.splitlines():
            dash, name, coded = line.split(" ")
            raw = base64.b64decode(coded, validate=True)
            if dash != "\u2014":
                raise ValueError(line)
            signatures.append((name, raw[:4], raw[4:]))
        read = Checkpoint(origin, int(size), base64.b64decode(root, validate=True), body + "\n", tuple(signatures))
        if read.body != note_body(read.origin, read.size, read.root):
            raise ValueError(read.body)
    except ValueError as error:
        raise Unreadable("A checkpoint is not in the form of a signed note.") from error
    return read


# The check.
class Fault(NamedTuple):
    """One thing that does not fit. Events count from 1; `number` is 0 when no event is meant, `last` ends a range."""

    number: int
    sentence: str
    last: int = 0


class Witness(NamedTuple):
    """What a place outside the database remembers of one log: its checkpoints and the leaves each added."""

    checkpoints: list[Checkpoint]
    leaves: list[bytes]


def read_witness(files: Iterable[Iterable[str]]) -> dict[str, Witness]:
    """What the files (as lines) remember, by name of the log; of several the longest unbroken row of leaves counts."""
    total: dict[str, Witness] = {}
    for lines in files:
        part: dict[str, Witness] = {}
        for line in lines:
            try:
                whole, heads = json.loads(line), []
                for head in whole.get("heads", []):  # without: a package's checkpoints.jsonl
                    one = read_note(head["note"])
                    heads.append(leaf_hash(one.body.encode()))
                    _remember(part, one, [bytes.fromhex(leaf) for leaf in head["leaves"]])
                _remember(part, read_note(whole["note"]), heads)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise Unreadable("A line of the witness file cannot be read.") from error
        for name, found in part.items():
            had = total.get(name, Witness([], []))
            total[name] = Witness(had.checkpoints + found.checkpoints, max(had.leaves, found.leaves, key=len))
    return total


def _remember(part: dict[str, Witness], one: Checkpoint, leaves: list[bytes]) -> None:
    found = part.setdefault(one.origin, Witness([], []))
    found.checkpoints.append(one)
    if len(found.leaves) + len(leaves) == one.size:
        found.leaves.extend(leaves)


def check_signatures(checkpoints: Iterable[Checkpoint], key: Key, fits: Fits = signature_fits) -> list[Fault]:
    """One fault for each checkpoint the key did not sign."""
    words = "The checkpoint over {} entries of {} is not signed by {}."
    unsigned = (one for one in dict.fromkeys(checkpoints) if not one.signed_by(key, fits))
    return [Fault(0, words.format(one.size, one.origin, f"{key.name}+{key.mark.hex()}")) for one in unsigned]


def check_order(documents: Sequence[bytes], leaves: Sequence[bytes]) -> list[Fault]:
    """The first place where the events at hand (as leaf hashes) differ from those that were sealed, in words."""
    pairs = enumerate(zip(documents, leaves))  # noqa: B905  the shorter one ends it; what is left over is told below
    place = next((index for index, (found, sealed) in pairs if found != sealed), None)
    if place is None:
        number, rest = len(documents) + 1, len(leaves) - len(documents) - 1
        if rest < 0:
            return []
        return [Fault(number, f"Event {number} is missing" + (f", and the {rest} after it." if rest else "."))]
    number, found, sealed = place + 1, documents[place], leaves[place]
    if found in set(leaves) and sealed in set(documents):
        return [Fault(number, f"Event {number} is out of place: it stands at {documents.index(sealed) + 1}.")]
    if found in set(leaves):
        return [Fault(number, f"Event {number} is missing.")]
    if sealed in set(documents):
        return [Fault(number, f"Place {number} holds an event that was never sealed.")]
    return [Fault(number, f"Event {number} was changed after it was sealed.")]


def check_roots(leaves: Sequence[bytes], checkpoints: Iterable[Checkpoint]) -> list[Fault]:
    """Whether each checkpoint's root is that of the first `size` leaves: so any two of them are consistent too."""
    tree = Frontier()
    for one in sorted(checkpoints, key=lambda each: each.size):
        good = tree.size
        if one.size > len(leaves):
            words = f"The end was cut off: a checkpoint covers {one.size} events, {len(leaves)} are here."
            return [Fault(len(leaves) + 1, words)]
        for leaf in leaves[good : one.size]:
            tree.append(leaf)
        if tree.root() != one.root and good == one.size:
            return [Fault(good, f"Two different logs of {good} events were signed: the log was forked.")]
        if tree.root() != one.root:
            words = f"One of the events {good + 1} to {one.size} is not the one that was sealed."
            return [Fault(good + 1, words, one.size)]
    return []


def check_log(
    documents: Sequence[bytes], leaves: Sequence[bytes], checkpoints: Sequence[Checkpoint], *, key: Key,
    witness: Witness | None = None, fits: Fits = signature_fits
) -> list[Fault]:  # fmt: skip
    """Faults of one log, the first place first; empty when everything fits.

    `documents` are leaf hashes computed now from the events, `leaves` those stored when the events were sealed.
    """
    kept = witness or Witness([], [])
    exact = check_order(documents, leaves)
    if kept.leaves and not check_roots(kept.leaves, kept.checkpoints):  # a copy from outside names the event exactly
        exact = check_order(documents[: len(kept.leaves)], kept.leaves) + exact
    covered = max((one.size for one in checkpoints), default=0)
    if len(documents) > covered:
        exact.append(Fault(covered + 1, f"Events from {covered + 1} on are covered by no checkpoint."))
    rough = check_roots(leaves, [*checkpoints, *kept.checkpoints])
    rough = [one for one in rough if not any(one.number <= each.number <= one.last for each in exact)]
    first: dict[int, Fault] = {}
    for one in [*exact, *rough]:
        first.setdefault(one.number, one)
    return sorted(first.values()) + check_signatures([*checkpoints, *kept.checkpoints], key, fits)


# A package.
def _check_extract(folder: Path, documents: list[bytes], head: Checkpoint) -> list[Fault]:
    proofs = [json.loads(line) for line in (folder / "proofs.jsonl").read_bytes().splitlines()]
    if len(proofs) != len(documents):
        return [Fault(0, f"The extract holds {len(documents)} events and {len(proofs)} proofs.")]
    return [
        Fault(proof["number"], f"Event {proof['number']} is not the one that was sealed there.")
        for proof, leaf in zip(proofs, documents, strict=True)
        if not is_included(leaf, proof["number"] - 1, head.size, head.root, [bytes.fromhex(p) for p in proof["path"]])
    ]


def check_package(folder: Path, *, key: Key, witness_files: Sequence[Path] = ()) -> tuple[int, list[Fault]]:
    """How many events the package holds, and what does not fit. Unreadable when it is no package."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT:
            raise Unreadable(f"This script reads {FORMAT}, the package says {manifest['format']}.")
        documents = [leaf_hash(line) for line in (folder / "events.jsonl").read_bytes().splitlines()]
        notes = (folder / "checkpoints.jsonl").read_bytes().splitlines()
        checkpoints = [read_note(json.loads(line)["note"]) for line in notes]
        origin = manifest["origin"]
        faults = [Fault(0, "A checkpoint of another log is in the package.") for c in checkpoints if c.origin != origin]
        if manifest["kind"] == "extract":
            head = max(checkpoints, key=lambda one: one.size)
            faults += check_signatures(checkpoints, key) + _check_extract(folder, documents, head)
        else:
            leaves = [bytes.fromhex(line) for line in (folder / "leaves.txt").read_text().splitlines()]
            seen = read_witness(path.read_text(encoding="utf-8").splitlines() for path in witness_files)
            faults += check_log(documents, leaves, checkpoints, key=key, witness=seen.get(origin))
        if checkpoints:
            bound = json.loads((folder / "seal.json").read_text(encoding="utf-8"))
            whole, last = read_note(bound["note"]), max(checkpoints, key=lambda one: one.size)
            up = [bytes.fromhex(part) for part in bound["path"]]
            inside = is_included(leaf_hash(last.body.encode()), bound["index"], whole.size, whole.root, up)
            faults += check_signatures([whole], key)
            if whole.origin != EVERYBODY or not inside:
                faults.append(Fault(0, "The last checkpoint is not bound into the log over all organisations."))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"The package cannot be read: {error}") from error
    return len(documents), faults


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; see the top of this file."""
    parser = argparse.ArgumentParser(description="Check an exported Amparo audit log offline.")
    parser.add_argument("package", type=Path)
    parser.add_argument("--key", type=Path, help="public key as you were given it (default: the package's own)")
    parser.add_argument("--witness", type=Path, action="append", default=[], help="checkpoints kept elsewhere")
    chosen = parser.parse_args(arguments)
    try:
        key = read_key((chosen.key or chosen.package / "audit.pub").read_text(encoding="utf-8"))
        count, faults = check_package(chosen.package, key=key, witness_files=chosen.witness)
    except (Unreadable, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if not chosen.key:
        print(f"Key taken from the package itself; compare it with the one you were given: {key}")
    good = f"{count} events checked: nothing changed, nothing missing, nothing out of place."
    print("\n".join(fault.sentence for fault in faults) or good)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
