"""Reports, cases, clocks and offices over the API: what goes in, what comes out, and what never does."""

import json

import pytest

from cases.models import Case, Mailbox, Report
from core import deadlines
from core.deadlines.models import Deadline
from core.organisations import Office
from core.tokens.tables import Answered
from tests.factories import NOW, exclude, give_grant, make_case, make_named, make_report

pytestmark = pytest.mark.django_db

TOLD = {"account": "He asked for something before he gave the card.", "safe_now": "yes"}


def test_a_report_becomes_a_case_with_its_clocks_and_its_number_is_given_once(cast, caller):
    amina = caller(cast.amina)
    answer = amina.post("reports/", TOLD | {"receipt": True, "channel": "hotline_phone", "office": cast.lake.reference})
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert len(body["receipt"].replace(" ", "")) == 20
    with cast.inside():
        report = Report.objects.select_related("case").get()
        assert (report.case.reference, report.channel) == (body["reference"], "hotline_phone")
        assert report.case.office == cast.lake
        assert Deadline.objects.filter(subject=report.case_id).exists()
        assert Mailbox.objects.get(report=report).state != "closed"
    again = amina.post("reports/", TOLD | {"receipt": True, "channel": "hotline_phone", "office": cast.lake.reference})
    assert again.status_code == 200
    assert again.json() == {"reference": body["reference"], "receipt": None, "answer_by": None}
    with cast.inside():
        assert Report.objects.count() == 1


def test_another_report_under_the_same_key_is_refused_and_not_lost_silently(cast, caller):
    amina = caller(cast.amina)
    amina.post("reports/", TOLD)
    answer = amina.post("reports/", TOLD | {"account": "Something else."})
    assert answer.status_code == 422
    assert "key" in answer.json()["detail"]
    assert amina.post("reports/", TOLD | {"account": "Something else."}, key="key-0002").status_code == 201


def test_two_people_may_use_the_same_key(cast, caller):
    assert caller(cast.amina).post("reports/", TOLD).status_code == 201
    assert caller(cast.lena).post("reports/", TOLD | {"account": "Another one."}).status_code == 201


def test_what_is_refused_leaves_nothing_and_may_be_sent_again_under_its_key(cast, caller):
    amina = caller(cast.amina)
    assert amina.post("reports/", TOLD | {"told_on": "2999-01-01"}).status_code == 422
    with cast.inside():
        assert not Case.objects.exists()
        assert not Answered.objects.exists()
    assert amina.post("reports/", TOLD).status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "account"),
        ({"account": " "}, 422, "account"),
        (TOLD | {"safe_now": "perhaps"}, 422, "safe_now"),
        (TOLD | {"office": "ZZZZ-ZZZZ"}, 422, "office"),
        (TOLD | {"name": "Fictional Person"}, 422, "name"),
        (TOLD | {"incident_from": "2026-02-02", "incident_until": "2026-02-01"}, 422, "incident_until"),
        (TOLD | {"wishes": ["money"]}, 422, "wishes.0"),
        (TOLD | {"account": "null \0 letter"}, 422, "account"),
        ([], 422, "non_field_errors"),
        ("{", 400, None),
    ],
)
def test_bad_input_is_a_problem_that_names_the_field(cast, caller, body, status, field):
    answer = caller(cast.amina).post("reports/", body)
    found = answer.json()
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert (found["status"], found["type"]) == (status, "about:blank")
    assert field is None or field in found["errors"], found


@pytest.mark.parametrize("key", [None, "short", "x" * 65, "with blank"])
def test_a_report_needs_a_key_of_its_own(cast, caller, key):
    assert caller(cast.amina).post("reports/", TOLD, key=key).status_code == 400


def test_whoever_may_not_log_complaints_finds_no_such_address(cast, caller):
    assert caller(cast.idris).post("reports/", TOLD).status_code == 404
    with cast.inside():
        assert not Report.objects.exists()


def test_other_methods_and_other_formats_are_problems_too(cast, caller):
    amina = caller(cast.amina)
    assert amina.get("reports/").status_code == 405
    other = amina.post("reports/", "account=x", content_type="application/x-www-form-urlencoded")
    assert other.status_code == 415
    assert amina.get("no-such-thing/").status_code == 404
    assert {other.headers["Content-Type"], amina.get("no-such-thing/").headers["Content-Type"]} == {
        "application/problem+json"
    }


def test_a_fault_of_ours_is_a_problem_without_details_and_leaves_nothing(cast, caller, monkeypatch):
    def fails(*args, **kwargs):
        Office.objects.create(name="Left behind")
        raise RuntimeError("secret words")

    monkeypatch.setattr("cases.api.calls.filtered", fails)
    answer = caller(cast.hana).get("cases/")
    assert answer.status_code == 500
    assert answer.json()["status"] == 500
    assert "secret" not in answer.content.decode()
    with cast.inside():
        assert not Office.objects.filter(name="Left behind").exists()


