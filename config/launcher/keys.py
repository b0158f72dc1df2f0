"""The secrets of one installation: made once, never replaced, readable by the operator alone."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from config.launcher.places import private, write_private
from config.launcher.postgres import BOOTSTRAP
from config.launcher.roles import LOGINS

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def make_keys(folder: Path) -> None:
    """Adds what is missing of root.key, pepper.key, backup.key (64 hexadecimal digits), django.key, status.token,
    audit.key (Ed25519, PEM) and audit.pub (its public half, PEM); a key that is there is left alone."""
    private(folder)
    _once(folder / "root.key", lambda: secrets.token_hex(32))
    _once(folder / "pepper.key", lambda: secrets.token_hex(32))
    _once(folder / "backup.key", lambda: secrets.token_hex(32))
    _once(folder / "django.key", lambda: base64.b64encode(secrets.token_bytes(48)).decode())
    _once(folder / "status.token", lambda: secrets.token_urlsafe(32))
    _once(folder / "audit.key", _signing_key)
    _once(folder / "audit.pub", lambda: _public_half(folder / "audit.key"))


def passwords(state: Path) -> dict[str, str]:
    """The passwords of this installation's servers by role, of its broker and of its demo; made at first use."""
    private(state)
    file = state / "passwords.json"
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in (BOOTSTRAP, *LOGINS, "broker", "demo") if name not in found]
    for name in missing:
        found[name] = demo_word() if name == "demo" else secrets.token_urlsafe(24)
    if missing:
        write_private(file, json.dumps(found, indent=1) + "\n")
    return found


def demo_word() -> str:
    """A password people can type from the screen: 80 bits in four groups."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _once(file: Path, make: Callable[[], str]) -> None:
    if not file.exists():
        write_private(file, make().strip() + "\n")
    elif file.stat().st_mode & 0o077:
        os.chmod(file, 0o600)


def _signing_key() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public_half(file: Path) -> str:
    key = load_pem_private_key(file.read_bytes(), None)
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
