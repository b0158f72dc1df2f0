"""The sealer's signing key, and the public half everyone checks with."""

import base64
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from core.audit import verify
from core.errors import KeyUnavailable

Sign = Callable[[str, int, bytes], str]  # origin, size, root: the signed note


def note(body: str, key: verify.Key, signature: bytes) -> str:
    """Text and signature as one signed note (C2SP signed-note)."""
    return f"{body}\n\u2014 {key.name} {base64.b64encode(key.mark + signature).decode()}\n"


def public_key(folder: Path | None = None) -> verify.Key:
    """The key of audit.pub; KeyUnavailable when it is not there or not a key."""
    file = (folder or settings.KEYS_DIR) / "audit.pub"
    try:
        return verify.read_key(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, verify.Unreadable) as error:
        raise KeyUnavailable(f"The audit's public key {file.name} cannot be read.") from error


def signer(folder: Path | None = None) -> Sign:
    """Signs checkpoints with audit.key; KeyUnavailable when it cannot be read or does not belong to audit.pub."""
    folder = folder or settings.KEYS_DIR
    file = folder / "audit.key"
    try:
        private = load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnavailable(f"The audit's signing key {file.name} cannot be read.") from error
    key = public_key(folder)
    if not isinstance(private, Ed25519PrivateKey) or private.public_key().public_bytes_raw() != key.public:
        raise KeyUnavailable("The audit's signing key does not belong to its public key.")

    def sign(origin: str, size: int, root: bytes) -> str:
        body = verify.note_body(origin, size, root)
        return note(body, key, private.sign(body.encode()))

    return sign


def fits(key: bytes, message: bytes, signature: bytes) -> bool:
    """As verify.signature_fits, a hundred times faster: for the log of a running installation."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