# --- reading ------------------------------------------------------------------------------------------------------


@pytest.fixture
def written(cast):
    """A case of Hana's with names in it, and one she is shut out of."""
    with cast.as_user(cast.hana):
        case = make_case(cast.lake, manager=cast.hana, owner=cast.idris)
        other = make_case(cast.lake)
        for each in (case, other):
            give_grant(each, cast.hana, "manage", identities="victim,subject,reporter,witness")
            deadlines.start("intake.triage", subject=each.pk, reference=each.reference, at=NOW)
        exclude(other, cast.hana)
        make_report(case, account="Planted account of what happened.")
        make_named(case, "victim", "Planted Survivor Name")
        make_named(case, "subject", "Planted Subject Name")
    return case, other


def test_lists_and_cases_hold_codes_and_no_sealed_field_and_no_key(cast, caller, written):
    case, other = written
    hana = caller(cast.hana)
    answers = [hana.get("cases/"), hana.get(f"cases/{case.reference}/"), hana.get("deadlines/"), hana.get("offices/")]
    assert [answer.status_code for answer in answers] == [200] * 4
    text = "".join(answer.content.decode() for answer in answers)
    assert case.reference in text
    assert "Planted" not in text
    assert str(case.pk) not in text
    assert str(NOW.astimezone().isoformat())[:19] not in answers[0].content.decode(), "the moment of a report is a day"
    one = answers[1].json()
    assert (one["reports"], one["affected"]) == (1, 1)
    assert {person["part"] for person in one["people"]} == {"victim", "subject"}
    assert one["office"] == cast.lake.reference


def test_a_case_one_is_shut_out_of_is_in_no_list_and_answers_like_one_that_is_not_there(cast, caller, written):
    _case, other = written
    hana = caller(cast.hana)
    assert other.reference not in hana.get("cases/").content.decode() + hana.get("deadlines/").content.decode()
    there, nowhere = hana.get(f"cases/{other.reference}/"), hana.get("cases/ZZZZ-ZZZZ/")
    assert (there.status_code, there.content) == (nowhere.status_code, nowhere.content)
    assert hana.get("deadlines/", case=other.reference).json()["results"] == []


def test_the_other_organisations_token_sees_nothing_of_this_one(cast, caller, written):
    case, _other = written
    sofia = caller(cast.sofia)
    assert sofia.get("cases/").json() == {"next": None, "results": []}
    assert sofia.get("deadlines/").json() == {"next": None, "results": []}
    assert sofia.get(f"cases/{case.reference}/").status_code == 404
    assert [office["name"] for office in sofia.get("offices/").json()["results"]] == ["Coast"]


def test_pages_follow_each_other_without_a_gap_and_their_cursors_say_nothing(cast, caller):
    with cast.as_user(cast.hana):
        made = [make_case(cast.lake) for _number in range(7)]  # all received in the same moment
        for case in made:
            give_grant(case, cast.hana, "manage")
    hana = caller(cast.hana)
    seen, cursor = [], None
    while True:
        page = hana.get("cases/", limit=3, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["reference"] for row in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
        assert str(made[0].pk)[:8] not in cursor
        assert caller(cast.idris).get("cases/", cursor=cursor).status_code == 422, "of somebody else’s list"
        assert hana.get("deadlines/", cursor=cursor).status_code == 422, "of another list"
    assert sorted(seen) == sorted(case.reference for case in made)
    assert hana.get("cases/", cursor="x").status_code == 422
    assert hana.get("cases/", limit=0).status_code == 422


def test_filters_narrow_and_unknown_values_are_said(cast, caller, written):
    case, _other = written
    hana = caller(cast.hana)
    assert [row["reference"] for row in hana.get("cases/", state="triage").json()["results"]] == [case.reference]
    assert hana.get("cases/", state="closed").json()["results"] == []
    assert hana.get("cases/", whose="mine").json()["results"] == []
    assert hana.get("cases/", state="somewhere").status_code == 422
    clocks = hana.get("deadlines/", case=case.reference, state="open").json()["results"]
    assert [(row["case"], row["kind"], row["missed"]) for row in clocks] == [(case.reference, "intake.triage", False)]


def test_a_list_takes_the_same_statements_for_one_row_and_for_many(cast, caller, django_assert_max_num_queries):
    hana = caller(cast.hana)
    with cast.as_user(cast.hana):
        for _number in range(20):
            give_grant(make_case(cast.lake), cast.hana, "manage")
    with django_assert_max_num_queries(25):
        assert len(json.loads(hana.get("cases/").content)["results"]) == 20
