"""Sealed files: streamed, and complete or refused."""

import hashlib
import io
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.encryption import files
from core.errors import Tampered

ORGANISATION, FILE = uuid4(), uuid4()
KEY = files.new_file_key()
SEALED = files.CHUNK + files.TAG


def sealed(plain, pieces=None, key=KEY, file=FILE):
    target = io.BytesIO()
    writer = files.write_all(pieces or [plain], target, key, organisation=ORGANISATION, file=file)
    return target.getvalue(), writer


def opened(blob, key=KEY, organisation=ORGANISATION, file=FILE):
    return b"".join(files.read(io.BytesIO(blob), key, organisation=organisation, file=file))


@pytest.mark.parametrize("size", [0, 1, files.CHUNK - 1, files.CHUNK, files.CHUNK + 1, 3 * files.CHUNK, 200_001])
def test_a_file_of_any_size_comes_back(size):
    plain = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    blob, writer = sealed(plain)
    assert opened(blob) == plain
    assert writer.size == size
    assert writer.sha256 == hashlib.sha256(plain).hexdigest()
    assert len(blob) == files.HEADER + size + files.TAG * max(1, -(-size // files.CHUNK))


@hypothesis_settings(max_examples=20)
@given(st.lists(st.integers(0, 90_000), max_size=6))
def test_the_size_of_the_pieces_does_not_matter(sizes):
    pieces = [b"a" * size for size in sizes]
    assert opened(sealed(b"", pieces)[0]) == b"".join(pieces)


class Dripping(io.BytesIO):
    def read(self, size=-1):
        return super().read(min(size, 1000))


def test_a_source_that_drips_is_read_whole():
    plain = b"x" * 150_000
    assert b"".join(files.read(Dripping(sealed(plain)[0]), KEY, organisation=ORGANISATION, file=FILE)) == plain


def chunks(blob):
    body = blob[files.HEADER :]
    return blob[: files.HEADER], [body[start : start + SEALED] for start in range(0, len(body), SEALED)]


def test_a_file_cut_short_at_any_chunk_does_not_open():
    header, parts = chunks(sealed(b"x" * (3 * files.CHUNK + 5))[0])
    assert len(parts) == 4
    for kept in range(4):
        with pytest.raises(Tampered):
            opened(header + b"".join(parts[:kept]))
    for cut in (1, files.TAG, 20):
        with pytest.raises(Tampered):
            opened(header + b"".join(parts)[:-cut])


def test_chunks_in_another_order_or_twice_do_not_open():
    header, parts = chunks(sealed(b"x" * (3 * files.CHUNK + 5))[0])
    for order in ((1, 0, 2, 3), (0, 2, 1, 3), (0, 1, 1, 2, 3), (0, 1, 2, 3, 3), (3,), (1, 2, 3)):
        with pytest.raises(Tampered):
            opened(header + b"".join(parts[place] for place in order))


def test_two_files_spliced_together_do_not_open_even_under_one_key():
    header, parts = chunks(sealed(b"x" * (2 * files.CHUNK + 5))[0])
    other_header, other = chunks(sealed(b"y" * (2 * files.CHUNK + 5))[0])
    for spliced in (header + parts[0] + other[1] + parts[2], other_header + b"".join(parts)):
        with pytest.raises(Tampered):
            opened(spliced)


def test_another_key_organisation_or_file_does_not_open_it():
    blob, _writer = sealed(b"statement")
    for other in ({"key": files.new_file_key()}, {"organisation": uuid4()}, {"file": uuid4()}):
        with pytest.raises(Tampered):
            opened(blob, **other)


def test_a_changed_byte_anywhere_is_noticed():
    blob, _writer = sealed(b"statement")
    for position in range(len(blob)):
        changed = bytearray(blob)
        changed[position] ^= 1
        with pytest.raises(Tampered):
            opened(bytes(changed))


def test_a_file_that_was_never_closed_does_not_open():
    target = io.BytesIO()
    writer = files.Writer(target, KEY, organisation=ORGANISATION, file=FILE)
    writer.write(b"x" * 200_000)
    with pytest.raises(Tampered):
        opened(target.getvalue())


def test_nothing_plain_and_no_more_than_a_chunk_is_held():
    target = io.BytesIO()
    writer = files.Writer(target, KEY, organisation=ORGANISATION, file=FILE)
    for _piece in range(100):
        writer.write(b"secret name " * 1000)
        assert len(writer._held) <= files.CHUNK
    writer.close()
    assert b"secret" not in target.getvalue()
    with pytest.raises(ValueError, match="closed"):
        writer.write(b"more")
