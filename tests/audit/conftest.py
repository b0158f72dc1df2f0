"""Two organisations, a few people, and hands that do what an attacker with the owner's rights could do."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from core import audit
from core.actors import Actor
from core.audit import keys, sealing
from core.organisations import Organisation, User
from core.tenancy import organisation, signed_in_as

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

audit.declare("test.read", "{actor} read {reference} {purpose}", facts=("count",))
audit.declare("test.assigned", "{actor} assigned the case to {assignee}")
audit.declare(
    "test.closed", "{actor} closed the case, {to}", labels={"to": {"CLOSED": "closed for good"}}, facts=("when", "who")
)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def north(db: None) -> Organisation:
    return Organisation.objects.create(slug="north", name="North Relief (fictional)", created_at=NOW)


@pytest.fixture
def south(db: None) -> Organisation:
    return Organisation.objects.create(slug="south", name="South Aid (fictional)", created_at=NOW)


@pytest.fixture
def amina(db: None) -> Actor:
    return Actor("user", User.objects.create(email="amina@north.example", name="Amina Test"), session="ab12")


@pytest.fixture
def idris(db: None) -> Actor:
    return Actor("user", User.objects.create(email="idris@north.example", name="Idris Test"))


@pytest.fixture
def state(tmp_path: Path, settings: Any) -> Path:
    """Witness places of this test alone."""
    settings.CHECKPOINTS_DIR = tmp_path / "checkpoints"
    settings.WITNESS_DIRS = [tmp_path / "elsewhere"]
    return tmp_path


def write(where: Organisation, by: Actor, *references: str) -> None:
    """One committed event for each reference."""
    for reference in references:
        with organisation(where.pk, user=by.user_id):
            audit.record("test.read", by=by, reference=reference)


def seal(now: datetime = NOW, **rest: Any) -> sealing.Sealed | None:
    """One round of the sealer."""
    with signed_in_as("sealer"):
        return sealing.seal(now=now, sign=keys.signer(), key=keys.public_key(), **rest)


@pytest.fixture
def tamper(transactional_db: None) -> Iterator[Callable[..., int]]:
    """Runs a statement with the owner's rights and the append-only trigger off."""

    def run(statement: str, *values: Any) -> int:
        with signed_in_as("migrator"), connection.cursor() as cursor:
            for table in ("audit_event", "audit_leaf", "audit_checkpoint", "audit_seal"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER audit_append_only")
            cursor.execute(statement, values)
            changed = cursor.rowcount
            for table in ("audit_event", "audit_leaf", "audit_checkpoint", "audit_seal"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER audit_append_only")
        return changed

    return run
