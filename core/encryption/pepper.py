"""The secret beside the root key: without it what lies in the database gives nothing to guess or to forge with."""

import hashlib
import hmac
from pathlib import Path

from django.conf import settings

from core.encryption.envelope import counted
from core.encryption.roots import read_key_file


def keyed(purpose: bytes, *parts: bytes) -> bytes:
    """32 bytes that nobody makes without the pepper; KeyUnavailable where it cannot be read."""
    named = getattr(settings, "PEPPER_KEY_FILE", "")
    key = read_key_file(Path(named) if named else Path(settings.KEYS_DIR) / "pepper.key")
    return hmac.new(key, counted(purpose, *parts), hashlib.sha256).digest()
