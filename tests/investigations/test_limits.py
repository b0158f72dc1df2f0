"""Which limits run, why, and how they are spread; standards of proof by regime."""

from datetime import timedelta

import pytest

from core.deadlines.models import Breach, Deadline, DeadlineKind
from core.deadlines.sweeping import take_step
from core.errors import DomainError
from core.organisations import Organisation
from investigations.actions import assessing
from investigations.choices import Profile, ProfileRule, Stage
from investigations.models import Investigation
from investigations.picture import months
from investigations.rules import profile_for, profiles, standard_for
from tests import inquiries
from tests.factories import NOW, Cast

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("regime", "priority", "profile", "rule"),
    [
        ("iloat", "normal", Profile.WHO_120, ProfileRule.REGIME_ILOAT),
        ("iloat", "urgent", Profile.WHO_120, ProfileRule.REGIME_ILOAT),
        ("un_secretariat", "normal", Profile.UN_180, ProfileRule.REGIME_UN),
        ("un_secretariat", "high", Profile.UN_180, ProfileRule.REGIME_UN),
        ("un_secretariat", "urgent", Profile.UN_URGENT_90, ProfileRule.URGENT),
        ("national", "urgent", Profile.OWN, ProfileRule.OWN_RULES),
    ],
)
def test_the_limits_follow_regime_and_urgency_with_their_reason(
    regime: str, priority: str, profile: str, rule: str
) -> None:
    assert profile_for(regime, priority) == (profile, rule)


@pytest.mark.parametrize(
    ("regime", "stream", "standard"),
    [
        ("un_secretariat", "sea", "clear_and_convincing"),
        ("un_secretariat", "opc", "preponderance"),
        ("iloat", "sea", "beyond_reasonable_doubt"),
        ("national", "sea", "preponderance"),
    ],
)
def test_the_standard_of_proof_follows_the_regime(regime: str, stream: str, standard: str) -> None:
    assert standard_for(regime, stream) == standard


@pytest.mark.parametrize("total", [5, 7, 90, 120, 150, 180, 365])
def test_the_stages_share_the_whole(total: int) -> None:
    for limits in profiles().values():
        days = limits.days(total)
        assert set(days) == set(Stage.values)
        assert all(each >= 1 for each in days.values())
        if total >= 90:
            assert sum(days.values()) == total


def test_an_opened_investigation_runs_the_clock_of_its_profile_and_of_its_first_stage(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.north.pk).update(legal_regime="iloat")
    scene = inquiries.assessed(cast)
    with cast.inside():
        found = scene.found
        assert (found.profile, found.profile_rule, found.limit_days) == ("who_120", "regime_iloat", 120)
        clocks = {clock.kind: clock for clock in Deadline.objects.filter(subject=scene.case.pk, state="open")}
        assert set(clocks) == {
            "investigation.total_who", "investigation.plan", "investigation.start", "victim.update",
        }  # fmt: skip
        assert clocks["investigation.total_who"].amount == 120
        assert clocks["investigation.plan"].amount == 10


def test_the_start_is_warned_at_seven_days_and_breached_at_fourteen(cast: Cast) -> None:
    scene = inquiries.assessed(cast)
    with cast.inside():
        clock = Deadline.objects.get(kind="investigation.start")
        assert clock.started_at == scene.case.received_at
        take_step(clock.pk, NOW + 8 * DAY)
        clock.refresh_from_db()
        assert (clock.rung, Breach.objects.count()) == (1, 0)
        take_step(clock.pk, NOW + 16 * DAY)
        assert Breach.objects.filter(deadline=clock).count() == 1


def test_other_limits_than_those_of_the_rule_need_a_reason(cast: Cast) -> None:
    scene = inquiries.open_case(cast)
    with scene.as_user("hana"), pytest.raises(DomainError):
        assessing.decide(scene.case, inquiries.outcome(profile="un_urgent_90"), **scene.by("hana"))
    scene = inquiries.open_case(cast)
    with scene.as_user("hana"):
        assessing.decide(
            scene.case, inquiries.outcome(profile="un_urgent_90", profile_words="She is fifteen."), **scene.by("hana")
        )
        found = Investigation.objects.get(case=scene.case)
        assert (found.profile, found.profile_rule, found.limit_days) == ("un_urgent_90", "chosen", 90)
        assert b"fifteen" not in found.profile_words.ciphertext


def test_the_organisations_own_number_of_days_is_the_limit(cast: Cast) -> None:
    Organisation.objects.filter(pk=cast.north.pk).update(legal_regime="national")
    scene = inquiries.open_case(cast)
    with scene.as_user("hana"):
        DeadlineKind.objects.filter(key="investigation.total_own").update(amount=75, warn=[7])
        assessing.decide(scene.case, inquiries.outcome(), **scene.by("hana"))
        found = Investigation.objects.get()
        assert (found.profile, found.limit_days) == ("own", 75)
        assert Deadline.objects.get(kind="investigation.total_own").amount == 75


def test_each_stage_runs_from_its_beginning_and_ends_with_the_next(cast: Cast) -> None:
    scene = inquiries.in_review(cast)
    with cast.inside():
        clocks = Deadline.objects.filter(subject=scene.case.pk)
        states = dict(clocks.values_list("kind", "state"))
        assert states["investigation.start"] == "met"
        assert [states[f"investigation.{stage}"] for stage in ("plan", "interviews", "draft", "review")] == [
            "met", "met", "met", "open",
        ]  # fmt: skip
    scene = inquiries.issued(cast, "unsubstantiated")
    with cast.inside():
        assert set(Deadline.objects.filter(subject=scene.case.pk).values_list("state", flat=True)) <= {
            "met", "cancelled",
        }  # fmt: skip


def test_the_months_of_a_picture_are_thinned_out() -> None:
    assert len(months(NOW, NOW + 100 * DAY)) in (3, 4)
    assert len(months(NOW, NOW + 3000 * DAY)) <= 13
