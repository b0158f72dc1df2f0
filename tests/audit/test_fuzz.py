"""Random hands at work on a package: the first event that is changed, missing or out of place is named every time.

The package is made here, without a database, from the format alone; the script reads it as an auditor's machine would.
"""

import base64
import contextlib
import io
import json
import random
import re
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit import keys, merkle, verify

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KEY = verify.Key(verify.SIGNER, PRIVATE.public_key().public_bytes_raw())
ORIGIN = "amparo.audit/test"
HANDS = ("change", "remove", "swap", "move", "insert", "repeat", "cut")


def event(number):
    return json.dumps({"action": "test.read", "id": f"event-{number}"}, separators=(",", ":")).encode()


def signed(origin, size, root):
    body = verify.note_body(origin, size, root)
    return keys.note(body, KEY, PRIVATE.sign(body.encode()))


def package(folder, documents, leaves, sizes):
    """A package of these events, whose log grew to these sizes (over the true leaves)."""
    notes, tree = [], verify.Frontier()
    for number, leaf in enumerate(leaves, start=1):
        tree.append(leaf)
        if number in sizes:
            notes.append(signed(ORIGIN, number, tree.root()))
    seal = {}
    if notes:
        entries = [verify.leaf_hash(verify.read_note(note).body.encode()) for note in notes]
        whole = verify.Frontier()
        for entry in entries:
            whole.append(entry)
        path = merkle.Tree(entries).inclusion(whole.size - 1, whole.size)
        seal = {"note": signed(verify.EVERYBODY, whole.size, whole.root()), "index": whole.size - 1}
        seal["path"] = [part.hex() for part in path]
    manifest = {"format": verify.FORMAT, "kind": "log", "origin": ORIGIN, "actions": {}}
    (folder / "events.jsonl").write_bytes(b"".join(line + b"\n" for line in documents))
    (folder / "leaves.txt").write_text("".join(f"{leaf.hex()}\n" for leaf in leaves))
    (folder / "checkpoints.jsonl").write_text("".join(json.dumps({"note": note}) + "\n" for note in notes))
    (folder / "seal.json").write_text(json.dumps(seal))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "audit.pub").write_text(f"{KEY}\n")


def handled(documents, hands, dice):
    """What the hands made of the events."""
    made = list(documents)
    for hand in hands:
        if not made:
            break
        at, other = dice.randrange(len(made)), dice.randrange(len(made))
        if hand == "change":
            made[at] = made[at].replace(b"read", b"seen") if b"read" in made[at] else made[at] + b" "
        elif hand == "remove":
            del made[at]
        elif hand == "swap":
            made[at], made[other] = made[other], made[at]
        elif hand == "move":
            made.insert(other, made.pop(at))
        elif hand == "insert":
            made.insert(at, event(f"forged-{dice.random()}"))
        elif hand == "repeat":
            made.insert(other, made[at])
        else:
            del made[at:]
    return made


def first_difference(made, true):
    """The number of the first event that is not where it was; None when all are."""
    longest = max(len(made), len(true))
    return next((n + 1 for n in range(longest) if made[n : n + 1] != true[n : n + 1]), None)


