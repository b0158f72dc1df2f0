"""A file as sealed chunks: written and read as a stream, never whole in memory, never plain on disk.

    magic E2 | version 01 | algorithm 01 | log2 of the chunk size | nonce prefix 7 | zeros 5
    chunk, chunk, … last chunk: each at most 64 KiB of plaintext and its tag

The nonce of a chunk is prefix | counter u32 | 1 for the last one, the associated data header, organisation and file:
a file cut short, put in another order or spliced with another does not open. The key is fresh for each file and is
kept as a sealed field of the file's row, under the data key of its case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from os import urandom
from typing import IO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.encryption.envelope import TAG, counted
from core.errors import Tampered

MAGIC = b"\xe2\x01\x01"
CHUNK_BITS = 16
CHUNK = 1 << CHUNK_BITS
HEADER = 16
PREFIX = 7
MOST_CHUNKS = 2**32


def new_file_key() -> str:
    """A fresh key as 64 hexadecimal digits: what the sealed field of the file's row holds."""
    return urandom(32).hex()


def _associated(header: bytes, organisation: UUID, file: UUID) -> bytes:
    return counted(header, organisation.bytes, file.bytes)


class Writer:
    """Takes plaintext in pieces of any size, writes sealed chunks; `size` and `sha256` are those of the plaintext."""

    def __init__(self, target: IO[bytes], key: str, *, organisation: UUID, file: UUID) -> None:
        self._target = target
        self._cipher = AESGCM(bytes.fromhex(key))
        self._prefix = urandom(PREFIX)
        header = MAGIC + bytes((CHUNK_BITS,)) + self._prefix + bytes(HEADER - 4 - PREFIX)
        self._context = _associated(header, organisation, file)
        self._held = bytearray()
        self._counter = 0
        self._digest = hashlib.sha256()
        self._done = False
        self.size = 0
        target.write(header)

    def write(self, piece: bytes) -> None:
        """Seal what fills a chunk; the rest is held in memory."""
        if self._done:
            raise ValueError("the file is closed")
        self.size += len(piece)
        self._digest.update(piece)
        self._held += piece
        # One byte more than a chunk must be there: only then it is certain that this chunk is not the last.
        while len(self._held) > CHUNK:
            self._put(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def close(self) -> None:
        """Seal the last chunk; without it the file does not open."""
        if not self._done:
            self._put(bytes(self._held), last=True)
            self._held.clear()
            self._done = True

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def _put(self, plain: bytes, *, last: bool) -> None:
        if self._counter >= MOST_CHUNKS:
            raise ValueError("the file is too large")
        self._target.write(self._cipher.encrypt(_nonce(self._prefix, self._counter, last), plain, self._context))
        self._counter += 1


def _nonce(prefix: bytes, counter: int, last: bool) -> bytes:
    return prefix + counter.to_bytes(4, "big") + bytes((last,))


def read(source: IO[bytes], key: str, *, organisation: UUID, file: UUID) -> Iterator[bytes]:
    """Plaintext chunks in order; Tampered at the first chunk that is missing, moved, added or changed.

    A chunk is given out only after it was verified, but the whole is complete only when the iterator ends without
    an error: whoever keeps what they read must throw it away on Tampered.
    """
    header = source.read(HEADER)
    if len(header) < HEADER or header[:3] != MAGIC or header[3] != CHUNK_BITS or any(header[4 + PREFIX :]):
        raise Tampered
    cipher = AESGCM(bytes.fromhex(key))
    context = _associated(header, organisation, file)
    prefix = header[4 : 4 + PREFIX]
    here = _full(source)
    counter = 0
    while True:
        following = _full(source)
        last = not following
        try:
            yield cipher.decrypt(_nonce(prefix, counter, last), here, context)
        except (InvalidTag, ValueError) as wrong:
            raise Tampered from wrong
        if last:
            return
        here = following
        counter += 1


def _full(source: IO[bytes]) -> bytes:
    """One sealed chunk, however small the pieces are that the source hands out."""
    pieces, wanted = [], CHUNK + TAG
    while wanted and (piece := source.read(wanted)):
        pieces.append(piece)
        wanted -= len(piece)
    return b"".join(pieces)


def write_all(pieces: Iterable[bytes], target: IO[bytes], key: str, *, organisation: UUID, file: UUID) -> Writer:
    """Seal a whole stream; gives the closed writer, for its size and hash."""
    writer = Writer(target, key, organisation=organisation, file=file)
    for piece in pieces:
        writer.write(piece)
    writer.close()
    return writer
