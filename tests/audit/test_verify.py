"""The verifier alone: what it says about each way a log can be wrong. No database here."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.audit import keys, verify

PRIVATE = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
STRANGER = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
KEY = verify.Key(verify.SIGNER, PRIVATE.public_key().public_bytes_raw())
ORIGIN = "amparo.audit/test"


def leaf(number):
    return verify.leaf_hash(f"event {number}".encode())


LEAVES = [leaf(number) for number in range(1, 11)]


def note(size, *, leaves=None, private=PRIVATE, origin=ORIGIN):
    tree = verify.Frontier()
    for each in (leaves or LEAVES)[:size]:
        tree.append(each)
    body = verify.note_body(origin, size, tree.root())
    return keys.note(body, KEY, private.sign(body.encode()))


def heads(*sizes, **rest):
    return [verify.read_note(note(size, **rest)) for size in sizes]


HEADS = heads(4, 7, 10)


def outside(*sizes, leaves=None):
    """A witness file that saw the log grow to these sizes."""
    lines, before = [], 0
    for size in sizes:
        grown = [each.hex() for each in (leaves or LEAVES)[before:size]]
        lines.append(json.dumps({"note": note(1, origin="all"), "heads": [{"note": note(size), "leaves": grown}]}))
        before = size
    return verify.read_witness([lines])[ORIGIN]


def said(found=None, sealed=None, checkpoints=None, witness=None):
    faults = verify.check_log(
        LEAVES if found is None else found,
        LEAVES if sealed is None else sealed,
        HEADS if checkpoints is None else checkpoints,
        key=KEY,
        witness=witness,
    )
    return [fault.sentence for fault in faults]


def without(number):
    return LEAVES[: number - 1] + LEAVES[number:]


def replaced(number):
    return [*LEAVES[: number - 1], leaf(f"forged {number}"), *LEAVES[number:]]


def swapped(one, two):
    found = list(LEAVES)
    found[one - 1], found[two - 1] = found[two - 1], found[one - 1]
    return found


def test_a_log_as_it_was_sealed_fits():
    assert said() == []
    assert said(witness=outside(4, 7, 10)) == []


def test_an_empty_log_fits():
    assert said([], [], []) == []


@pytest.mark.parametrize("number", [1, 5, 10])
def test_the_event_that_was_changed_is_named(number):
    assert said(replaced(number))[0] == f"Event {number} was changed after it was sealed."


@pytest.mark.parametrize("number", [1, 5])
def test_the_event_that_is_missing_is_named(number):
    assert said(without(number))[0] == f"Event {number} is missing."


def test_events_missing_at_the_end_are_named():
    assert said(LEAVES[:9])[0] == "Event 10 is missing."
    assert said(LEAVES[:7])[0] == "Event 8 is missing, and the 2 after it."


def test_the_event_out_of_place_is_named():
    assert said(swapped(3, 8))[0] == "Event 3 is out of place: it stands at 8."


def test_an_event_put_in_between_is_named():
    found = [*LEAVES[:4], leaf("forged"), *LEAVES[4:]]
    assert said(found)[0] == "Place 5 holds an event that was never sealed."


def test_an_event_put_at_the_end_is_named():
    found = [*LEAVES, leaf("forged")]
    assert said(found, found) == ["Events from 11 on are covered by no checkpoint."]


def test_with_the_leaves_rewritten_too_the_checkpoints_tell_between_which_it_happened():
    assert said(replaced(5), replaced(5)) == ["One of the events 5 to 7 is not the one that was sealed."]


def test_with_the_leaves_rewritten_too_a_copy_from_outside_names_the_event():
    assert said(replaced(6), replaced(6), witness=outside(4, 7, 10))[0] == "Event 6 was changed after it was sealed."
    assert said(swapped(5, 6), swapped(5, 6), witness=outside(4, 10))[0].startswith("Event 5 is out of place")


def test_with_everything_rewritten_and_signed_anew_a_copy_from_outside_still_tells():
    forged = replaced(5)
    anew = heads(4, 7, 10, leaves=forged)
    assert said(forged, forged, anew) == []  # the holder of the key can do this; hence the copies outside
    assert said(forged, forged, anew, outside(4, 7, 10))[0] == "Event 5 was changed after it was sealed."


def test_a_log_cut_off_with_its_checkpoints_is_found_by_the_copy_outside():
    cut = LEAVES[:7]
    assert said(cut, cut, heads(4, 7)) == []
    assert said(cut, cut, heads(4, 7), outside(4, 7, 10)) == ["Event 8 is missing, and the 2 after it."]


def test_a_log_cut_off_behind_a_checkpoint_is_found_without_any_copy():
    cut = LEAVES[:7]
    assert said(cut, cut) == ["The end was cut off: a checkpoint covers 10 events, 7 are here."]


def test_two_logs_of_the_same_length_are_a_fork():
    assert said(checkpoints=[*HEADS, *heads(7, leaves=replaced(2))])[0].startswith("Two different logs of 7 events")


def test_a_checkpoint_somebody_else_signed_is_refused():
    checkpoints = [*HEADS, *heads(8, private=STRANGER)]
    (sentence,) = said(checkpoints=checkpoints)
    assert sentence == f"The checkpoint over 8 entries of {ORIGIN} is not signed by amparo.audit+{KEY.mark.hex()}."


def test_the_first_place_comes_first_and_hides_what_only_follows_from_it():
    found = replaced(9)
    sealed = replaced(2)
    assert said(found, sealed) == ["Event 2 was changed after it was sealed."]


def test_a_copy_whose_own_leaves_do_not_fit_is_not_believed_about_single_events():
    assert said(witness=outside(4, 7, 10, leaves=replaced(5))) == []


@pytest.mark.parametrize("old", [1, 3, 8])
@pytest.mark.parametrize("new", [1, 4, 10])
def test_any_two_checkpoints_of_one_log_agree_and_of_two_logs_do_not(old, new):
    earlier, later = heads(old), heads(new)
    size = max(old, new)
    assert said(LEAVES[:size], LEAVES[:size], [*earlier, *later]) == []
    other = replaced(1)
    forked = [*heads(old, leaves=other), *later]
    assert said(LEAVES[:size], LEAVES[:size], forked) != []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no note",
        "o\n1\n!!\n\n\u2014 k AAAA\n",
        "o\nx\nAAAA\n\n",
        "o\n1\nAAAA\n\n- k AAAA\n",
        "o\n01\nAAAA\n\n\u2014 k AAAA\n",
    ],
)
def test_what_is_no_note_is_said_to_be_none(text):
    with pytest.raises(verify.Unreadable, match="signed note"):
        verify.read_note(text)


def test_a_key_is_read_in_both_forms_and_told_from_a_damaged_one():
    pem = PRIVATE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert verify.read_key(pem) == verify.read_key(f"{KEY}\n") == KEY
    other = pem.replace("MCow", "MCoy")
    for damaged in ("", "nonsense", str(KEY)[:-4], str(KEY).replace("+", "+0", 1), other, "-----BEGIN PUBLIC KEY-----"):
        with pytest.raises(verify.Unreadable):
            verify.read_key(damaged)


def test_a_witness_file_that_cannot_be_read_is_said_to_be_unreadable():
    for line in ("nonsense", "[]", "1", '{"heads": [{}]}', '{"heads": []}'):
        with pytest.raises(verify.Unreadable, match="witness"):
            verify.read_witness([[line]])
