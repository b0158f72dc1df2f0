"""The decision: never by an investigator, only on a substantiated finding, with proof, and open to appeal."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone

from cases.actions import access
from cases.choices import GrantLevel
from cases.models import Case
from core.deadlines.models import Deadline
from core.errors import DomainError, Refused
from investigations.actions import deciding
from investigations.choices import measures_for
from investigations.models import Finding, Measure, Proceeding
from tests import inquiries
from tests.factories import NOW, Cast, give_grant, give_role

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)
DAY = timedelta(days=1)


def decide(scene: inquiries.Scene, *wanted: deciding.Wanted, who: str = "dana") -> None:
    with scene.as_user(who):
        deciding.sanction(inquiries.proceeding(scene), wanted, reasons="Reasons.", **scene.by(who))


def ready(cast: Cast, **rest: object) -> inquiries.Scene:
    scene = inquiries.awaiting(cast, **rest)
    inquiries.step(scene, "sanction", "dana")
    inquiries.answer_all(scene)
    return scene


def test_only_people_with_a_substantiated_finding_have_a_proceeding(cast: Cast) -> None:
    scene = inquiries.issued(cast, "substantiated", "unsubstantiated", subjects=2)
    with cast.inside():
        assert Proceeding.objects.get().subject == scene.subjects[0]
        other = Finding.objects.get(result="unsubstantiated")
        values = {"case": scene.case, "investigation": scene.found, "opened_at": NOW}
        with pytest.raises(IntegrityError, match="is_substantiated"), transaction.atomic():
            Proceeding.objects.create(subject=scene.subjects[1], finding=other, **values)
        with pytest.raises(IntegrityError, match="about_the_same"), transaction.atomic():
            Proceeding.objects.create(
                subject=scene.subjects[1], finding=Finding.objects.get(result="substantiated"), **values
            )
        with pytest.raises(IntegrityError, match="is_substantiated"), transaction.atomic():
            Finding.objects.filter(result="substantiated").update(result="unsubstantiated")


def test_whoever_investigated_never_decides(cast: Cast) -> None:
    scene = inquiries.issued(cast)
    with cast.inside():
        give_role(cast.members["idris"], "decision_maker")
    with scene.as_user("hana"), pytest.raises(Refused):
        deciding.name_decision_maker(scene.found, cast.idris, **scene.by("hana"))
    with cast.inside(), pytest.raises(IntegrityError, match="duty_is_taken"), transaction.atomic():
        Proceeding.objects.update(decision_maker=cast.idris)
    with cast.inside():
        give_role(cast.members["noor"], "decision_maker")
        access.take_duty(scene.case, cast.noor, GrantLevel.SUPPORT, now=NOW)
    with scene.as_user("hana"), pytest.raises(Refused):
        deciding.name_decision_maker(scene.found, cast.noor, **scene.by("hana"))


def test_the_decision_is_that_of_the_one_it_was_given_to(cast: Cast) -> None:
    scene = ready(cast)
    with cast.inside():
        give_role(cast.members["omar"], "decision_maker")
        access.take_duty(scene.case, cast.omar, GrantLevel.DECIDE, now=NOW)
        give_grant(scene.case, cast.omar, "decide")
    for name, error in (("omar", Refused), ("hana", Refused), ("idris", Refused), ("rosa", Http404)):
        with pytest.raises(error):
            decide(scene, deciding.Wanted("censure", TODAY), who=name)


def test_a_sanction_waits_for_the_answer_about_safety(cast: Cast) -> None:
    scene = inquiries.awaiting(cast)
    wanted = deciding.Wanted("censure", TODAY)
    with pytest.raises(DomainError):
        decide(scene, wanted)
    inquiries.step(scene, "sanction", "dana")
    with pytest.raises(DomainError):
        decide(scene, wanted)
    with cast.inside():
        assert not Measure.objects.exists()
    inquiries.answer_all(scene)
    decide(scene, wanted)
    with cast.inside():
        assert inquiries.proceeding(scene).state == "sanctioned"


def test_measures_fit_the_category_of_the_person_and_have_dates_in_order(cast: Cast) -> None:
    scene = ready(cast)
    for wanted in (
        [],
        [deciding.Wanted("repatriation", TODAY)],
        [deciding.Wanted("fine", TODAY, TODAY - DAY)],
        [deciding.Wanted("suspension", TODAY)],
        [deciding.Wanted("fine", TODAY), deciding.Wanted("fine", TODAY)],
    ):
        with pytest.raises(DomainError), transaction.atomic():
            decide(scene, *wanted)
    decide(scene, deciding.Wanted("suspension", TODAY, TODAY + 30 * DAY), deciding.Wanted("fine", TODAY))
    with cast.inside():
        assert set(Measure.objects.values_list("kind", flat=True)) == {"suspension", "fine"}
        with pytest.raises(IntegrityError, match="ends_after_start"), transaction.atomic():
            Measure.objects.update(ends_on=TODAY - DAY)


def test_each_category_has_measures_and_somebody_unknown_those_for_everybody() -> None:
    assert "repatriation" in measures_for("military_contingent")
    assert "demotion" not in measures_for("military_contingent")
    assert "demotion" in measures_for("staff_national")
    assert "agreement_ended" in measures_for("partner_staff")
    assert "debarment" in measures_for("vendor")
    assert set(measures_for("unknown")) == {"reprimand", "training", "no_contact", "recovery"}


def test_a_sanction_not_carried_out_has_a_clock_until_the_last_proof(cast: Cast) -> None:
    scene = inquiries.sanctioned(cast, kinds=("censure", "fine"))
    with scene.as_user("hana"):
        clock = Deadline.objects.get(kind="investigation.execution")
        assert clock.state == "open"
        first, second = Measure.objects.select_related("proceeding__case").order_by("kind")
        for odd in ({"on": TODAY + DAY, "proof": "x"}, {"on": TODAY, "proof": " "}, {"on": TODAY - DAY, "proof": "x"}):
            with pytest.raises(DomainError):
                deciding.carried_out(first, **odd, **scene.by("hana"))
        deciding.carried_out(first, on=TODAY, proof="Letter of today.", **scene.by("hana"))
        assert b"Letter" not in first.proof.ciphertext
        clock.refresh_from_db()
        assert clock.state == "open", "one of two is still to be done"
        deciding.carried_out(second, on=TODAY, proof="Payroll.", **scene.by("hana"))
        clock.refresh_from_db()
        assert (clock.state, inquiries.proceeding(scene).state) == ("met", "executed")
        assert Case.objects.get(pk=scene.case.pk).state == "in_decision", "the time to appeal is still open"


def test_the_case_closes_when_the_time_to_appeal_is_over_and_somebody_noted_it(cast: Cast) -> None:
    scene = inquiries.sanctioned(cast)
    with scene.as_user("hana"):
        measure = Measure.objects.select_related("proceeding__case").get()
        deciding.carried_out(measure, on=TODAY, proof="Letter.", **scene.by("hana"))
        with pytest.raises(DomainError):
            deciding.close_window(inquiries.proceeding(scene), **scene.by("hana"))
        later = inquiries.proceeding(scene).appeal_until + DAY
        deciding.close_window(inquiries.proceeding(scene), by=scene.by("hana")["by"], now=later)
        case = Case.objects.get(pk=scene.case.pk)
        assert (case.state, case.close_reason) == ("closed", "substantiated")
        with pytest.raises(Refused):
            deciding.appeal(inquiries.proceeding(scene), by=scene.by("hana")["by"], now=later)


def test_a_reversal_lifts_the_measures_and_an_upheld_sanction_still_has_to_be_carried_out(cast: Cast) -> None:
    scene = inquiries.sanctioned(cast, subjects=2)
    first, second = scene.subjects
    inquiries.step(scene, "sanction", "dana", second)
    inquiries.answer_all(scene)
    with scene.as_user("dana"):
        deciding.sanction(
            inquiries.proceeding(scene, second), [deciding.Wanted("fine", TODAY)], reasons="Reasons.",
            **scene.by("dana"),
        )  # fmt: skip
        for subject, upheld in ((first, False), (second, True)):
            deciding.appeal(inquiries.proceeding(scene, subject), **scene.by("dana"))
            row = inquiries.proceeding(scene, subject)
            measure = Measure.objects.select_related("proceeding__case").get(subject=subject)
            with pytest.raises(Refused):
                deciding.carried_out(measure, on=TODAY, proof="x", **scene.by("dana"))
            with pytest.raises(DomainError):
                deciding.end_appeal(row, upheld=upheld, words=" ", **scene.by("dana"))
            deciding.end_appeal(row, upheld=upheld, words="Tribunal, no. 1.", **scene.by("dana"))
        assert Measure.objects.get(subject=first).lifted_at == NOW
        assert (inquiries.proceeding(scene, first).state, inquiries.proceeding(scene, second).state) == (
            "reversed", "upheld",
        )  # fmt: skip
        running = Deadline.objects.filter(kind="investigation.execution", state="open")
        assert list(running.values_list("subject", flat=True)) == [inquiries.proceeding(scene, second).pk]


def test_no_sanction_needs_reasons_and_ends_the_proceeding(cast: Cast) -> None:
    scene = inquiries.awaiting(cast)
    with scene.as_user("dana"):
        row = inquiries.proceeding(scene)
        with pytest.raises(DomainError):
            deciding.leave_unsanctioned(row, reasons=" ", **scene.by("dana"))
        deciding.leave_unsanctioned(row, reasons="It was dealt with by a court.", **scene.by("dana"))
        assert b"court" not in row.reasons.ciphertext
        case = Case.objects.get(pk=scene.case.pk)
        assert (case.state, case.close_reason) == ("closed", "substantiated")
