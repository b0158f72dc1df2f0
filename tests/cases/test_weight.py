"""What the list and the page of a case cost, however full they are: statements and bytes."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.choices import AllegationType, CaseState, GrantLevel, Part
from cases.models import Allegation, AllegationSubject, AllegationVictim, Case, Consent, Handover, SupportRequest
from core import audit, deadlines
from core.organisations import Organisation
from tests.factories import NOW, Cast, give_grant, make_case, make_part, make_report, signed_in

MOST_STATEMENTS = 15
MOST_BYTES = 60 * 1024
LIST = "/o/north/cases/"
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
LONGEST_KIND = max(AllegationType.values, key=lambda value: len(str(AllegationType(value).label)))


def full_case(cast: Cast, number: int) -> Case:
    """A case whose row in the list has something in every column."""
    made = make_case(
        cast.lake, state=CaseState.IN_INVESTIGATION, owner=cast.idris, manager=cast.hana, priority="urgent",
        received_at=NOW - timedelta(hours=number),
    )  # fmt: skip
    give_grant(made, cast.hana, GrantLevel.MANAGE, identities=",".join(Part.values))
    make_part(made, Part.SUBJECT, personnel="partner_staff")
    Allegation.objects.create(case=made, kind=LONGEST_KIND, created_at=NOW)
    deadlines.start("victim.update", subject=made.pk, reference=made.reference, owner=cast.idris, at=NOW)
    return made


def crowded(cast: Cast, case: Case) -> None:
    """Far more in one case than most ever hold."""
    give_grant(case, cast.idris, GrantLevel.INVESTIGATE)
    for _number in range(4):
        make_report(case, subject="Fictional One", reporter="Fictional Two")
    people = [make_part(case, Part.VICTIM) for _number in range(12)]
    for person in people:
        Consent.objects.create(
            person_id=person.person_id, purpose="investigation", wording="1", language="en", method="form", given_at=NOW
        )
    for kind in AllegationType.values[:8]:
        made = Allegation.objects.create(case=case, kind=kind, created_at=NOW)
        AllegationVictim.objects.bulk_create(AllegationVictim(allegation=made, participant=person) for person in people)
        AllegationSubject.objects.create(allegation=made, participant=people[0])
    SupportRequest.objects.create(case=case, source="triage", asked_at=NOW)
    Handover.objects.create(case=case, giver=cast.idris, receiver=cast.hana, offered_at=NOW)
    hana = cast.actor(cast.hana)
    for user in (cast.idris, cast.rosa, cast.noor, cast.dana) * 20:
        audit.record(
            "cases.assigned", by=hana, about=case, reference=case.reference, facts={"assignee": user, "level": "read"}
        )


def cost(client: Client, address: str) -> tuple[int, int]:
    """Statements a request sends, transaction control aside, and the bytes of its page; asked a second time."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as made:
        page = client.get(address)
    assert page.status_code == 200
    return sum(not query["sql"].startswith(CONTROL) for query in made.captured_queries), len(page.content)


@pytest.fixture(params=["en", "ar"])
def hana(request: Any, cast: Cast) -> Client:
    """A manager who reads in that language."""
    cast.hana.language = request.param
    cast.hana.save()
    return signed_in(cast.hana)


def test_a_full_list_costs_no_more_statements_than_a_short_one_and_stays_light(cast: Cast, hana: Client) -> None:
    with cast.inside():
        deadlines.give_defaults()
        for number in range(2):
            full_case(cast, number)
    few, _bytes = cost(hana, LIST)
    with cast.inside():
        for number in range(2, 45):
            full_case(cast, number)
    many, size = cost(hana, LIST)
    assert hana.get(LIST).content.count(b'class="ref"') >= 40
    assert few == many <= MOST_STATEMENTS
    assert size <= MOST_BYTES


def test_a_crowded_case_costs_no_more_statements_than_a_bare_one_and_stays_light(cast: Cast, hana: Client) -> None:
    with cast.inside():
        deadlines.give_defaults()
        bare, full = full_case(cast, 0), full_case(cast, 1)
    with cast.as_user(cast.hana):
        crowded(cast, full)
    few, _bytes = cost(hana, f"{LIST}{bare.reference}/")
    many, size = cost(hana, f"{LIST}{full.reference}/")
    assert few == many <= MOST_STATEMENTS
    assert size <= MOST_BYTES


def test_an_organisation_that_works_for_real_costs_no_statement_more(cast: Cast, hana: Client) -> None:
    with cast.inside():
        deadlines.give_defaults()
        case = full_case(cast, 0)
    demo = [cost(hana, address)[0] for address in (LIST, f"{LIST}{case.reference}/")]
    Authenticator.objects.create(user=cast.hana, type=Authenticator.Type.TOTP, data={})
    Organisation.objects.filter(pk=cast.north.pk).update(demo=False)
    assert [cost(hana, address)[0] for address in (LIST, f"{LIST}{case.reference}/")] == demo
