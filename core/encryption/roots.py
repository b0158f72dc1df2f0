"""Where the key above all keys lives: an interface of three verbs, and the provider that reads it from a file.

Nothing here derives from Django's SECRET_KEY. Another provider (a cloud key service, a transit engine, an HSM)
is a class with the same three methods, named in the setting ROOT_KEY_PROVIDER.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from core.encryption.envelope import NONCE, TAG, counted
from core.errors import KeyUnavailable, Tampered

MAGIC = b"\xe1R\x01"
FINGERPRINT = 8
KEY = 32


class RootProvider(Protocol):
    """Wraps and unwraps keys under the root key, each bound to a context it cannot be moved out of."""

    def wrap(self, context: bytes, key: bytes) -> bytes: ...
    def unwrap(self, context: bytes, blob: bytes) -> bytes: ...
    def describe(self) -> dict[str, str]: ...


def read_key_file(path: Path) -> bytes:
    """The 32 bytes of a key file (raw, or 64 hexadecimal digits); KeyUnavailable if it is not there or not that."""
    try:
        held = path.read_bytes()
    except OSError as missing:
        raise KeyUnavailable from missing
    if len(held) == KEY:
        return held
    try:
        key = bytes.fromhex(held.decode("ascii").strip())
    except ValueError as odd:
        raise KeyUnavailable from odd
    if len(key) != KEY:
        raise KeyUnavailable
    return key


def write_key_file(path: Path) -> None:
    """A new random key in a file only its owner can read; FileExistsError rather than replace one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(KEY) + "\n")


class FileRoot:
    """The root key in a file: for development, or in production a secret that was mounted on purpose."""

    def __init__(self) -> None:
        named = settings.ROOT_KEY_FILE
        if settings.PRODUCTION and not named:
            raise ImproperlyConfigured(
                "AMPARO_ROOT_KEY_FILE is not set. In production name the mounted secret that holds the root key, "
                "or choose another provider with AMPARO_ROOT_KEY_PROVIDER."
            )
        self.path = Path(named) if named else Path(settings.KEYS_DIR) / "root.key"

    def _key(self) -> tuple[bytes, bytes]:
        # Read each time: a mounted secret may be replaced under a running process, and calls are rare.
        key = read_key_file(self.path)
        return key, hashlib.blake2b(b"root", key=key, digest_size=FINGERPRINT, person=b"amparo fp").digest()

    def wrap(self, context: bytes, key: bytes) -> bytes:
        """Magic, fingerprint of the root key, nonce, ciphertext and tag."""
        root, fingerprint = self._key()
        head = MAGIC + fingerprint
        nonce = os.urandom(NONCE)
        return head + nonce + AESGCM(root).encrypt(nonce, key, counted(head, context))

    def unwrap(self, context: bytes, blob: bytes) -> bytes:
        """The key; KeyUnavailable when another root key wrapped it, Tampered when the bytes or the context differ."""
        root, fingerprint = self._key()
        head = blob[: len(MAGIC) + FINGERPRINT]
        if len(blob) < len(head) + NONCE + TAG or head[: len(MAGIC)] != MAGIC:
            raise Tampered
        if head[len(MAGIC) :] != fingerprint:
            raise KeyUnavailable
        body = blob[len(head) :]
        try:
            return AESGCM(root).decrypt(body[:NONCE], body[NONCE:], counted(head, context))
        except (InvalidTag, ValueError) as wrong:
            raise Tampered from wrong

    def describe(self) -> dict[str, str]:
        """Kind of provider and fingerprint of the key, nothing secret; KeyUnavailable if it cannot be reached."""
        return {"provider": "file", "fingerprint": self._key()[1].hex()}


@lru_cache(maxsize=1)
def provider() -> RootProvider:
    """The provider this installation chose."""
    return import_string(getattr(settings, "ROOT_KEY_PROVIDER", "core.encryption.roots.FileRoot"))()
