"""A sealed field of 60 bytes against bare AES-GCM and Fernet, each figure a ratio within one run.

Bare AES-GCM is a ready object with a prepared nonce and no associated data: the least any authenticated encryption
costs; "stored" is the same as a program must do it, with a nonce drawn for each value and kept before it. The field
is what an action calls: text in, `seal()` on a model object with its key in the process's cache, and the way back,
without the database round trips, which are the same for any column. Prints one JSON object.
"""

import json
import os
import statistics
import sys
import timeit
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from cryptography.fernet import Fernet  # noqa: E402 - settings first
from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: E402

from cases.models import Case  # noqa: E402
from core.encryption import keys  # noqa: E402
from core.encryption.keys import OpenKey  # noqa: E402
from core.tenancy import Scope, _current  # noqa: E402

TEXT = "a" * 60
ROUNDS, NUMBER = 300, 400


def _stored(cipher: AESGCM, plain: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + cipher.encrypt(nonce, plain, None)


def subjects(text: str) -> tuple[dict[str, Callable[[], object]], Callable[[], None]]:
    """The ways compared, by name, all on the same text; and what opens the key again before its minute is over."""
    plain = text.encode()
    bare, nonce = AESGCM(os.urandom(32)), os.urandom(12)
    bare_sealed = bare.encrypt(nonce, plain, None)
    stored = _stored(bare, plain)
    fernet = Fernet(Fernet.generate_key())
    token = fernet.encrypt(plain)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    case = Case(organisation_id=uuid4(), received_at=now, aware_at=now, changed_at=now)
    _current.set(Scope(case.organisation_id))
    key = OpenKey(case.organisation_id, case.pk, 1, os.urandom(32))

    def refill() -> None:
        for generation in ((), (1,)):
            keys._open.put((case.organisation_id.int, case.pk.int, *generation), key)

    refill()
    case.seal(summary=text)
    ways: dict[str, Callable[[], object]] = {
        "bare write": lambda: bare.encrypt(nonce, plain, None),
        "bare read": lambda: bare.decrypt(nonce, bare_sealed, None),
        "stored write": lambda: _stored(bare, plain),
        "stored read": lambda: bare.decrypt(stored[:12], stored[12:], None),
        "field write": lambda: case.seal(summary=text),
        "field read": lambda: case.unsealed("summary"),
        "fernet write": lambda: fernet.encrypt(plain),
        "fernet read": lambda: fernet.decrypt(token),
    }
    return ways, refill


def measure(text: str = TEXT) -> dict[str, float]:
    """Nanoseconds by name: the least of interleaved rounds."""
    ways, refill = subjects(text)
    best: dict[str, list[float]] = {name: [] for name in ways}
    for _round in range(ROUNDS):
        refill()
        for name, way in ways.items():
            best[name].append(timeit.timeit(way, number=NUMBER) / NUMBER * 1e9)
    least = {name: min(times) for name, times in best.items()}
    middle = {name: statistics.median(times) for name, times in best.items()}
    report = {f"{name} ns": round(value) for name, value in least.items()}
    for way, base in (("field", "bare"), ("field", "stored"), ("fernet", "bare")):
        for direction in ("write", "read"):
            over, under = f"{way} {direction}", f"{base} {direction}"
            report[f"{way} / {base}, {direction}"] = round(least[over] / least[under], 2)
            report[f"{way} / {base}, {direction}, by median"] = round(middle[over] / middle[under], 2)
    return report


if __name__ == "__main__":
    json.dump({"60 bytes": measure(TEXT), "2 KB": measure("a" * 2048)}, sys.stdout, indent=1)
    print()
