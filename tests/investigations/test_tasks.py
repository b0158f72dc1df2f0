"""What workers do for investigations, in the role they have."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.tenancy import signed_in_as
from investigations import tasks
from investigations.actions import working
from investigations.models import PauseRequest, Turn
from tests import inquiries
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_worker_lets_an_investigation_go_on_at_its_review_date(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with scene.as_user("idris"):
        asked = working.ask_pause(
            scene.found, reason="safety", review_on=timezone.localdate(NOW) + timedelta(days=5), words="",
            **scene.by("idris"),
        )  # fmt: skip
    with scene.as_user("hana"):
        asked.investigation = scene.found
        working.decide_pause(asked, approved=True, **scene.by("hana"))
    with signed_in_as("worker"):
        tasks.end_pauses()
    with cast.inside():
        assert scene.found.state == "suspended", "its day has not come"
        PauseRequest.objects.update(review_at=NOW + timedelta(milliseconds=1))
    with signed_in_as("worker"):
        tasks.end_pauses()
        tasks.end_pauses()
    with cast.inside():
        assert scene.found.state == "running"
        assert Turn.objects.filter(verb="resume").count() == 1
        assert Turn.objects.get(verb="resume").by is None
