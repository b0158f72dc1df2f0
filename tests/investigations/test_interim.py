"""Interim measures: until the decision, fitting how somebody works, safe before they learn of it, and with proof."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.deadlines.models import Deadline
from core.errors import DomainError, Refused
from investigations.actions import deciding, interim
from investigations.choices import interim_for, measures_for
from investigations.models import Measure
from tests import inquiries
from tests.factories import NOW, Cast, signed_in

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(NOW)
LEAVE = deciding.Wanted("leave_with_pay", TODAY)


def ready(cast: Cast) -> inquiries.Scene:
    """Somebody may learn of an interim measure."""
    scene = inquiries.running(cast)
    inquiries.step(scene, "interim_measure", "hana")
    inquiries.answer_all(scene)
    return scene


def impose(scene: inquiries.Scene, wanted: deciding.Wanted = LEAVE, *, who: str = "hana", **rest: str) -> Measure:
    words = {"reasons": "Witnesses work beside them.", **rest}
    with scene.as_user(who):
        return interim.impose(scene.found, scene.subject, wanted, **words, **scene.by(who))


def test_an_interim_measure_waits_for_the_answer_about_safety(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with pytest.raises(DomainError):
        impose(scene)
    inquiries.step(scene, "interim_measure", "hana")
    with pytest.raises(DomainError):
        impose(scene)
    inquiries.answer_all(scene)
    made = impose(scene)
    assert (made.interim, made.proceeding_id) == (True, None)
    assert b"Witnesses" not in made.reasons.ciphertext


def test_it_fits_how_the_person_works_and_has_reasons_and_days_in_order(cast: Cast) -> None:
    scene = ready(cast)
    for wanted, rest in (
        (deciding.Wanted("dismissal", TODAY), {}),
        (deciding.Wanted("payments_suspended", TODAY), {}),
        (deciding.Wanted("reassignment", TODAY, TODAY - timedelta(days=1)), {}),
        (LEAVE, {"reasons": " "}),
    ):
        with pytest.raises(DomainError), transaction.atomic():
            impose(scene, wanted, **rest)
    impose(scene)


def test_each_category_has_interim_measures_of_its_own() -> None:
    assert "payments_suspended" in interim_for("military_contingent")
    assert "agreement_suspended" in interim_for("partner_staff")
    assert set(interim_for("unknown")) == {"reassignment", "no_contact"}
    assert "leave_with_pay" not in measures_for("staff_national"), "leave is no sanction"


def test_only_the_manager_imposes_it_and_only_while_it_is_investigated(cast: Cast) -> None:
    scene = ready(cast)
    with pytest.raises(Refused):
        impose(scene, who="idris")
    over = inquiries.issued(cast, "unsubstantiated")
    with pytest.raises(Refused):
        impose(over)
    with pytest.raises(Refused):
        inquiries.step(over, "interim_measure", "hana")


def test_it_has_a_clock_until_there_is_proof_and_ends_when_it_is_safe(cast: Cast) -> None:
    scene = ready(cast)
    made = impose(scene)
    with scene.as_user("hana"):
        clock = Deadline.objects.get(kind="investigation.execution", subject=made.pk)
        assert clock.owner == cast.hana
        deciding.carried_out(made, on=TODAY, proof="The letter of today.", **scene.by("hana"))
        clock.refresh_from_db()
        assert clock.state == "met"
        with pytest.raises(DomainError):
            interim.lift(made, **scene.by("hana"))
    inquiries.step(scene, "end_of_leave", "hana")
    with scene.as_user("hana"), pytest.raises(DomainError):
        interim.lift(made, **scene.by("hana"))
    inquiries.answer_all(scene)
    with scene.as_user("hana"):
        interim.lift(made, **scene.by("hana"))
        made.refresh_from_db()
        assert made.lifted_at == NOW
        with pytest.raises(Refused):
            interim.lift(made, **scene.by("hana"))


def test_the_database_takes_no_measure_without_a_decision_that_is_not_interim(cast: Cast) -> None:
    scene = ready(cast)
    impose(scene)
    with cast.inside(), pytest.raises(IntegrityError, match="decided_or_interim"), transaction.atomic():
        Measure.objects.update(interim=False)


def test_the_page_offers_it_to_the_manager_alone(cast: Cast) -> None:
    scene = inquiries.running(cast)
    address = f"/o/north/cases/{scene.case.reference}/inquiry/people/{scene.subject.code}/"
    hana, idris = signed_in(cast.hana), signed_in(cast.idris)
    assert hana.post(address + "steps/", {"kind": "interim_measure"}).status_code == 302
    inquiries.answer_all(scene)
    assert "Decide on one" in hana.get(address).content.decode()
    assert "Decide on one" not in idris.get(address).content.decode()
    day = {"starts_on_day": str(TODAY.day), "starts_on_month": str(TODAY.month), "starts_on_year": str(TODAY.year)}
    sent = {"kind": "leave_with_pay", "reasons": "Witnesses work beside them.", **day}
    assert hana.post(address + "interim/", sent).status_code == 302
    page = idris.get(address).content.decode()
    assert "Administrative leave with pay" in page
    assert "Lift it" not in page
