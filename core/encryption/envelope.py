"""The sealed value as bytes: one header, one nonce, one ciphertext, bound to exactly one place.

    magic E1 | version 01 | algorithm | flags | data key generation u32 | nonce 12 | ciphertext | tag 16

The associated data is the header followed by organisation, subject, field label and row, each with a
16-bit length before it. A value copied to another row, field, person or organisation does not open.
"""

from __future__ import annotations

from os import urandom
from typing import Protocol
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
LONGEST = 16 * 1024 * 1024


class Cipher(Protocol):
    """What the three algorithms share: a ready object for one key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


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


def place(organisation: UUID, subject: UUID, label: str) -> bytes:
    """The part of the associated data that all rows of one field of one subject share."""
    return counted(organisation.bytes, subject.bytes, label.encode()) + b"\x00\x10"


def pad(plain: bytes) -> bytes:
    """Plaintext with an end mark, filled with zeros to 32, 64, 128 … bytes: the length of a name is a fingerprint."""
    used = len(plain) + 1
    if used > LONGEST:
        raise ValueError("a sealed value holds at most 16 MiB")
    size = SMALLEST_BUCKET if used <= SMALLEST_BUCKET else 1 << (used - 1).bit_length()
    return (plain + b"\x80").ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """The plaintext inside a padded block; Tampered if the end mark is missing."""
    marked = padded.rstrip(b"\0")
    if marked[-1:] != b"\x80":
        raise Tampered
    return marked[:-1]


def seal(cipher: Cipher, head: bytes, where: bytes, row: UUID, plain: bytes) -> bytes:
    """Sealed bytes of one value: `head` from header(), `where` from place(), under a fresh random nonce."""
    nonce = urandom(NONCE)
    return head + nonce + cipher.encrypt(nonce, pad(plain), head + where + row.bytes)


def unseal(cipher: Cipher, head: bytes, where: bytes, row: UUID, sealed: bytes) -> bytes:
    """The plaintext of one value, or Tampered: wrong key, wrong place, or any byte changed. Never anything else."""
    if sealed[:HEADER] != head:
        raise Tampered
    try:
        padded = cipher.decrypt(sealed[HEADER:BODY], sealed[BODY:], head + where + row.bytes)
    except (InvalidTag, ValueError) as wrong:
        raise Tampered from wrong
    return unpad(padded)
