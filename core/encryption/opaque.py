"""Small values that leave the product and come back, such as the place in a list: readable by nobody on the way."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.encryption.pepper import keyed

_NONCE = 12


def closed(text: str, *, about: str) -> str:
    """`text` as letters of an address, bound to `about`, and different each time."""
    nonce = os.urandom(_NONCE)
    return urlsafe_b64encode(nonce + _cipher().encrypt(nonce, text.encode(), about.encode())).decode().rstrip("=")


def opened(letters: str, *, about: str) -> str | None:
    """What `closed` was given for the same `about`, or None for anything else."""
    try:
        found = urlsafe_b64decode(letters.encode("ascii") + b"=" * (-len(letters) % 4))
        return _cipher().decrypt(found[:_NONCE], found[_NONCE:], about.encode()).decode()
    except (Error, InvalidTag, ValueError):
        return None


def _cipher() -> AESGCM:
    return AESGCM(keyed(b"opaque 1"))
