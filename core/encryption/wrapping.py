"""One key inside another: under an organisation's key, or sealed to its public key by those who may not open.

Public-key sealing is HPKE (RFC 9180) with ML-KEM-768 and X25519 together: these names must stay secret for decades.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import urandom
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.encryption.envelope import NONCE, TAG, counted
from core.errors import KeyUnavailable, Tampered

SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
MLKEM_SEED = 64
MLKEM_PUBLIC = 1184


def new_key() -> bytes:
    """32 random bytes."""
    return urandom(32)


def wrap(wrapping_key: bytes, context: bytes, key: bytes) -> bytes:
    """Nonce, ciphertext and tag of a key under another, bound to a context."""
    nonce = urandom(NONCE)
    return nonce + AESGCM(wrapping_key).encrypt(nonce, key, context)


def unwrap(wrapping_key: bytes, context: bytes, blob: bytes) -> bytes:
    """The wrapped key; Tampered on a wrong key, another context or changed bytes."""
    if len(blob) < NONCE + TAG:
        raise Tampered
    try:
        return AESGCM(wrapping_key).decrypt(blob[:NONCE], blob[NONCE:], context)
    except (InvalidTag, ValueError) as wrong:
        raise Tampered from wrong


@dataclass(frozen=True, repr=False)
class SealingPair:
    """An organisation's key pair: the secret half for the vault, the public half for everyone who may write to it."""

    secret: bytes
    public: bytes


def new_sealing_pair() -> SealingPair:
    """A fresh pair: secret = ML-KEM seed (64) and X25519 (32), public = ML-KEM (1184) and X25519 (32)."""
    lattice, curve = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
    return SealingPair(
        lattice.private_bytes_raw() + curve.private_bytes_raw(),
        lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw(),
    )


def public_of(secret: bytes) -> bytes:
    """The public half that belongs to a secret one; Tampered if that is none."""
    try:
        lattice = MLKEM768PrivateKey.from_seed_bytes(secret[:MLKEM_SEED])
        curve = X25519PrivateKey.from_private_bytes(secret[MLKEM_SEED:])
    except ValueError as odd:
        raise Tampered from odd
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def seal_to(public: bytes, context: bytes, key: bytes) -> bytes:
    """A key sealed so that only the holder of the secret half opens it; KeyUnavailable if these are no public key."""
    try:
        recipient = hpke.MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(public[MLKEM_PUBLIC:]),
        )
    except ValueError as odd:
        raise KeyUnavailable from odd
    return SUITE.encrypt(key, recipient, info=context)


def open_sealed(secret: bytes, context: bytes, blob: bytes) -> bytes:
    """What seal_to() sealed; Tampered on a wrong secret, another context or changed bytes."""
    try:
        holder = hpke.MLKEM768X25519PrivateKey(
            MLKEM768PrivateKey.from_seed_bytes(secret[:MLKEM_SEED]),
            X25519PrivateKey.from_private_bytes(secret[MLKEM_SEED:]),
        )
        return SUITE.decrypt(blob, holder, info=context)
    except (InvalidTag, ValueError) as wrong:
        raise Tampered from wrong


def root_context(organisation: UUID, purpose: str, version: int) -> bytes:
    """What the root binds an organisation's key to."""
    return counted(b"amparo organisation key 1", organisation.bytes, purpose.encode(), version.to_bytes(4, "big"))


def data_key_context(organisation: UUID, subject: UUID, generation: int, purpose: str, version: int) -> bytes:
    """What an organisation's key binds a data key to."""
    return counted(
        b"amparo data key 1",
        organisation.bytes,
        subject.bytes,
        generation.to_bytes(4, "big"),
        purpose.encode(),
        version.to_bytes(4, "big"),
    )
