"""One person is never two of investigator, support officer and decision maker on one case: by constraint."""

import pytest
from django.db import IntegrityError, transaction

from cases.choices import GrantLevel
from cases.models import CaseDuty
from tests.factories import NOW, Cast, give_grant, make_case


def test_an_investigator_is_never_made_decision_maker_of_the_same_case(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = make_case(cast.lake)
        CaseDuty.objects.create(case=case, user=cast.idris, duty=GrantLevel.INVESTIGATE, since=NOW)
        grant = give_grant(case, cast.idris, GrantLevel.INVESTIGATE)
        with pytest.raises(IntegrityError, match="case_grant_duty_is_taken"), transaction.atomic():
            type(grant).objects.filter(pk=grant.pk).update(level=GrantLevel.DECIDE)
        with pytest.raises(IntegrityError, match="case_duty_one_for_ever"), transaction.atomic():
            CaseDuty.objects.create(case=case, user=cast.idris, duty=GrantLevel.DECIDE, since=NOW)


def test_the_duty_outlives_the_grant(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = make_case(cast.lake)
        CaseDuty.objects.create(case=case, user=cast.noor, duty=GrantLevel.SUPPORT, since=NOW)
        give_grant(case, cast.noor, GrantLevel.SUPPORT).delete()
        with pytest.raises(IntegrityError, match="case_grant_duty_is_taken"), transaction.atomic():
            give_grant(case, cast.noor, GrantLevel.INVESTIGATE)
        give_grant(case, cast.noor, GrantLevel.READ)


def test_one_person_may_have_different_duties_on_different_cases(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        for duty in (GrantLevel.INVESTIGATE, GrantLevel.DECIDE):
            case = make_case(cast.lake)
            CaseDuty.objects.create(case=case, user=cast.idris, duty=duty, since=NOW)
            give_grant(case, cast.idris, duty)


def test_nobody_grants_themselves_a_case(cast: Cast) -> None:
    with cast.as_user(cast.hana):
        case = make_case(cast.lake)
        with pytest.raises(IntegrityError, match="case_grant_by_somebody_else"):
            give_grant(case, cast.hana, GrantLevel.MANAGE, granted_by=cast.hana)