def checked(folder, *arguments):
    """(exit status, first sentence) of the script."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = verify.main([str(folder), "--key", str(folder / "audit.pub"), *map(str, arguments)])
    return status, said.getvalue().splitlines()[0]


logs = st.integers(1, 14).flatmap(
    lambda size: st.tuples(st.just(size), st.sets(st.integers(1, size), max_size=3).map(lambda cuts: cuts | {size}))
)
hands = st.lists(st.sampled_from(HANDS), min_size=1, max_size=3)


@settings(max_examples=80, deadline=None)
@given(log=logs, what=hands, seed=st.integers(0, 2**32))
def test_the_first_event_that_does_not_fit_is_named_whatever_was_done(log, what, seed):
    size, sizes = log
    true = [event(number) for number in range(1, size + 1)]
    made = handled(true, what, random.Random(seed))  # noqa: S311  no secret
    with tempfile.TemporaryDirectory() as name:
        package(Path(name), made, [verify.leaf_hash(each) for each in true], sizes)
        status, sentence = checked(Path(name))
    expected = first_difference(made, true)
    if expected is None:
        assert (status, sentence[:1].isdigit()) == (0, True)
        return
    assert status == 1
    assert re.match(rf"(Event|Place|Events from) {expected}\b", sentence), sentence


@settings(max_examples=80, deadline=None)
@given(log=logs, what=hands, seed=st.integers(0, 2**32))
def test_with_the_leaves_rewritten_too_a_copy_from_outside_names_it_and_without_one_the_stretch_is_told(
    log, what, seed
):
    size, sizes = log
    true = [event(number) for number in range(1, size + 1)]
    made = handled(true, what, random.Random(seed))  # noqa: S311
    expected = first_difference(made, true)
    leaves = [verify.leaf_hash(each) for each in true]
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as before:
        package(Path(before), true, leaves, sizes)
        package(Path(name), made, leaves, sizes)
        (Path(name) / "leaves.txt").write_text("".join(f"{verify.leaf_hash(each).hex()}\n" for each in made))
        status, sentence = checked(Path(name))
        copy = Path(before) / "witness.jsonl"
        notes = [json.loads(line)["note"] for line in (Path(before) / "checkpoints.jsonl").read_text().splitlines()]
        grown, lines = 0, []
        for note in notes:
            reached = verify.read_note(note).size
            head = {"note": note, "leaves": [leaf.hex() for leaf in leaves[grown:reached]]}
            lines.append(json.dumps({"note": signed(verify.EVERYBODY, 1, bytes(32)), "heads": [head]}) + "\n")
            grown = reached
        copy.write_text("".join(lines))
        witnessed, named = checked(Path(name), "--witness", copy)
    if expected is None:
        assert (status, witnessed) == (0, 0)
        return
    assert (status, witnessed) == (1, 1)
    assert re.match(rf"(Event|Place|Events from) {expected}\b", named), named
    reach = re.search(r"events? (?:from )?(\d+)(?: to (\d+))?", sentence, re.IGNORECASE)
    if reach is None:
        assert "The end was cut off" in sentence
        return
    assert int(reach[1]) <= expected <= int(reach[2] or size + len(made)), sentence


@settings(max_examples=40, deadline=None)
@given(log=logs, kept=st.data())
def test_a_tail_cut_off_with_its_checkpoints_is_told_by_a_later_checkpoint(log, kept):
    size, sizes = log
    short = kept.draw(st.integers(0, size))
    true = [event(number) for number in range(1, size + 1)]
    leaves = [verify.leaf_hash(each) for each in true]
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as later:
        package(Path(later), true, leaves, sizes)
        package(Path(name), true[:short], leaves[:short], {short} | {each for each in sizes if each < short})
        witnessed, sentence = checked(Path(name), "--witness", Path(later) / "checkpoints.jsonl")
    assert witnessed == (0 if short == size else 1)
    if short < size:
        assert f"{short} are here" in sentence or f"Event {short + 1} is missing" in sentence


@settings(max_examples=40, deadline=None)
@given(log=logs, at=st.integers(0, 10_000), bit=st.integers(0, 7), in_seal=st.booleans())
def test_no_bit_of_what_was_signed_or_of_a_signature_can_be_changed_unseen(log, at, bit, in_seal):
    size, sizes = log
    true = [event(number) for number in range(1, size + 1)]
    with tempfile.TemporaryDirectory() as name:
        package(Path(name), true, [verify.leaf_hash(each) for each in true], sizes)
        file = Path(name) / ("seal.json" if in_seal else "checkpoints.jsonl")
        *first, last = [json.loads(line) for line in file.read_text().splitlines()]
        body, line = last["note"].split("\n\n")
        dash, signer, coded = line.strip().split(" ")
        told, signature = bytearray(body.encode()), bytearray(base64.b64decode(coded))
        part = (told, signature)[at % 2]
        part[at // 2 % len(part)] ^= 1 << bit
        changed = bytes(told).decode("latin-1")
        last["note"] = f"{changed}\n\n{dash} {signer} {base64.b64encode(signature).decode()}\n"
        file.write_text("".join(json.dumps(each) + "\n" for each in [*first, last]))
        status, _sentence = checked(Path(name))
    assert status in (1, 2)
