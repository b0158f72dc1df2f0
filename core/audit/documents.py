"""An event as the bytes that are sealed: canonical JSON (RFC 8785), without the database's own keys."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import rfc8785

# What a sealed document is made of; the order of COLUMNS is that of `document`'s row.
COLUMNS = (
    "id", "organisation_id", "at", "action", "actor_kind", "actor", "acting_for", "session", "about", "about_type",
    "reference", "purpose", "outcome", "fields", "hashes", "facts",
)  # fmt: skip


def pseudonym(key: UUID | str | None) -> str | None:
    """A stand-in for an id outside the database: the id itself carries the millisecond it was made."""
    if key is None:
        return None
    return hashlib.sha256(b"amparo id\x00" + UUID(str(key)).bytes).hexdigest()[:32]


def origin(organisation: UUID | str) -> str:
    """The name of an organisation's log."""
    return f"amparo.audit/{pseudonym(organisation)}"


def _outside(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"id"}:
        return {"id": pseudonym(value["id"])}
    if isinstance(value, dict):
        return {key: _outside(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_outside(each) for each in value]
    return value


def _moment(at: datetime, actor_kind: str) -> str:
    # The time somebody reported anonymously is told outside its case as a day.
    at = at.astimezone(UTC)
    return at.date().isoformat() if actor_kind == "reporter" else at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def document(row: tuple[Any, ...]) -> bytes:
    """The sealed bytes of one row of COLUMNS (ids and moment as the driver gives them, JSON as text or parsed)."""
    found: Mapping[str, Any] = dict(zip(COLUMNS, row, strict=True))
    parts = {key: json.loads(found[key]) if isinstance(found[key], str) else found[key] for key in COLUMNS[-3:]}
    whole = {
        "event": pseudonym(found["id"]),
        "organisation": pseudonym(found["organisation_id"]),
        "at": _moment(found["at"], found["actor_kind"]),
        "action": found["action"],
        "actor_kind": found["actor_kind"],
        "actor": pseudonym(found["actor"]),
        "acting_for": pseudonym(found["acting_for"]),
        "session": found["session"],
        "about": pseudonym(found["about"]),
        "about_type": found["about_type"],
        "reference": found["reference"],
        "purpose": found["purpose"],
        "outcome": found["outcome"],
        **{key: _outside(value) for key, value in parts.items()},
    }
    try:
        return rfc8785.dumps(whole)
    except (rfc8785.CanonicalizationError, ValueError):
        # Written past `record` with a number JSON has no exact form for: it must not stop the sealing of all others.
        whole |= {key: repr(parts[key]) for key in parts}
        return rfc8785.dumps(whole)
