"""The consent ledger on its pages: read aloud, recorded, taken back; and what hangs on it."""

from html import unescape

import pytest

from cases.actions import consents, triage
from cases.actions.triage import Findings
from cases.choices import GrantLevel, Part
from cases.models import Case, Consent, Identity, Participant, SupportRequest
from core import deadlines
from core.encryption import keys
from core.errors import DomainError, Refused
from tests.factories import EVERYBODY, NOW, Cast, exclude, give_grant, make_case, make_part, make_report, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """Rosa's case with a person affected whose name is known."""
    with cast.as_user(cast.rosa):
        deadlines.give_defaults()
        made = make_case(cast.lake, owner=cast.rosa)
        make_report(made)
        give_grant(made, cast.rosa, GrantLevel.TRIAGE, identities=EVERYBODY)
        person = make_part(made, Part.VICTIM)
        keys.create(person.person_id)
        known = Identity(person=person.person, changed_at=NOW)
        known.seal(name="Fictional Survivor")
        known.save(force_insert=True)
        make_part(made, Part.SUBJECT)
        return made


def affected(cast: Cast) -> Participant:
    with cast.inside():
        return Participant.objects.select_related("person").get(part=Part.VICTIM)


def page(case: Case, tail: str = "") -> str:
    return f"/o/north/cases/{case.reference}/consents/{tail}"


def yes(cast: Cast, **rest: str) -> dict[str, str]:
    return {"person": affected(cast).code, "purpose": "referral", "recipient": "Clinic One (fictional)",
            "method": "witnessed", "language": "ar", **rest}  # fmt: skip


def text(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


def test_a_known_person_is_referred_once_their_yes_is_recorded_and_not_after_it_is_taken_back(
    cast: Cast, case: Case
) -> None:
    rosa = signed_in(cast.rosa)

    def refer() -> None:
        with cast.as_user(cast.rosa):
            by = cast.actor(cast.rosa)
            found = Case.objects.get(pk=case.pk)
            triage.check_safety(found, safe="yes", ask_support=False, by=by, now=NOW)
            triage.decide(
                found, Findings(), decision="refer", reason="Theirs.",
                recipient="Clinic One (fictional)", by=by, now=NOW,
            )  # fmt: skip

    with pytest.raises(DomainError):
        refer()
    assert rosa.post(page(case), yes(cast)).status_code == 302
    assert "Clinic One (fictional)" in text(rosa.get(page(case)))
    with cast.inside():
        made = Consent.objects.get(purpose="referral")
        assert (made.recorded_by, made.method, made.language, made.wording) == (
            cast.rosa,
            "witnessed",
            "ar",
            "spoken-1",
        )
    taken_back = {name: yes(cast)[name] for name in ("person", "purpose", "recipient")}
    assert rosa.post(page(case, "end/"), taken_back).status_code == 302
    assert "taken back" in text(rosa.get(page(case)))
    with cast.inside():
        assert not consents.may_share(affected(cast).person_id, "referral", recipient="Clinic One (fictional)")
    assert rosa.post(page(case), yes(cast)).status_code == 302
    refer()
    with cast.inside():
        assert Case.objects.get(pk=case.pk).state == "referred_out"


def test_a_referral_to_nobody_and_a_yes_of_whom_it_is_about_are_refused(cast: Cast, case: Case) -> None:
    rosa = signed_in(cast.rosa)
    with cast.inside():
        accused = Participant.objects.get(part=Part.SUBJECT).code
    for sent in (yes(cast, recipient=" "), yes(cast, person=accused), yes(cast, method="form"), {}):
        assert rosa.post(page(case), sent).status_code == 422
    with cast.inside():
        assert not Consent.objects.filter(recorded_by=cast.rosa).exists()


def test_nobody_records_a_yes_without_the_case(cast: Cast, case: Case) -> None:
    person = affected(cast).person
    given = {"purpose": "investigation", "wording": "spoken-1", "language": "en", "method": "mark", "now": NOW}
    for user in (cast.ines, cast.idris, cast.hana, cast.amina):
        with cast.as_user(user), pytest.raises(Refused):
            consents.give(person, by=cast.actor(user), **given)
        assert signed_in(user).get(page(case)).status_code == 404
    with cast.as_user(cast.rosa):
        consents.give(person, by=cast.actor(cast.rosa), **given)
    with cast.inside():
        exclude(case, cast.rosa)
    with cast.as_user(cast.rosa), pytest.raises(Refused):
        consents.withdraw(person, purpose="investigation", by=cast.actor(cast.rosa), now=NOW)


def test_whoever_took_a_request_for_support_records_a_yes_on_its_page(cast: Cast, case: Case) -> None:
    with cast.inside():
        asked = SupportRequest.objects.create(case=case, source="triage", asked_at=NOW)
    noor, address = signed_in(cast.noor), f"/o/north/support/requests/{asked.mark}/consents/"
    assert noor.get(address).status_code == 404, "not before it is theirs"
    noor.post(f"/o/north/support/requests/{asked.mark}/take/")
    assert "Nobody has agreed to anything yet" in text(noor.get(address))
    assert noor.post(address, yes(cast, purpose="investigation")).status_code == 302
    with cast.inside():
        assert consents.may_share(affected(cast).person_id, "investigation")
    assert noor.post(f"{address}end/", {"person": affected(cast).code, "purpose": "investigation"}).status_code == 302
    with cast.inside():
        assert not consents.may_share(affected(cast).person_id, "investigation")
