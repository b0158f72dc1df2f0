"""What a focal point wrote down: read for thirty days or until handed over; its code and how far it is for good."""

from datetime import timedelta

import pytest

from cases.choices import GrantLevel
from cases.models import Case, CaseGrant, Report
from tests.factories import NOW, Cast, exclude, give_grant, make_case, make_report, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/o/north/cases/logged/"


@pytest.fixture
def case(cast: Cast) -> Case:
    """A complaint Amina wrote down, which Rosa has in triage."""
    with cast.inside():
        made = make_case(cast.lake, owner=cast.rosa)
        make_report(made, channel="focal_point")
        Report.objects.update(logged_by=cast.amina)
        give_grant(made, cast.amina, GrantLevel.LOGGED)
        give_grant(made, cast.rosa, GrantLevel.TRIAGE)
        return made


def test_after_thirty_days_or_a_handover_only_code_and_state_are_left(cast: Cast, case: Case) -> None:
    amina = signed_in(cast.amina)
    assert f"/o/north/cases/{case.reference}/" in amina.get(PAGE).content.decode()
    with cast.inside():
        CaseGrant.objects.filter(user=cast.amina).update(starts_at=NOW - timedelta(days=31), ends_at=NOW)
        Case.objects.filter(pk=case.pk).update(state="in_investigation")
    page = amina.get(PAGE).content.decode()
    assert case.reference in page
    assert "Under investigation" in page
    assert f"/o/north/cases/{case.reference}/" not in page
    assert amina.get(f"/o/north/cases/{case.reference}/").status_code == 404
    assert amina.get(f"/o/north/cases/{case.reference}/told/").status_code == 404


def test_nobody_sees_what_a_colleague_wrote_down_and_whoever_is_shut_out_not_even_their_own(
    cast: Cast, case: Case
) -> None:
    assert case.reference not in signed_in(cast.lena).get(PAGE).content.decode()
    with cast.inside():
        exclude(case, cast.amina)
    assert case.reference not in signed_in(cast.amina).get(PAGE).content.decode()


def test_a_thousand_of_them_are_read_page_by_page(cast: Cast, case: Case) -> None:
    with cast.inside():
        for _each in range(55):
            made = make_case(cast.lake)
            make_report(made)
            Report.objects.filter(case=made).update(logged_by=cast.amina)
    page = signed_in(cast.amina).get(PAGE).content.decode()
    assert "1 to 50 of 56" in page
    assert page.count('class="ref"') < 60
