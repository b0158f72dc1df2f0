"""Kinds of deadline and notice of this suite alone, and a calendar that stands still."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.deadlines import registry as kinds
from core.deadlines.models import DeadlineKind
from core.outbox import registry as notices
from core.tenancy import organisation
from tests.factories import Cast

# Monday 18 November 2030, 10:00 in Nairobi: years ahead, so that every membership of the cast is in force.
MONDAY = datetime(2030, 11, 18, 7, 0, tzinfo=UTC)
LADDER = [
    {"to": "owner", "late": 0, "unit": "working_days"},
    {"to": "manager", "late": 1, "unit": "working_days"},
    {"to": "above", "late": 3, "unit": "working_days"},
]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> kinds.Kind:
    """A kind of deadline: two working days, a warning when one is left. Add rows with `give_terms`."""
    monkeypatch.setattr(kinds, "_declared", dict(kinds._declared))
    monkeypatch.setattr(notices, "_declared", dict(notices._declared))
    return kinds.declare("test.answer", title="Answer the reporter")


def give_terms(**rest: Any) -> DeadlineKind:
    """The terms of `test.answer` in the organisation in scope."""
    values = {"amount": 2, "unit": "working_days", "warn": [1], "ladder": LADDER, "source": "suite"}
    return DeadlineKind.objects.create(key="test.answer", **{**values, **rest})


@pytest.fixture
def both(cast: Cast, answer: kinds.Kind) -> Cast:
    """The cast, with the terms of `test.answer` in both organisations."""
    for home in (cast.north, cast.south):
        with organisation(home.id):
            give_terms()
    return cast
