"""The sealed value as bytes: one header, one nonce, one ciphertext, bound to exactly one place.

    magic E1 | version 01 | algorithm | flags | data key generation u32 | nonce 12 | ciphertext | tag 16

The associated data is the header followed by organisation, subject, field label and row, each with a
16-bit length before it. A value copied to another row, field, person or organisation does not open.
"""

from __future__ import annotations

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV, ChaCha20Poly1305

from core.errors import Tampered

MAGIC = 0xE1
VERSION = 1
AES_256_GCM = 1
AES_256_GCM_SIV = 2
CHACHA20_POLY1305 = 3

HEADER = 8
NONCE = 12
TAG = 16
OVERHEAD = HEADER + NONCE + TAG
BODY = HEADER + NONCE

SMALLEST_BUCKET = 32
MARK = 0x80
SHORT = 256  # up to here stripping zeros one by one is quicker than looking for the mark
LONGEST = 16 * 1024 * 1024
TOO_LONG = "a sealed value holds at most 16 MiB"


ALGORITHMS: dict[int, type[AESGCM] | type[AESGCMSIV] | type[ChaCha20Poly1305]] = {
    AES_256_GCM: AESGCM,
    AES_256_GCM_SIV: AESGCMSIV,
    CHACHA20_POLY1305: ChaCha20Poly1305,
}


def header(generation: int, algorithm: int = AES_256_GCM) -> bytes:
    """Eight bytes that name the format, the algorithm and the one key that opens; flags are reserved and zero."""
    return bytes((MAGIC, VERSION, algorithm, 0)) + generation.to_bytes(4, "big")


def generation_of(sealed: bytes) -> int:
    """The data key generation a sealed value names, without opening it; Tampered if these are not our bytes."""
    if len(sealed) < OVERHEAD + SMALLEST_BUCKET or sealed[0] != MAGIC or sealed[1] != VERSION:
        raise Tampered
    if sealed[2] not in ALGORITHMS or sealed[3] != 0:
        raise Tampered
    return int.from_bytes(sealed[4:8], "big")


def counted(*parts: bytes) -> bytes:
    """Parts joined so that no two different lists give the same bytes: 16-bit length before each."""
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


# Asking the kernel for each nonce costs as much as the cipher. A few are drawn ahead; a forked child starts afresh,
# since parent and child must never use the same one.
NONCES_AHEAD = 32
_nonces: list[bytes] = []
os.register_at_fork(after_in_child=_nonces.clear)


def _draw_nonces() -> bytes:
    drawn = os.urandom(NONCE * NONCES_AHEAD)
    nonces = [drawn[start : start + NONCE] for start in range(0, len(drawn), NONCE)]
    first = nonces.pop()
    _nonces.extend(nonces)
    return first


class OtherKey(Tampered):
    """The header names another key, algorithm or format than the one that was tried."""


def pad(plain: bytes) -> bytes:
    """Plaintext with an end mark, filled with zeros to 32, 64, 128 … bytes: the length of a name is a fingerprint."""
    length = len(plain)
    if length >= LONGEST:
        raise ValueError(TOO_LONG)
    return (plain + b"\x80").ljust(1 << (length | 16).bit_length(), b"\0")  # with 16 the least is SMALLEST_BUCKET


def unpad(padded: bytes) -> bytes:
    """The plaintext inside a padded block; Tampered if the end mark is missing."""
    end = padded.rfind(b"\x80")  # only zeros follow: the block is authentic
    if end < 0:
        raise Tampered
    return padded[:end]


class Sealer:
    """One data key of one subject, ready to seal and unseal its fields.

    `places` is the associated data by field label, header and counted parts up to the row, as far as it was needed;
    `ready` is what the quick way of a field takes at once.
    """

    __slots__ = ("decrypt", "encrypt", "head", "organisation", "places", "ready", "subject")

    def __init__(
        self, key: bytes, organisation: UUID, subject: UUID, generation: int, algorithm: int = AES_256_GCM
    ) -> None:
        cipher = ALGORITHMS[algorithm](key)
        self.encrypt, self.decrypt = cipher.encrypt, cipher.decrypt
        self.head = header(generation, algorithm)
        self.organisation, self.subject = organisation, subject
        self.places: dict[str, bytes] = {}
        self.ready = (self.head, self.places, self.decrypt)

    def place(self, label: str) -> bytes:
        """The associated data of a label, up to the row; kept."""
        parts = counted(self.organisation.bytes, self.subject.bytes, label.encode())
        found = self.places[label] = self.head + parts + b"\x00\x10"
        return found

    def seal(self, label: str, row: UUID, plain: bytes) -> bytes:
        """Sealed bytes of one field of one row, under a fresh random nonce."""
        try:
            nonce = _nonces.pop()
        except IndexError:
            nonce = _draw_nonces()
        length = len(plain)
        if length >= LONGEST:
            raise ValueError(TOO_LONG)
        padded = (plain + b"\x80").ljust(1 << (length | 16).bit_length(), b"\0")  # as pad(), without the cost of a call
        try:
            place = self.places[label]
        except KeyError:
            place = self.place(label)
        return self.head + nonce + self.encrypt(nonce, padded, place + row.int.to_bytes(16))

    def unseal(self, label: str, row: UUID, sealed: bytes) -> bytes:
        """The plaintext, or Tampered: wrong key, wrong place, or any byte changed. Never anything else.

        OtherKey, a kind of Tampered, when the header names another key than this one: nothing was tried then.
        """
        if sealed[:HEADER] != self.head:
            raise OtherKey
        where = (self.places.get(label) or self.place(label)) + row.int.to_bytes(16)
        try:
            padded = self.decrypt(sealed[HEADER:BODY], sealed[BODY:], where)
            if len(padded) > SHORT:
                return unpad(padded)
            marked = padded.rstrip(b"\0")  # as unpad(), without the cost of a call
            if marked[-1] == MARK:
                return marked[:-1]
        except (InvalidTag, ValueError, IndexError) as wrong:
            raise Tampered from wrong
        raise Tampered
