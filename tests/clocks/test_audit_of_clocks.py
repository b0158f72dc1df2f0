"""What the audit says about clocks, in words."""

from uuid import uuid4

import pytest

from core import audit, deadlines
from core.models import AuditEvent
from tests.clocks.conftest import MONDAY
from tests.factories import Cast


@pytest.mark.django_db
def test_pausing_going_on_and_meeting_leave_sentences(both: Cast) -> None:
    with both.as_user(both.rosa):
        rosa = both.actor(both.rosa)
        clock = deadlines.start("test.answer", subject=uuid4(), at=MONDAY, owner=both.rosa)
        deadlines.pause(clock, reason="interpreter", by=rosa, now=MONDAY)
        deadlines.resume(clock, by=rosa, now=MONDAY)
        asked = deadlines.extend(clock, more=3, reason="complex", by=rosa, now=MONDAY)
        with both.as_user(both.hana):
            deadlines.decide_extension(asked, approved=True, by=both.actor(both.hana), now=MONDAY)
        deadlines.meet("test.answer", subject=clock.subject, by=rosa, now=MONDAY)
    with both.inside():
        said = [audit.present(event) for event in AuditEvent.objects.filter(about=clock.pk).order_by("id")]
    assert said == [
        "Rosa Test paused “Answer the reporter”: Waits for an interpreter or a translation",
        "Rosa Test let “Answer the reporter” go on",
        "Rosa Test asked for more time for “Answer the reporter” (3): There is more to look into than foreseen",
        "Hana Test gave more time for “Answer the reporter” (3)",
        "Rosa Test did what “Answer the reporter” waited for",
    ]
