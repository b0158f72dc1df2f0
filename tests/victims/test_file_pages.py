"""The pages of a support file: what they show, what they never show, and who gets nothing from any of them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.actions import telling
from core.audit.tables import AuditEvent
from core.permissions import Role
from tests.factories import NOW, make_membership, make_user, signed_in
from tests.victims.conftest import Side
from tests.victims.test_support_desk import asked_case
from tests.victims.test_support_desk import page as request_page
from victims.actions import alarms, planning
from victims.clinical_rules import Bounds
from victims.models import Need, Referral, SupportFile

pytestmark = pytest.mark.django_db
INSIDE = (
    "", "contact/", "about/", "when/", "hand-over/", "needs/", "risk/", "safety/", "goals/", "tasks/", "close/",
    "consents/", "refer/", "package/", "package/ZZZZ-ZZZZ/",
)  # fmt: skip


BUTTONS = (
    "reveal/", "plan/submit/", "plan/revise/", "reopen/", "missing/", "needs/ZZZZ-ZZZZ/", "goals/ZZZZ-ZZZZ/",
    "tasks/ZZZZ-ZZZZ/", "referrals/ZZZZ-ZZZZ/", "consents/ZZZZ-ZZZZ/take-back/",
    "package/ZZZZ-ZZZZ/cost/", "package/ZZZZ-ZZZZ/end/",
)  # fmt: skip


def page(file: SupportFile, tail: str = "") -> str:
    return f"/o/north/support/files/{file.reference}/{tail}"


def test_nobody_else_of_any_role_gets_a_page_of_a_file_by_looking_or_by_sending(side: Side) -> None:
    file, cast = side.file(name="Fictional Survivor"), side.cast
    strangers = {"mary": side.mary, "musa": side.musa, "sofia": cast.sofia, "nobody": cast.nobody}
    with cast.inside():
        for role in Role.values:
            if role != Role.SUPPORT_OFFICER:
                strangers[role] = make_user(f"Any {role}".replace("_", " "))
                make_membership(strangers[role], cast.hq, role)
    for name, user in strangers.items():
        client = signed_in(user)
        for tail in INSIDE:
            assert client.get(page(file, tail)).status_code == 404, (name, tail)
        for tail in BUTTONS:
            assert client.post(page(file, tail), {"purpose": "safety", "state": "met"}).status_code == 404, (name, tail)
        assert client.post(page(file, "contact/"), {"how": "x"}).status_code == 404, name
    with cast.inside():
        assert SupportFile.objects.get().state == "new"


def test_a_refused_look_at_a_file_is_on_record(side: Side) -> None:
    file, idris = side.file(), side.cast.idris
    signed_in(idris).get(page(file))
    with side.cast.inside():
        assert AuditEvent.objects.filter(action="core.page_refused", actor=idris.pk).exists()


def test_a_name_is_shown_once_for_a_reason_and_stands_in_no_list(side: Side) -> None:
    file, noor = side.file(name="Fictional Survivor", contact="000 000"), signed_in(side.cast.noor)
    for address in (page(file), "/o/north/support/files/", "/o/north/support/"):
        assert b"Fictional Survivor" not in noor.get(address).content
    assert b"Fictional Survivor" not in noor.post(page(file, "reveal/"), {"purpose": ""}).content
    assert b"Fictional Survivor" in noor.post(page(file, "reveal/"), {"purpose": "safety"}).content
    with side.cast.inside():
        event = AuditEvent.objects.get(action="victims.identity_revealed")
        assert (event.purpose, event.actor, event.reference) == ("safety", side.cast.noor.pk, file.reference)


def test_the_page_of_a_file_says_nothing_of_a_case(side: Side) -> None:
    file = side.file()
    text = signed_in(side.cast.noor).get(page(file)).content.decode()
    for word in ("investigat", "allegation", "accused", "finding"):
        assert word not in text.lower(), word


def test_what_is_written_on_the_pages_is_there_again(side: Side) -> None:
    file, noor = side.file(), signed_in(side.cast.noor)
    sent = {"how": "Fictional place", "code_word": "Sunflower"}
    assert noor.post(page(file, "contact/"), sent).status_code == 302
    assert b"Sunflower" in noor.get(page(file, "contact/")).content
    assert noor.post(page(file, "contact/"), {"who": "x"}).status_code == 422, "without a way there is no plan"
    about = {"sex": "woman", "age_band": "6-11", "displacement": "idp", "disability": "no", "language": "ar"}
    assert noor.get(page(file, "child/")).status_code == 404, "not for an adult or somebody of unknown age"
    assert noor.post(page(file, "about/"), about).status_code == 302
    assert b"This is a child" in noor.get(page(file)).content
    assert noor.post(page(file, "child/"), {"best_interest": "", "assent": "yes"}).status_code == 422
    assert noor.post(page(file, "child/"), {"best_interest": "Fictional.", "assent": "yes"}).status_code == 302
    assert noor.post(page(file, "safety/"), {"concern": "Fictional fear."}).status_code == 302
    assert b"Fictional fear." in noor.get(page(file, "safety/")).content
    assert b"Fictional fear." not in noor.get(page(file)).content


def test_needs_goals_and_tasks_are_settled_from_the_page_of_the_file(side: Side) -> None:
    file, noor = side.file(), signed_in(side.cast.noor)
    assert noor.post(page(file, "needs/"), {"service": "medical", "words": "Fictional need."}).status_code == 302
    assert noor.post(page(file, "needs/"), {"service": "medical", "words": ""}).status_code == 422
    with side.cast.inside():
        need = Need.objects.get()
    assert b"Fictional need." in noor.get(page(file)).content
    assert noor.post(page(file, f"needs/{need.reference}/"), {"state": "met"}).status_code == 302
    assert noor.post(page(file, f"needs/{need.reference}/"), {"state": "odd"}).status_code == 422
    assert noor.post(page(file, "needs/ZZZZ-ZZZZ/"), {"state": "met"}).status_code == 404
    assert noor.get(page(file, f"needs/{need.reference}/")).status_code == 302, "a button leads back to its page"
    with side.cast.inside():
        assert Need.objects.get().state == "met"


def test_a_row_of_another_file_is_not_reached_through_ones_own(side: Side) -> None:
    own, other = side.file(), side.file(by=side.mary)
    with side.cast.as_user(side.mary):
        need = planning.note_need(other, service="legal", words="", by=side.actor(side.mary), now=NOW)
    answer = signed_in(side.cast.noor).post(page(own, f"needs/{need.reference}/"), {"state": "met"})
    assert answer.status_code == 404


def test_care_is_counted_from_a_day_or_an_hour_and_never_from_the_future(side: Side) -> None:
    file, noor = side.file(), signed_in(side.cast.noor)
    yesterday, tomorrow = (NOW - timedelta(days=1)).date(), (NOW + timedelta(days=3)).date()

    def day(when, **rest):
        return {**{f"day_{part}": getattr(when, part) for part in ("day", "month", "year")}, **rest}

    assert noor.post(page(file, "when/"), {}).status_code == 422
    assert noor.post(page(file, "when/"), day(tomorrow)).status_code == 422
    assert noor.post(page(file, "when/"), day(yesterday)).status_code == 302
    assert "The moment is not known" in noor.get(page(file)).content.decode()
    assert noor.post(page(file, "when/"), day(yesterday, at="09:15")).status_code == 302
    text = noor.get(page(file)).content.decode()
    assert "The moment is not known" not in text
    assert "Medicine against HIV" in text


def test_the_call_page_shows_care_and_no_case_and_takes_what_became_of_it(side: Side) -> None:
    file, noor = side.file(), signed_in(side.cast.noor)
    with side.cast.as_user(side.cast.noor):
        at = NOW - timedelta(hours=1)
        alarm = alarms.from_file(file, Bounds(at, at), by=side.actor(side.cast.noor), now=NOW)
    address = f"/o/north/support/calls/{alarm.reference}/"
    assert b"Emergency contraception" in noor.get(address).content
    assert noor.post(f"{address}care/contraception/", {"state": "too_late"}).status_code == 422
    assert noor.post(f"{address}care/contraception/", {"state": "declined"}).status_code == 302
    assert noor.post(f"{address}care/nothing/", {"state": "met"}).status_code == 404
    for other in (side.mary, side.musa, side.cast.hana, side.cast.ada):
        assert signed_in(other).get(address).status_code == 404, other.email


def test_a_supervisor_decides_without_a_name_and_without_the_way_to_her(side: Side) -> None:
    file = side.file(name="Fictional Survivor")
    with side.cast.as_user(side.cast.noor):
        by = side.actor(side.cast.noor)
        planning.judge_risk(file, risk="high", words="Fictional reason.", by=by, now=NOW)
        planning.set_goal(file, service="legal", words="Fictional goal.", by=by, now=NOW)
        planning.submit(file, by=by, now=NOW)
    musa = signed_in(side.musa)
    assert file.reference in musa.get("/o/north/support/").content.decode()
    text = musa.get(page(file, "decide/")).content.decode()
    assert "Fictional goal." in text
    assert "Fictional reason." in text
    assert "Fictional Survivor" not in text
    assert musa.get(page(file)).status_code == 404, "to decide is not to support"
    assert musa.get(page(file, "contact/")).status_code == 404
    assert musa.post(page(file, "decide/"), {"decision": "return"}).status_code == 422, "say what has to change"
    assert musa.post(page(file, "decide/"), {"decision": "approve"}).status_code == 302
    assert musa.get(page(file, "decide/")).status_code == 404, "decided is decided"


def test_a_referral_without_consent_is_refused_by_the_page_and_offered_no_provider(side: Side) -> None:
    file, clinic, noor = side.file(), side.provider(), signed_in(side.cast.noor)
    sent = {"provider": clinic.reference, "service": "medical", "shared": "Fictional."}
    assert noor.post(page(file, "refer/"), sent).status_code == 422
    agreed = {"provider": clinic.reference, "method": "mark", "language": "en"}
    assert noor.post(page(file, "consents/"), agreed).status_code == 302
    assert noor.post(page(file, "refer/"), sent).status_code == 302
    assert noor.post(page(file, f"consents/{clinic.reference}/take-back/")).status_code == 302
    with side.cast.inside():
        assert Referral.objects.get().state == "withdrawn"


def test_a_provider_of_another_country_is_not_offered(side: Side) -> None:
    file, abroad = side.file(), side.provider(name="Fictional abroad", country="SO")
    noor = signed_in(side.cast.noor)
    assert abroad.reference not in noor.get(page(file, "consents/")).content.decode()


def test_a_file_is_handed_over_and_stood_in_for_on_their_pages(side: Side) -> None:
    file, noor = side.file(), signed_in(side.cast.noor)
    assert noor.post(page(file, "hand-over/"), {"to": side.cast.members["idris"].reference}).status_code == 422
    assert noor.post(page(file, "hand-over/"), {"to": side.cast.members["mary"].reference}).status_code == 302
    assert noor.get(page(file)).status_code == 404
    assert signed_in(side.mary).get(page(file)).status_code == 200
    assert file.reference in signed_in(side.musa).get("/o/north/support/files/all/").content.decode()


def test_services_missing_are_for_those_who_close_gaps_and_show_no_small_number(side: Side) -> None:
    file, noor = side.file(), signed_in(side.cast.noor)
    assert noor.post(page(file, "missing/"), {"service": "legal"}).status_code == 302
    text = noor.get("/o/north/support/missing/").content.decode()
    assert "fewer than 5" in text
    assert signed_in(side.cast.idris).get("/o/north/support/missing/").status_code == 404
    with side.cast.inside():
        make_membership(vera := make_user("Vera"), side.cast.hq, Role.VICTIMS_RIGHTS_OFFICER)
    assert signed_in(vera).get("/o/north/support/missing/").status_code == 200
    assert signed_in(vera).get("/o/north/support/files/").status_code == 404


def test_that_nobody_is_to_contact_her_is_said_before_anything_is_sent_also_to_officers_without_a_grant(
    side: Side,
) -> None:
    case, _part, request = asked_case(side.cast)
    noor, mary = signed_in(side.cast.noor), signed_in(side.mary)
    assert b"Nobody is to contact this person" not in mary.get(request_page(request)).content
    noor.post(f"{request_page(request)}take/")
    noor.post(f"{request_page(request)}file/")
    with side.cast.inside():
        file = SupportFile.objects.get()
    assert noor.post(page(file, "contact/"), {"do_not_contact": "on"}).status_code == 302
    with side.cast.as_user(side.cast.hana):
        due = telling.due_for_all(case, change="triaged", by=side.actor(side.cast.hana), now=NOW)[0]
    for client in (noor, mary):
        assert b"Nobody is to contact this person" in client.get(f"/o/north/support/tell/{due.mark}/").content


def test_lists_take_the_same_few_queries_however_long_they_are(side: Side) -> None:
    noor, counts = signed_in(side.cast.noor), []
    for _each in range(3):
        side.file()
        with CaptureQueriesContext(connection) as made:
            noor.get("/o/north/support/files/")
        counts.append(len(made))
    assert counts[1] == counts[2] <= 20


def test_a_request_one_took_becomes_a_file(side: Side) -> None:
    _case, part, request = asked_case(side.cast)
    noor = signed_in(side.cast.noor)
    assert noor.post(f"{request_page(request)}file/").status_code == 404, "take it first"
    noor.post(f"{request_page(request)}take/")
    answer = noor.post(f"{request_page(request)}file/")
    assert answer.status_code == 302
    with side.cast.inside():
        file = SupportFile.objects.get()
        assert (file.person_id, file.source) == (part.person_id, "request")
        assert answer.url == page(file)
