"""Giving, ending and refusing access: nobody to themselves, nobody shut out, nobody in two parts of one case."""

from datetime import timedelta

import pytest
from django.http import Http404

from cases.actions import access
from cases.choices import GrantLevel
from cases.models import Case, CaseGrant, Exclusion
from cases.selectors import visible_cases
from core.actors import SYSTEM
from core.audit.tables import AuditEvent
from core.errors import DomainError, Refused, SecondFactorNeeded
from core.organisations import User
from core.permissions import Role
from tests.factories import NOW, Cast, exclude, give_grant, give_role, make_case, make_part, signed_in


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case Hana manages."""
    with cast.inside():
        made = make_case(cast.lake)
        give_grant(made, cast.hana, GrantLevel.MANAGE)
        return made


def test_a_manager_assigns_an_investigator_who_then_finds_the_case(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        idris, hana = cast.actor(cast.idris), cast.actor(cast.hana)
        assert not visible_cases(idris, NOW).exists()
        access.assign(case, cast.idris, level=GrantLevel.INVESTIGATE, by=hana, now=NOW)
        assert visible_cases(idris, NOW).get() == case
        case.refresh_from_db()
        assert case.owner == cast.idris
        event = AuditEvent.objects.get(action="cases.granted")
        assert event.facts["user"] == {"id": str(cast.idris.pk)}


@pytest.mark.parametrize("name", ["idris", "noor", "amina", "rosa", "ada", "dan", "omar"])
def test_without_the_case_nobody_gives_access_to_it_whatever_their_role(cast: Cast, case: Case, name: str) -> None:
    user: User = getattr(cast, name)
    with cast.as_user(user), pytest.raises((Http404, Refused)):
        access.grant(case, cast.idris, level=GrantLevel.INVESTIGATE, by=cast.actor(user), now=NOW)


def test_somebody_shut_out_is_never_given_access_and_never_gives_any(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        hana = cast.actor(cast.hana)
        exclude(case, cast.idris)
        with pytest.raises(Refused):
            access.grant(case, cast.idris, level=GrantLevel.INVESTIGATE, by=hana, now=NOW)
        exclude(case, cast.hana)
        with pytest.raises(Http404):
            access.grant(case, cast.dana, level=GrantLevel.DECIDE, by=hana, now=NOW)


def test_nobody_gives_access_to_themselves(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana), pytest.raises(Refused):
        access.grant(case, cast.hana, level=GrantLevel.MANAGE, by=cast.actor(cast.hana), now=NOW)


def test_a_level_needs_its_role(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        hana = cast.actor(cast.hana)
        for user, level in (
            (cast.noor, GrantLevel.INVESTIGATE), (cast.ada, GrantLevel.READ), (cast.dan, GrantLevel.READ),
            (cast.idris, GrantLevel.DECIDE), (cast.nobody, GrantLevel.READ), (cast.sofia, GrantLevel.TRIAGE),
        ):  # fmt: skip
            with pytest.raises(Refused):
                access.grant(case, user, level=level, by=hana, now=NOW)


def test_an_old_second_factor_is_asked_for_again(cast: Cast, case: Case, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    with cast.as_user(cast.hana):
        stale = cast.actor(cast.hana, now=NOW - timedelta(minutes=16))
        with pytest.raises(SecondFactorNeeded):
            access.grant(case, cast.idris, level=GrantLevel.INVESTIGATE, by=stale, now=NOW)
        access.grant(case, cast.idris, level=GrantLevel.INVESTIGATE, by=cast.actor(cast.hana), now=NOW)


@pytest.mark.parametrize(
    ("first", "second"),
    [("investigate", "decide"), ("decide", "investigate"), ("support", "investigate"), ("investigate", "support")],
)
def test_nobody_is_two_of_investigator_supporter_and_decision_maker(
    cast: Cast, case: Case, first: str, second: str
) -> None:
    with cast.as_user(cast.hana):
        for role in ("support_officer", "decision_maker"):
            give_role(cast.members["idris"], role)
        hana = cast.actor(cast.hana)
        access.grant(case, cast.idris, level=first, by=hana, now=NOW)
        with pytest.raises(DomainError, match="Refused"):
            access.grant(case, cast.idris, level=second, by=hana, now=NOW)
        access.revoke(case, cast.idris, by=hana, now=NOW + timedelta(minutes=1))
        with pytest.raises(DomainError, match="Refused"):
            access.grant(case, cast.idris, level=second, by=hana, now=NOW + timedelta(minutes=2))
        assert cast.idris not in access.assignable(case, level=second, now=NOW)


def test_an_ended_grant_opens_nothing_and_frees_the_owner(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        hana = cast.actor(cast.hana)
        access.assign(case, cast.idris, level=GrantLevel.INVESTIGATE, by=hana, now=NOW)
        later = NOW + timedelta(minutes=1)
        assert access.revoke(case, cast.idris, by=hana, now=later)
        assert not visible_cases(cast.actor(cast.idris), later).exists()
        case.refresh_from_db()
        assert case.owner is None
        assert not access.revoke(case, cast.idris, by=hana, now=later)


def test_a_case_never_stays_with_nobody(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        give_grant(case, cast.rosa)
        CaseGrant.objects.filter(user=cast.hana).delete()
        with pytest.raises(Refused):
            access.revoke(case, cast.rosa, by=cast.actor(cast.rosa), now=NOW)


def test_declaring_a_conflict_shuts_oneself_out_and_the_case_is_routed_again(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        hana = cast.actor(cast.hana)
        assert access.exclude(case, cast.hana, why="declared", by=hana, now=NOW)
        assert not visible_cases(hana, NOW).exists()
        case.refresh_from_db()
        assert case.routed_at is None


def test_a_staff_link_shuts_out_the_person_and_the_accuseds_line_and_ends_their_access(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        give_grant(case, cast.kofi)
        give_grant(case, cast.lena, GrantLevel.LOGGED)
        subject = make_part(case, "subject")
        access.link_staff(subject, cast.kofi, by=cast.actor(cast.hana), now=NOW)
        shut = dict(Exclusion.objects.filter(case=case).values_list("user__email", "why"))
        assert shut == {cast.kofi.email: "accused", cast.omar.email: "line", cast.lena.email: "line"}
        for user in (cast.kofi, cast.lena):
            assert not access.in_force(case, user.pk, NOW + timedelta(seconds=1))


def test_a_new_supervisor_of_the_accused_is_shut_out_too(cast: Cast, case: Case) -> None:
    with cast.inside():
        make_part(case, "subject", staff_user=cast.idris)
        access.recompute(case, by=SYSTEM, now=NOW)
        assert not Exclusion.objects.filter(user=cast.ines).exists()
        member = cast.members["idris"]
        member.supervisor = cast.members["ines"]
        member.save()
        access.recompute_all(now=NOW)
        assert Exclusion.objects.get(case=case, user=cast.ines).why == "line"


def test_a_doubt_is_settled_by_a_person_and_only_a_doubt_can_be_lifted(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        hana = cast.actor(cast.hana)
        exclude(case, cast.idris, "doubt")
        exclude(case, cast.noor, "named")
        access.settle_doubt(case, cast.idris, same=False, by=hana, now=NOW)
        access.settle_doubt(case, cast.noor, same=False, by=hana, now=NOW)
        assert list(Exclusion.objects.values_list("user_id", flat=True)) == [cast.noor.pk]


def test_the_offered_names_leave_out_whoever_is_shut_out(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.hana):
        assert set(access.assignable(case, level=GrantLevel.TRIAGE, now=NOW)) == {
            cast.rosa, cast.ines, cast.kofi, cast.hana,
        }  # fmt: skip
        exclude(case, cast.kofi)
        assert cast.kofi not in access.assignable(case, level=GrantLevel.TRIAGE, now=NOW)


def test_a_reader_in_an_emergency_changes_nothing(cast: Cast, case: Case) -> None:
    with cast.as_user(cast.rosa):
        rest = {"break_glass": True, "granted_by": cast.dana, "ends_at": NOW + timedelta(hours=3)}
        give_grant(case, cast.rosa, GrantLevel.READ, **rest)
        with pytest.raises(Refused):
            access.grant(case, cast.idris, level=GrantLevel.INVESTIGATE, by=cast.actor(cast.rosa), now=NOW)


def test_access_given_on_the_page_has_an_end_and_the_page_proposes_one(cast: Cast, case: Case) -> None:
    with cast.inside():
        give_role(cast.members["omar"], Role.LEGAL_ADVISER)
    client = signed_in(cast.hana)
    page = f"/o/north/cases/{case.reference}/team/"
    assert f'value="{(NOW + timedelta(days=90)).year}"' in client.get(page).content.decode()
    who = {"who": f"{GrantLevel.ADVISE}:{cast.omar.mark}"}
    refused = client.post(f"{page}access/", who)
    assert refused.status_code == 422
    assert "Until" in refused.content.decode()
    day = (NOW + timedelta(days=10)).date()
    sent = {"ends_on_day": str(day.day), "ends_on_month": str(day.month), "ends_on_year": str(day.year)}
    assert client.post(f"{page}access/", who | sent).status_code == 302
    with cast.inside():
        grant = CaseGrant.objects.get(user=cast.omar)
        assert grant.starts_at <= grant.ends_at <= NOW + timedelta(days=11, hours=14)
