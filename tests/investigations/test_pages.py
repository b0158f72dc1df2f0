"""The pages of an investigation, by the people who use them and by those who must not."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import CaseGrant
from core.audit.tables import AuditEvent
from core.deadlines.models import Deadline
from investigations.models import DraftReport, Finding, Investigation, Measure, Plan, SubjectStep
from tests import inquiries
from tests.factories import NOW, Cast, exclude, give_grant, signed_in

pytestmark = pytest.mark.django_db


def base(scene: inquiries.Scene) -> str:
    return f"/o/north/cases/{scene.case.reference}/inquiry/"


def person(scene: inquiries.Scene) -> str:
    return f"{base(scene)}people/{scene.subject.code}/"


def pressed(client: Client, address: str, **data: str) -> str:
    """A form or a button is sent, and leads on; what stands on the page it leads to."""
    answer = client.post(address, data, follow=True)
    assert answer.redirect_chain, (address, answer.status_code, problems(answer.content.decode()))
    assert answer.status_code == 200
    return answer.content.decode()


def boxes(name: str, at: datetime) -> dict[str, str]:
    """A day as the three boxes of a form send it, in the organisation's own time."""
    day = timezone.localdate(at, ZoneInfo("Africa/Nairobi"))
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def problems(page: str) -> list[str]:
    return re.findall(r'class="correction"[^>]*>.*?<span>(.*?)</span>|<li>([^<]*)</li>', page, re.DOTALL)[:8]


def test_a_whole_life_through_the_pages(cast: Cast) -> None:
    """Assessed, assigned, declared, planned, approved, worked, found, written, reviewed, issued, decided, closed."""
    scene = inquiries.open_case(cast)
    hana, idris, dana, noor = (signed_in(user) for user in (cast.hana, cast.idris, cast.dana, cast.noor))
    at = base(scene)
    assert "Decide the assessment" in hana.get(at).content.decode()
    assert "90 days" in hana.get(at + "assess/").content.decode()
    pressed(
        hana, at + "assess/", in_mandate="yes", could_be_misconduct="yes", state="to_investigation", profile="un_180",
        reason="Ours, and serious.",
    )  # fmt: skip
    pressed(hana, at + "assign/", who=cast.idris.mark, lead="on")
    with cast.inside():
        inquiries.let_in(scene)
    assert "Before anything else" in idris.get(at).content.decode()
    pressed(idris, at + "declare/", conflict="none")
    page = pressed(
        idris, at + "plan/new/", hypotheses="What happened.", task_1="Hear the driver", **boxes("until_1", NOW)
    )
    assert "Plan 1 waits for approval" in page
    assert "Hear the driver" in hana.get(at + "plan/").content.decode()
    pressed(hana, at + "plan/decide/", answer="yes")
    assert "Under way" in pressed(idris, at + "move/start/")
    assert "Tick off" in idris.get(at + "plan/").content.decode()
    pressed(idris, at + "log/", kind="decision", what="Hear him first", why="He leaves soon")
    assert "Hear him first" in idris.get(at + "log/").content.decode()
    pressed(idris, person(scene) + "steps/", kind="notice")
    assert "no answer yet" in idris.get(person(scene)).content.decode()
    inquiries.answer_all(scene)
    assert noor.get(at).status_code == 404
    pressed(idris, person(scene) + "steps/", act="take", kind="notice")
    pressed(
        idris, person(scene) + "findings/", result_0="substantiated", standard_0="clear_and_convincing",
        reasoning_0="Two accounts agree.",
    )  # fmt: skip
    pressed(idris, at + "move/write/")
    pressed(idris, at + "report/write/", body="What was done and found.")
    assert "What was done and found" in hana.get(at + "report/").content.decode()
    pressed(hana, at + "report/review/", answer="yes")
    assert "Issue the report" in idris.get(at).content.decode()
    pressed(idris, at + "move/issue/")
    pressed(hana, at + "decision-maker/", who=cast.dana.mark)
    with cast.inside():
        inquiries.let_in(scene)
    page = dana.get(person(scene)).content.decode()
    assert "Awaiting a decision" in page
    pressed(dana, person(scene) + "steps/", kind="sanction")
    inquiries.answer_all(scene)
    pressed(
        dana, person(scene) + "decide/", outcome="sanction", measure_1="dismissal", reasons="Serious.",
        **boxes("starts_1", NOW),
    )  # fmt: skip
    with cast.inside():
        measure = Measure.objects.get()
    pressed(hana, f"{person(scene)}measures/{measure.reference}/", proof="Letter of today.", **boxes("on", NOW))
    assert "Carried out" in hana.get(person(scene)).content.decode()
    pressed(dana, person(scene) + "appeal/", act="filed")
    pressed(dana, person(scene) + "appeal/end/", outcome="upheld", words="Tribunal, no. 1.")
    pressed(hana, person(scene) + "screening/", cause="substantiated")
    with cast.inside():
        scene.case.refresh_from_db()
        assert (scene.case.state, scene.case.close_reason) == ("closed", "substantiated")
    page = hana.get(at).content.decode()
    assert "Substantiated" in page
    assert hana.get(at + "time/").status_code == 200


