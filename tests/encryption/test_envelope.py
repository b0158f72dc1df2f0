"""The sealed value as bytes: exact, bound to its place, and never anything but the value or Tampered."""

import itertools
import json
import os
import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from core.encryption import envelope
from core.errors import Tampered

KNOWN = json.loads((Path(__file__).parent / "known_answers_v1.json").read_text())
KEY = bytes(range(32))
ORGANISATION, SUBJECT, ROW = uuid4(), uuid4(), uuid4()
LABEL = "person.name"


def sealer(organisation=ORGANISATION, subject=SUBJECT, generation=1, key=KEY, algorithm=envelope.AES_256_GCM):
    return envelope.Sealer(key, organisation, subject, generation, algorithm)


def sealed(plain, *, label=LABEL, row=ROW, **key):
    return sealer(**key).seal(label, row, plain)


def opened(blob, *, label=LABEL, row=ROW, **key):
    return sealer(**key).unseal(label, row, blob)


@given(st.binary(max_size=5000))
def test_what_is_sealed_comes_back(plain):
    assert opened(sealed(plain)) == plain


def test_the_overhead_is_36_bytes_beside_the_padding():
    blob = sealed(b"Amina Test")
    assert blob[:4] == b"\xe1\x01\x01\x00"
    assert blob[4:8] == (1).to_bytes(4, "big")
    assert len(blob) == envelope.SMALLEST_BUCKET + envelope.OVERHEAD == 32 + 36


@pytest.mark.parametrize(
    ("size", "bucket"), [(0, 32), (1, 32), (31, 32), (32, 64), (63, 64), (64, 128), (128, 256), (5000, 8192)]
)
def test_lengths_fall_into_buckets(size, bucket):
    assert len(envelope.pad(b"x" * size)) == bucket
    assert len(sealed(b"x" * size)) == bucket + envelope.OVERHEAD
    assert opened(sealed(b"x" * size)) == b"x" * size


def test_what_is_too_long_is_refused_before_it_is_sealed(monkeypatch):
    monkeypatch.setattr(envelope, "LONGEST", 100)
    for seal in (envelope.pad, sealed):
        assert seal(b"x" * 99)
        with pytest.raises(ValueError, match="at most"):
            seal(b"x" * 100)


@given(st.binary(max_size=300))
def test_padding_is_unambiguous_even_for_text_that_looks_like_padding(plain):
    for ending in (b"", b"\x80", b"\x80\0\0", b"\0"):
        assert envelope.unpad(envelope.pad(plain + ending)) == plain + ending


def test_a_value_moved_to_any_other_place_does_not_open():
    labels = (LABEL, "person.phone")
    places = list(itertools.product((ORGANISATION, uuid4()), (SUBJECT, uuid4()), labels, (ROW, uuid4())))
    for there in places:
        organisation, subject, label, row = there
        blob = sealed(b"Amina Test", organisation=organisation, subject=subject, label=label, row=row)
        for here in places:
            organisation, subject, label, row = here
            place = {"organisation": organisation, "subject": subject, "label": label, "row": row}
            if here == there:
                assert opened(blob, **place) == b"Amina Test"
            else:
                with pytest.raises(Tampered):
                    opened(blob, **place)


def test_a_changed_bit_anywhere_is_noticed():
    blob = sealed(b"Amina Test")
    for position, bit in itertools.product(range(len(blob)), range(8)):
        changed = bytearray(blob)
        changed[position] ^= 1 << bit
        with pytest.raises(Tampered):
            opened(bytes(changed))


def test_a_value_cut_short_or_made_longer_is_noticed():
    blob = sealed(b"Amina Test")
    for length in range(len(blob)):
        with pytest.raises(Tampered):
            opened(blob[:length])
    with pytest.raises(Tampered):
        opened(blob + b"\0")


def test_parts_of_two_values_put_together_do_not_open():
    one, other = sealed(b"Amina Test"), sealed(b"Kofi Test")
    for cut in range(envelope.BODY, len(one) - 8):
        with pytest.raises(Tampered):
            opened(one[:cut] + other[cut:])


