"""A new report reaches the intake officers the organisation named, and never somebody who must not know."""

import threading
from datetime import timedelta

import pytest

from cases.actions import routing
from cases.models import Case, CaseGrant, CaseTerms, Exclusion, IntakeRoute, Report
from cases.selectors import visible_cases
from core.audit.tables import AuditEvent
from core.errors import KeyUnavailable
from core.outbox import notify
from core.outbox.delivery import deliver
from core.outbox.models import Delivery, Notice
from core.outbox.registry import kind
from core.tenancy import signed_in_as
from tests.factories import NOW, Cast, give_grant, make_case, make_part, make_report


def new_case(cast: Cast, **rest: object) -> Case:
    return make_case(cast.lake, state="received", routed_at=None, **rest)


def shut_out(case: Case) -> dict[str, str]:
    return {row.user.name.split()[0].lower(): row.why for row in Exclusion.objects.filter(case=case)}


def has_it(case: Case) -> set[str]:
    return {grant.user.name.split()[0].lower() for grant in CaseGrant.objects.filter(content_object=case)}


def test_a_report_goes_to_the_first_step_and_to_nobody_else(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case)
        assert routing.route(case.pk, now=NOW) == [cast.rosa.pk]
        assert has_it(case) == {"rosa"}
        grant = CaseGrant.objects.get(content_object=case)
        assert (grant.level, set(grant.identities.split(","))) == (
            "triage", {"victim", "subject", "witness", "reporter"},
        )  # fmt: skip


def test_a_second_worker_changes_nothing(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case)
        first = routing.route(case.pk, now=NOW)
        events = AuditEvent.objects.filter(action="cases.routed").count()
        assert routing.route(case.pk, now=NOW + timedelta(minutes=1)) == first
        assert AuditEvent.objects.filter(action="cases.routed").count() == events == 1


@pytest.mark.parametrize("words", ["Rosa Test", "please not rosa test", "ROSA  TEST."])
def test_whoever_must_not_know_is_shut_out_and_the_next_step_gets_it(cast: Cast, words: str) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, must_not_know=words)
        assert routing.route(case.pk, now=NOW) == [cast.ines.pk]
        assert shut_out(case) == {"rosa": "named"}


def test_a_doubtful_name_sends_it_one_step_up_and_never_to_the_doubtful_person(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, must_not_know="Ines, I think")
        routing.route(case.pk, now=NOW)
        assert shut_out(case) == {"ines": "doubt"}
        assert has_it(case) == {"hana"}  # step 1 is left out, Ines stands on step 2


def test_a_doubt_about_somebody_who_is_not_on_the_route_still_goes_one_step_up(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, about_whom="Noor")
        assert routing.route(case.pk, now=NOW) == [cast.ines.pk]
        assert shut_out(case) == {"noor": "doubt"}


@pytest.mark.django_db(transaction=True)
def test_the_accused_and_their_direct_line_are_shut_out(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, subject="Kofi Test")
    with signed_in_as("worker"), cast.inside():
        routing.route(case.pk, now=NOW)
        assert shut_out(case) == {"kofi": "accused", "omar": "line", "lena": "line"}


@pytest.mark.django_db(transaction=True)
def test_a_report_against_oversight_takes_the_configured_route(cast: Cast) -> None:
    with cast.inside():
        cases = {name: new_case(cast) for name in ("kofi", "omar", "lena")}
        for name, case in cases.items():
            make_report(case, subject=f"{name.title()} Test")
    with signed_in_as("worker"), cast.inside():
        assert routing.route(cases["kofi"].pk, now=NOW) == [cast.hana.pk]  # an intake officer
        assert routing.route(cases["omar"].pk, now=NOW) == [cast.hana.pk]  # a head of office
        assert routing.route(cases["lena"].pk, now=NOW) == [cast.rosa.pk]  # a focal point


@pytest.mark.django_db(transaction=True)
def test_a_reporter_on_the_staff_list_is_shut_out_but_not_their_line(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, reporter="Lena Test")
    with signed_in_as("worker"), cast.inside():
        routing.route(case.pk, now=NOW)
        assert shut_out(case) == {"lena": "part"}


def test_an_office_that_must_not_know_is_shut_out_whole(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, must_not_know="nobody at the Lake office")
        routing.route(case.pk, now=NOW)
        assert set(shut_out(case)) == {"kofi", "lena", "omar", "amina", "noor"}
        assert has_it(case) == {"rosa"}


def test_an_office_where_everybody_works_who_could_get_it_still_gets_it(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, must_not_know="the headquarters")
        assert routing.route(case.pk, now=NOW) == [cast.rosa.pk]
        assert "rosa" not in shut_out(case)
        assert shut_out(case)["idris"] == "office"


def test_an_officer_of_the_office_concerned_is_passed_by_unless_named_for_that_office(cast: Cast) -> None:
    with cast.inside():
        IntakeRoute.objects.filter(user=cast.rosa).update(step=2)
        IntakeRoute.objects.create(user=cast.kofi, step=1)
        case = new_case(cast)
        make_report(case)
        assert cast.kofi.pk not in (routing.route(case.pk, now=NOW) or [])
        IntakeRoute.objects.create(user=cast.kofi, step=1, office=cast.lake)
        case = new_case(cast)
        make_report(case)
        assert routing.route(case.pk, now=NOW) == [cast.kofi.pk]