def test_what_is_refused_is_said_on_the_page_and_leaves_nothing(cast: Cast) -> None:
    scene = inquiries.assigned(cast)
    idris, hana, at = signed_in(cast.idris), signed_in(cast.hana), base(scene)
    answer = idris.post(at + "move/start/")
    assert answer.status_code == 422
    assert b"The plan must be approved first" in answer.content
    assert idris.post(at + "plan/new/", {"hypotheses": "x"}).status_code == 422
    answer = hana.post(at + "end/", {"result": "out_of_scope", "reason": " "})
    assert answer.status_code == 422
    assert idris.post(at + "move/explode/").status_code == 404
    assert hana.post(at + "plan/decide/", {"answer": "yes"}).status_code == 404, "there is no plan"
    with cast.inside():
        assert Investigation.objects.get().state == "planned"
        assert not Plan.objects.exists()


def test_names_and_words_stay_where_they_belong(cast: Cast) -> None:
    scene = inquiries.in_review(cast)
    at = base(scene)
    with cast.inside():
        give_grant(scene.case, cast.rosa, "triage")
    for user in (cast.rosa, cast.noor, cast.kofi, cast.sofia, cast.nobody, cast.ada):
        for tail in ("", "time/", "plan/", "report/", "log/", f"people/{scene.subject.code}/"):
            assert signed_in(user).get(at + tail).status_code == 404, (user.email, tail)
    assert b"A fictional report" not in signed_in(cast.idris).get(at).content
    assert b"A fictional report" in signed_in(cast.hana).get(at + "report/").content
    with cast.inside():
        assert AuditEvent.objects.filter(action="investigations.read", actor=cast.hana.pk).exists()


def test_whoever_is_shut_out_finds_neither_page_nor_board(cast: Cast) -> None:
    scene = inquiries.running(cast)
    idris = signed_in(cast.idris)
    assert scene.case.reference in idris.get("/o/north/investigations/").content.decode()
    with cast.inside():
        exclude(scene.case, cast.idris)
    assert idris.get(base(scene)).status_code == 404
    assert idris.post(base(scene) + "log/", {"kind": "other", "what": "x"}).status_code == 404
    assert scene.case.reference not in idris.get("/o/north/investigations/").content.decode()
    assert scene.case.reference not in idris.get("/o/north/").content.decode()


def test_a_grant_that_ended_shows_no_investigation_any_more(cast: Cast) -> None:
    scene = inquiries.running(cast)
    with cast.inside():
        CaseGrant.objects.filter(user=cast.idris).update(ends_at=NOW)
    assert signed_in(cast.idris).get(base(scene)).status_code == 404
    assert scene.case.reference not in signed_in(cast.idris).get("/o/north/investigations/").content.decode()


def test_a_person_of_another_case_is_not_found_here(cast: Cast) -> None:
    scene, other = inquiries.running(cast), inquiries.running(cast)
    idris = signed_in(cast.idris)
    for tail in ("", "findings/", "left/"):
        assert idris.get(f"{base(scene)}people/{other.subject.code}/{tail}").status_code == 404
    assert idris.get(f"{base(scene)}people/{scene.victim.code}/findings/").status_code == 404
    assert idris.get(f"{base(scene)}people/{scene.victim.code}/").status_code == 200


def test_no_row_key_stands_on_a_page(cast: Cast) -> None:
    scene = inquiries.sanctioned(cast)
    with cast.inside():
        keys = {
            str(row.pk)
            for table in (Investigation, Finding, DraftReport, Plan, SubjectStep, Measure)
            for row in table.objects.all()
        } | {str(scene.case.pk), str(scene.subject.pk), str(scene.victim.pk)}
    for tail in ("", "time/", "plan/", "report/", "log/", f"people/{scene.subject.code}/"):
        page = signed_in(cast.idris).get(base(scene) + tail).content.decode()
        assert [key for key in keys if key in page] == [], tail


def test_the_board_and_the_page_take_the_same_few_queries_however_much_there_is(cast: Cast) -> None:
    hana, board, page = signed_in(cast.hana), [], []
    for _each in range(3):
        scene = inquiries.running(cast)
        with CaptureQueriesContext(connection) as made:
            hana.get("/o/north/investigations/")
        board.append(len(made))
        with CaptureQueriesContext(connection) as made:
            hana.get(base(scene))
        page.append(len(made))
    assert board[1] == board[2] <= 30
    assert page[1] == page[2] <= 50