@given(st.binary(min_size=32, max_size=32).filter(lambda key: key != KEY))
def test_a_wrong_key_never_gives_a_value(key):
    with pytest.raises(Tampered):
        opened(sealed(b"Amina Test"), key=key)


def test_another_generation_is_never_tried():
    with pytest.raises(Tampered):
        opened(sealed(b"Amina Test", generation=1), generation=2)


@given(st.binary(max_size=200))
def test_foreign_bytes_are_tampered_and_nothing_else(blob):
    with pytest.raises(Tampered):
        opened(blob)
    with pytest.raises(Tampered):
        envelope.generation_of(blob)


def test_the_same_text_is_never_sealed_to_the_same_bytes():
    assert len({sealed(b"Amina Test") for _time in range(100)}) == 100


@pytest.mark.parametrize("algorithm", list(envelope.ALGORITHMS))
def test_each_algorithm_opens_only_what_names_it(algorithm):
    blob = sealed(b"Amina Test", algorithm=algorithm)
    assert opened(blob, algorithm=algorithm) == b"Amina Test"
    for other in set(envelope.ALGORITHMS) - {algorithm}:
        renamed = blob[:2] + bytes((other,)) + blob[3:]
        for tried in (algorithm, other):
            with pytest.raises(Tampered):
                opened(renamed, algorithm=tried)


@pytest.mark.parametrize("answer", KNOWN, ids=[answer["name"] for answer in KNOWN])
def test_format_1_is_read_for_ever(answer):
    names = ("organisation", "subject", "row")
    organisation, subject, row = (UUID(answer[name]) for name in names)
    key = bytes.fromhex(answer["key"])
    ready = envelope.Sealer(key, organisation, subject, answer["generation"], answer["algorithm"])
    blob = bytes.fromhex(answer["sealed"])
    assert ready.unseal(answer["label"], row, blob).decode() == answer["plain"]
    assert envelope.generation_of(blob) == answer["generation"]


def test_the_associated_data_is_what_the_format_says():
    expected = (
        b"\xe1\x01\x01\x00\x00\x00\x00\x07"
        + b"\x00\x10" + UUID(int=1).bytes
        + b"\x00\x10" + UUID(int=2).bytes
        + b"\x00\x03a.b"
        + b"\x00\x10" + UUID(int=3).bytes
    )  # fmt: skip
    blob = sealer(UUID(int=1), UUID(int=2), 7).seal("a.b", UUID(int=3), b"x")
    assert AESGCM(KEY).decrypt(blob[8:20], blob[20:], expected) == b"x\x80" + bytes(30)


def test_a_forked_child_never_uses_a_nonce_its_parent_may_use():
    sealed(b"fills the store of nonces")
    assert envelope._nonces
    ahead = set(envelope._nonces)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # no assertion here: the child must end without running the rest of the suite
        nonces = b"".join(sealed(b"x")[8:20] for _time in range(envelope.NONCES_AHEAD))
        os.write(writer, nonces)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        drawn = pipe.read()
    os.waitpid(child, 0)
    in_child = {drawn[start : start + 12] for start in range(0, len(drawn), 12)}
    assert len(in_child) == envelope.NONCES_AHEAD
    assert not in_child & ahead


def test_threads_never_share_a_nonce():
    found = []

    def work():
        found.extend(sealed(b"x")[8:20] for _time in range(2000))

    threads = [threading.Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == len(found) == 8000


@pytest.mark.parametrize("position", range(4))
def test_a_header_of_another_format_names_no_key(position):
    blob = sealed(b"x", generation=9)
    assert envelope.generation_of(blob) == 9
    for value in set(range(256)) - {blob[position]}:
        changed = blob[:position] + bytes((value,)) + blob[position + 1 :]
        if position == 2 and value in envelope.ALGORITHMS:
            continue  # another algorithm we know: read, and refused when it is opened
        with pytest.raises(Tampered):
            envelope.generation_of(changed)
