"""What a receipt code opens: the way to a mailbox, and the key inside it.

The database alone gives nothing to guess against: the look-up, and what Argon2id stretches, are keyed with a pepper
that is kept beside the root key. Parameters: Argon2id, 19 MiB, two passes (OWASP's password storage minimum).
"""

from __future__ import annotations

import hmac
import os
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.encryption.codes import grouped, new_code, parse
from core.encryption.envelope import Sealer, counted
from core.encryption.pepper import keyed
from core.encryption.wrapping import unwrap, wrap
from core.errors import Tampered

__all__ = [
    "Lock",
    "derive",
    "derive_in_vain",
    "draft_secrets",
    "grouped",
    "lock",
    "lookup",
    "new_code",
    "open_under",
    "parse",
    "seal_under",
    "unlock",
]

SALT = 16
CHECK = 16
MEMORY_KIB = 19 * 1024
PASSES = 2

# Codes that lead to a mailbox have their own places at the stove, so those that lead nowhere can never fill them.
RIGHT_AT_ONCE = max(2, os.cpu_count() or 1)
WRONG_AT_ONCE = 1
WRONG_WAITING = 3  # each holds a thread of the web process while it waits, and most of those must stay free


def _expand(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=purpose).derive(secret)


def lookup(organisation_id: UUID, code: str) -> str:
    """Where the mailbox of a code is filed, as 64 hexadecimal digits; says nothing without the pepper."""
    return keyed(b"amparo receipt look-up 1", organisation_id.bytes, code.encode()).hex()


def _stretch(code: str, salt: bytes, phrase: str) -> tuple[bytes, bytes]:
    spoken = unicodedata.normalize("NFKC", phrase).strip().casefold()
    secret = hash_secret_raw(
        secret=keyed(b"amparo receipt key 1", code.encode(), spoken.encode()),
        salt=salt,
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
    return (
        _expand(secret, salt, b"amparo receipt check 1", CHECK),
        _expand(secret, salt, b"amparo receipt wrapping key 1", 32),
    )


class Places:
    """A bounded number of slow computations at once; optionally a bounded queue before them."""

    def __init__(self, at_once: int, waiting: int | None = None) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._room = None if waiting is None else threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def one(self) -> Iterator[bool]:
        """True with a place held; False at once when even the queue is full."""
        if self._room is not None and not self._room.acquire(blocking=False):
            yield False
            return
        try:
            with self._free:
                yield True
        finally:
            if self._room is not None:
                self._room.release()


_right = Places(RIGHT_AT_ONCE)
_wrong = Places(WRONG_AT_ONCE, WRONG_WAITING)


def derive(code: str, salt: bytes, *, phrase: str = "") -> tuple[bytes, bytes]:
    """(check value of 16 bytes, wrapping key of 32 bytes) of a code and its optional pass phrase."""
    with _right.one():
        return _stretch(code, salt, phrase)


def derive_in_vain(code: str, *, phrase: str = "") -> None:
    """The same work for a code that leads nowhere, so that its page takes as long as that of a wrong pass phrase.

    In a flood the queue fills and the work is left out; all codes that lead nowhere are treated alike.
    """
    with _wrong.one() as mine:
        if mine:
            _stretch(code, bytes(SALT), phrase)


class Lock(NamedTuple):
    """What the database keeps of a code: nothing that opens anything without the code and the pepper."""

    salt: bytes
    verifier: bytes
    wrapped_key: bytes


def _context(organisation: UUID, mailbox: UUID) -> bytes:
    return counted(b"amparo receipt lock 1", organisation.bytes, mailbox.bytes)


def lock(code: str, key: bytes, *, organisation: UUID, mailbox: UUID, phrase: str = "") -> Lock:
    """The mailbox key under a code: salt (16 bytes), check value (16), wrapped key (60)."""
    salt = os.urandom(SALT)
    verifier, wrapping_key = derive(code, salt, phrase=phrase)
    return Lock(salt, verifier, wrap(wrapping_key, _context(organisation, mailbox), key))


def unlock(code: str, held: Lock, *, organisation: UUID, mailbox: UUID, phrase: str = "") -> bytes | None:
    """The mailbox key, or None when code or pass phrase are not the right ones; Tampered when the lock was changed."""
    salt, expected, wrapped = (bytes(part) for part in held)
    if len(salt) != SALT:
        raise Tampered
    verifier, wrapping_key = derive(code, salt, phrase=phrase)
    # The check value commits to one key: GCM alone would let somebody make a blob that opens under two.
    if not hmac.compare_digest(verifier, expected):
        return None
    return unwrap(wrapping_key, _context(organisation, mailbox), wrapped)


def draft_secrets(organisation_id: UUID, token: str) -> tuple[str, bytes]:
    """(look-up as 64 hexadecimal digits, key of 32 bytes) of a draft, from the random token in its writer's cookie."""
    secret = keyed(b"amparo draft 1", organisation_id.bytes, token.encode())
    salt = organisation_id.bytes
    return (
        _expand(secret, salt, b"amparo draft look-up 1", 32).hex(),
        _expand(secret, salt, b"amparo draft key 1", 32),
    )


def seal_under(key: bytes, text: str, *, organisation: UUID, row: UUID, label: str) -> bytes:
    """A text sealed with a key that no vault holds (a draft's), bound to organisation, row and label."""
    return Sealer(key, organisation, row, 1).seal(label, row, text.encode())


def open_under(key: bytes, sealed: bytes, *, organisation: UUID, row: UUID, label: str) -> str:
    """What seal_under() sealed, or Tampered."""
    return Sealer(key, organisation, row, 1).unseal(label, row, bytes(sealed)).decode()