def test_somebody_away_is_passed_by(cast: Cast) -> None:
    with cast.inside():
        rosa = cast.members["rosa"]
        rosa.away_from, rosa.away_until = NOW - timedelta(days=1), NOW + timedelta(days=5)
        rosa.save()
        case = new_case(cast)
        make_report(case)
        assert routing.route(case.pk, now=NOW) == [cast.ines.pk]


def test_with_nobody_free_the_administrators_hear_and_open_nothing(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, must_not_know="Rosa Test, Ines Test, Hana Test")
        assert routing.route(case.pk, now=NOW) == []
        assert has_it(case) == set()
        assert AuditEvent.objects.filter(action="cases.unroutable", about=case.pk).exists()


def test_above_the_budget_of_an_hour_reports_are_set_aside_and_the_urgent_still_told(cast: Cast) -> None:
    with cast.inside():
        CaseTerms.objects.create(reports_an_hour=2)
        for _each in range(2):
            make_report(new_case(cast))
        third, urgent = new_case(cast), new_case(cast)
        make_report(third)
        make_report(urgent, safe_now="no")
        assert routing.route(third.pk, now=NOW) is None
        assert routing.route(urgent.pk, now=NOW) == [cast.rosa.pk]
        third.refresh_from_db()
        urgent.refresh_from_db()
        assert (third.many_at_once, third.priority) == (True, "normal")
        assert (urgent.many_at_once, urgent.priority, urgent.priority_reasons) == (True, "urgent", ["not_safe"])
        assert has_it(third) == {"rosa"}  # set aside, not lost


def test_within_the_budget_nothing_is_set_aside(cast: Cast) -> None:
    with cast.inside():
        CaseTerms.objects.create(reports_an_hour=2)
        make_report(new_case(cast, received_at=NOW - timedelta(hours=2)))
        make_report(new_case(cast))
        case = new_case(cast)
        make_report(case)
        routing.route(case.pk, now=NOW)
        case.refresh_from_db()
        assert not case.many_at_once


def test_a_report_that_cannot_be_opened_is_given_to_nobody_yet(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, must_not_know="Rosa Test")

        def gone(*_args: object) -> None:
            raise KeyUnavailable

        monkeypatch.setattr(Report, "unsealed", gone)
        with pytest.raises(KeyUnavailable):
            routing.route(case.pk, now=NOW)
        assert has_it(case) == set()


def test_a_member_of_staff_linked_before_routing_never_gets_it(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case)
        make_part(case, "subject", staff_user=cast.rosa)
        routing.route(case.pk, now=NOW)
        assert shut_out(case)["rosa"] == "accused"
        assert "rosa" not in has_it(case)


@pytest.mark.django_db(transaction=True)
def test_the_notice_says_no_more_than_a_new_report_and_reaches_only_the_recipients(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, subject="Kofi Test")
        notice = notify("cases.report_arrived", about=case.pk, reference=case.reference, now=NOW)
        assert not Notice.objects.filter(pk=notice.pk).exists()  # whoever writes a notice cannot read it back
    with signed_in_as("worker"):
        deliver(NOW)
        with cast.inside():
            told = Delivery.objects.filter(notice=notice)
            assert set(told.values_list("user_id", flat=True)) == {cast.hana.pk}
            declared = kind("cases.report_arrived")
            assert declared.text(notice) == "A new report"
            assert declared.may_know is not None
            assert not declared.may_know(notice, cast.kofi.pk, NOW)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_route_one_report_once(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case)
        notify("cases.report_arrived", about=case.pk, reference=case.reference, now=NOW)

    def work() -> None:
        with signed_in_as("worker"):
            deliver(NOW)

    workers = [threading.Thread(target=work) for _each in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with cast.inside():
        assert AuditEvent.objects.filter(action="cases.routed", about=case.pk).count() == 1
        assert CaseGrant.objects.filter(content_object=case).count() == 1
    with signed_in_as("worker"), cast.inside():
        assert Delivery.objects.filter(channel="inbox").count() == 1


def test_names_of_another_organisations_staff_mean_nothing_here(cast: Cast) -> None:
    with cast.inside():
        case = new_case(cast)
        make_report(case, must_not_know="Sofia Test")
        routing.route(case.pk, now=NOW)
        assert shut_out(case) == {}


def test_whoever_is_shut_out_finds_nothing_even_with_a_grant(cast: Cast) -> None:
    with cast.as_user(cast.kofi):
        case = new_case(cast)
        make_report(case, about_whom="Kofi Test")
        give_grant(case, cast.kofi)
        kofi = cast.actor(cast.kofi)
        assert visible_cases(kofi, NOW).exists()
        routing.route(case.pk, now=NOW)
        assert not visible_cases(kofi, NOW).exists()