def test_the_picture_is_mirrored_and_says_the_same_in_arabic(cast: Cast) -> None:
    scene = inquiries.in_review(cast)
    with cast.inside():
        Investigation.objects.update(opened_at=NOW - timedelta(days=40))
    left = signed_in(cast.idris).get(base(scene) + "time/").content.decode()
    cast.idris.language = "ar"
    cast.idris.save(update_fields=["language"])
    right = signed_in(cast.idris).get(base(scene) + "time/", headers={"accept-language": "ar"}).content.decode()
    assert 'dir="rtl"' in right
    places = [
        re.findall(r'<rect class="plan" x="([\d.]+)"[^>]*width="([\d.]+)" height="16"', page) for page in (left, right)
    ]
    assert len(places[0]) == len(places[1]) >= 5
    for (x, width), (mirrored, same) in zip(*places, strict=True):
        assert abs(float(x) + float(width) + float(mirrored) - 940) < 0.3
        assert width == same


def test_a_late_investigation_is_said_to_be_late_in_words(cast: Cast) -> None:
    inquiries.running(cast)
    with cast.inside():
        Deadline.objects.filter(kind="investigation.total_un").update(
            started_at=NOW - timedelta(days=200), due_at=NOW - timedelta(days=20)
        )
    page = signed_in(cast.hana).get("/o/north/investigations/").content.decode()
    assert "1 investigation is late" in page


def test_whoever_only_has_the_case_learns_no_finding_and_no_measure_from_its_page(cast: Cast) -> None:
    """A focal point or an intake officer sees where the case stands, never what was found on the way or decided."""
    scene = inquiries.sanctioned(cast, kinds=("dismissal",))
    with cast.inside():
        give_grant(scene.case, cast.rosa, "triage")
        give_grant(scene.case, cast.amina, "logged")
    for user in (cast.rosa, cast.amina):
        page = signed_in(user).get(f"/o/north/cases/{scene.case.reference}/").content.decode()
        for word in ("finding", "Dismissal", "sanction", "withdrew", "conflict of interest"):
            assert word not in page, word


def test_pausing_and_ending_pages_do_what_they_say(cast: Cast) -> None:
    scene = inquiries.running(cast)
    idris, hana, at = signed_in(cast.idris), signed_in(cast.hana), base(scene)
    page = pressed(idris, at + "pause/", reason="witness", **boxes("review_on", NOW + timedelta(days=8)))
    assert "Everything runs as before" in page
    assert "Decide about the pause" in hana.get(at).content.decode()
    pressed(hana, at + "pause/decide/", answer="yes")
    page = idris.get(at).content.decode()
    assert "A person needed for it cannot be reached" in page
    assert "stands still" in page
    pressed(hana, at + "move/resume/")
    assert hana.post(at + "pause/decide/", {"answer": "yes"}).status_code == 422
    pressed(hana, at + "end/", result="jurisdiction_elsewhere", reason="The national police have it.")
    with cast.inside():
        scene.case.refresh_from_db()
        assert (scene.case.state, scene.case.close_reason) == ("closed", "jurisdiction_elsewhere")


def test_a_handed_over_investigation_is_followed_elsewhere(cast: Cast) -> None:
    scene = inquiries.running(cast)
    pressed(signed_in(cast.hana), base(scene) + "hand-over/", reason="The oversight office takes it.")
    with cast.inside():
        scene.case.refresh_from_db()
        assert scene.case.state == "monitored_external"
    assert "Handed over to another body" in signed_in(cast.idris).get(base(scene)).content.decode()


def test_leaving_withdrawing_and_an_unanswered_step_on_their_pages(cast: Cast) -> None:
    scene = inquiries.running(cast)
    idris, hana = signed_in(cast.idris), signed_in(cast.hana)
    victim = f"{base(scene)}people/{scene.victim.code}/"
    page = pressed(idris, person(scene) + "left/", kind="resigned", **boxes("on", NOW))
    assert "Resigned or retired" in page
    assert "Left before the end" in page
    pressed(idris, person(scene) + "steps/", kind="notice")
    assert "Go on without an answer" in hana.get(person(scene)).content.decode()
    assert idris.get(person(scene) + "steps/notice/allow/").status_code == 404
    pressed(hana, person(scene) + "steps/notice/allow/", because="Evidence is being destroyed.")
    assert "It was done" in idris.get(person(scene)).content.decode()
    assert "Check for pressure" not in pressed(idris, victim + "withdraw/")
    assert "Check for pressure" in hana.get(victim).content.decode()
    pressed(hana, victim + "withdrawal/", pressure="none_seen", goes_on="yes", words="I asked alone.")
    assert "went on without this person" in hana.get(victim).content.decode()
    with cast.inside():
        assert Investigation.objects.get().state == "running"


def test_a_case_without_an_investigation_leads_every_tab_to_the_page_that_says_so(cast: Cast) -> None:
    scene = inquiries.open_case(cast)
    hana = signed_in(cast.hana)
    assert "Not opened yet" in hana.get(base(scene)).content.decode()
    for tail in ("time/", "log/"):
        answer = hana.get(base(scene) + tail)
        assert (answer.status_code, answer["location"]) == (302, base(scene))
    assert hana.get(base(scene) + "plan/").status_code == 404
