"""Somebody who gave the same address or number before is recognised by triage, and nothing is opened for it."""

import pytest

from cases.actions import known, routing
from cases.choices import Part
from cases.models import Case, Identity
from cases.selectors.alike import like_cases
from core.audit.tables import AuditEvent
from core.encryption.tables import BlindToken
from core.tenancy import signed_in_as
from tests.factories import EVERYBODY, NOW, Cast, give_grant, make_case, make_named, make_report

SAME = "E-mail or telephone"


@pytest.mark.parametrize(
    ("contact", "emails", "phones"),
    [
        ("amal@example.org or +254 700 000 111.", ["amal@example.org"], ["+254 700 000 111"]),
        ("اتصل على ٠٠٢٥٤٧٠٠٠٠٠١١١ مساء", [], ["00254700000111"]),
        ("Write to <amal.test@mail.example.org>, after 2026-11-20", ["amal.test@mail.example.org"], []),
        ("through my aunt, on Mondays 10-12", [], []),
        ("07 00 00 01 11 (a neighbour)", [], ["07 00 00 01 11"]),
    ],
)
def test_addresses_and_numbers_are_found_in_what_somebody_wrote(
    contact: str, emails: list[str], phones: list[str]
) -> None:
    assert known.ways(contact) == (emails, phones)


def routed(cast: Cast, contact: str) -> Case:
    """A report by somebody who gave this contact, routed by the worker, which Rosa may open and Ines may not."""
    with cast.as_user(cast.rosa):
        case = make_case(cast.lake, state="received", routed_at=None)
        make_report(case)
        give_grant(case, cast.rosa, identities=EVERYBODY)
        reporter = make_named(case, Part.REPORTER, "Amal Fiction")
        row = Identity.objects.get(person=reporter.person)
        row.seal(contact=contact)
        row.save()
    with signed_in_as("worker"), cast.inside():
        routing.route(case.pk, now=NOW)
    return case


def alike(cast: Cast, case: Case, who: str = "rosa") -> dict[str, bool]:
    user = getattr(cast, who)
    with cast.as_user(user):
        return {hint.case.reference: SAME in hint.alike for hint in like_cases(case, cast.actor(user), NOW)}


@pytest.mark.django_db(transaction=True)
def test_the_same_number_written_otherwise_is_told_to_whoever_may_open_both(cast: Cast) -> None:
    first = routed(cast, "+254 700 000 111, evenings")
    second = routed(cast, "00254-700-000-111")
    other = routed(cast, "+254 700 000 112")
    assert alike(cast, second) == {first.reference: True}
    assert alike(cast, other) == {}
    with cast.as_user(cast.ines):
        give_grant(second, cast.ines)
    assert alike(cast, second, "ines") == {}  # she may not open the first
    with cast.inside():
        events = AuditEvent.objects.filter(action="encryption.compared", actor=cast.rosa.pk)
        assert events.count() == 2
        assert not any("254" in str((event.facts, event.purpose)) for event in events)


@pytest.mark.django_db(transaction=True)
def test_an_anonymous_report_leaves_no_token(cast: Cast) -> None:
    with cast.inside():
        case = make_case(cast.lake, state="received", routed_at=None)
        make_report(case)
    with signed_in_as("worker"), cast.inside():
        routing.route(case.pk, now=NOW)
        assert not BlindToken.objects.exists()
