"""The pages of logging, triage and access as a browser gets them; and what somebody shut out sees of them: nothing."""

import re
from datetime import timedelta
from html import unescape

import pytest

from cases.actions import triage
from cases.choices import GrantLevel, Part
from cases.models import Case, CaseGrant, Exclusion, LoggedDraft, Mailbox, Report, SupportRequest, TriageDraft
from core import deadlines
from core.encryption import receipts
from tests.factories import NOW, Cast, exclude, give_grant, hidden, make_case, make_part, make_report, signed_in

LOG = {
    "once": "page-1", "safe_now": "no", "account": "Fictional words.", "for_whom": "self", "language": "en",
    "channel": "focal_point", "act": "send", "keep_name": "not_asked", "share_name": "not_asked",
    "want_support": "not_asked",
}  # fmt: skip
LAST = NOW + timedelta(days=30)
ENDS = {"ends_on_day": str(LAST.day), "ends_on_month": str(LAST.month), "ends_on_year": str(LAST.year)}


@pytest.fixture
def case(cast: Cast) -> Case:
    """A new report Rosa has for triage."""
    with cast.inside():
        made = make_case(cast.lake, state="received")
        make_report(made, place="At the fictional gate", about_whom="the one with the list")
        give_grant(made, cast.rosa, identities="victim,subject,witness,reporter")
        deadlines.start("intake.triage", subject=made.pk, reference=made.reference, at=NOW)
        return made


def text(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


# --- log a complaint -------------------------------------------------------------------------------------------------


def test_a_focal_point_logs_a_complaint_and_is_shown_the_number_once(cast: Cast) -> None:
    amina = signed_in(cast.amina)
    page = amina.get("/o/north/cases/log/")
    assert page.status_code == 200
    assert "While you listen" in text(page)
    sent = amina.post("/o/north/cases/log/", {**LOG, "receipt": "on"})
    assert sent.status_code == 200
    heard = re.search(r'<p class="hear">([\d ,]+)</p>', text(sent))
    assert heard
    code = re.sub(r"\D", "", heard.group(1))
    assert receipts.parse(code) == code
    again = amina.post("/o/north/cases/log/", {**LOG, "receipt": "on"}, follow=True)
    assert code not in re.sub(r"\D", "", text(again))
    assert code not in str(dict(amina.session.items()))
    with cast.inside():
        assert Report.objects.count() == 1
        assert Mailbox.objects.get().handed_over


def test_what_is_missing_is_listed_and_what_was_written_stays(cast: Cast) -> None:
    amina = signed_in(cast.amina)
    answer = amina.post("/o/north/cases/log/", {**LOG, "safe_now": "", "account": "", "place": "The fictional gate"})
    assert answer.status_code == 422
    assert "Say whether the person is safe now" in text(answer)
    assert "One line is enough" in text(answer)
    assert "The fictional gate" in text(answer)
    with cast.inside():
        assert not Case.objects.exists()


def test_a_draft_comes_back_to_its_writer_alone(cast: Cast) -> None:
    amina = signed_in(cast.amina)
    kept = amina.post("/o/north/cases/log/", {**LOG, "act": "draft", "safe_now": "", "account": "Half a sen"})
    with cast.as_user(cast.amina):
        mark = LoggedDraft.objects.get().mark
    assert kept.headers["Location"] == f"/o/north/cases/log/{mark}/"
    back = amina.get(kept.headers["Location"])
    assert "Half a sen" in text(back)
    assert "problem" not in text(back).split("<main")[1].split("</main>")[0]
    for other in (cast.lena, cast.rosa, cast.hana):
        assert signed_in(other).get(kept.headers["Location"]).status_code == 404
    sent = amina.post(kept.headers["Location"], LOG)
    assert sent.status_code == 302
    with cast.as_user(cast.amina):
        assert not LoggedDraft.objects.exists()


def test_support_is_asked_for_from_the_page_before_anything_is_sent(cast: Cast) -> None:
    amina = signed_in(cast.amina)
    answer = amina.post("/o/north/cases/log/", {**LOG, "act": "support", "account": ""}, follow=True)
    assert "Victim support was asked" in text(answer)
    with cast.inside():
        assert SupportRequest.objects.get().case is None
        assert not Case.objects.exists()


def test_a_day_that_has_not_come_is_refused(cast: Cast) -> None:
    day = NOW + timedelta(days=3)
    dates = {"told_on_day": str(day.day), "told_on_month": str(day.month), "told_on_year": str(day.year)}
    answer = signed_in(cast.amina).post("/o/north/cases/log/", {**LOG, **dates})
    assert answer.status_code == 422
    assert "This day has not come yet" in text(answer)


@pytest.mark.parametrize("name", ["idris", "ada", "dan", "omar", "nobody", "sofia"])
def test_to_everybody_else_the_page_does_not_exist(cast: Cast, name: str) -> None:
    assert signed_in(getattr(cast, name)).get("/o/north/cases/log/").status_code == 404


# --- triage ----------------------------------------------------------------------------------------------------------


def test_rosa_triages_on_one_page(cast: Cast, case: Case) -> None:
    rosa, url = signed_in(cast.rosa), f"/o/north/cases/{case.reference}/triage/"
    page = rosa.get(url)
    assert page.status_code == 200
    assert "Fictional account." in text(page)
    assert "the one with the list" in text(page)
    with cast.inside():
        case.refresh_from_db()
        assert case.state == "received"  # looking changes nothing
    noted = {"act": "safety", "safe": "no", "ask_support": "on", **hidden(page)}
    assert rosa.post(url, noted).status_code == 302
    drafted = {
        "act": "draft",
        **hidden(rosa.get(url)),
        "standing": "community",
        "personnel": "partner_staff",
        "stream": "sea",
    }
    assert rosa.post(url, drafted).status_code == 302
    page = rosa.get(url)
    assert "This points to sexual exploitation" in text(page)
    assert "the person does not feel safe" in text(page)
    with cast.inside():
        case.refresh_from_db()
        assert TriageDraft.objects.count() == 1
        assert SupportRequest.objects.get().source == "triage"
    decided = {
        **drafted, "act": "decide", "kinds": ["se_aid_condition"], "decision": "open", "reason": "Enough to go on.",
        **hidden(page),
    }  # fmt: skip
    assert rosa.post(url, decided).headers["Location"] == f"/o/north/cases/{case.reference}/"
    with cast.inside():
        case.refresh_from_db()
        assert (case.state, case.stream, case.owner) == ("in_assessment", "sea", cast.rosa)
    assert rosa.get(url).status_code == 302  # triage is over


def test_deciding_before_safety_says_so_and_keeps_what_was_written(cast: Cast, case: Case) -> None:
    answer = signed_in(cast.rosa).post(
        f"/o/north/cases/{case.reference}/triage/",
        {"act": "decide", "decision": "open", "kinds": ["sa_rape"], "stream": "sea", "reason": "Words I wrote.",
         "version": "1"},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "First say whether the person is safe" in text(answer)
    assert "Words I wrote." in text(answer)
    with cast.inside():
        case.refresh_from_db()
        assert case.state == "received"  # nothing of a refused page is kept


def test_a_doubtful_person_is_settled_on_the_page(cast: Cast, case: Case) -> None:
    with cast.inside():
        exclude(case, cast.noor, "doubt")
        exclude(case, cast.kofi, "doubt")
    rosa, url = signed_in(cast.rosa), f"/o/north/cases/{case.reference}/triage/"
    assert "Is one of these people meant?" in text(rosa.get(url))
    rosa.post(url, {"act": "same:0"})
    rosa.post(url, {"act": "other:0"})
    with cast.inside():
        shut = dict(Exclusion.objects.filter(case=case).values_list("user__email", "why"))
        assert shut[cast.kofi.email] == "accused"
        assert cast.noor.email not in shut
    assert "Is one of these people meant?" not in text(rosa.get(url))


def test_a_case_that_looks_alike_is_suggested(cast: Cast, case: Case) -> None:
    with cast.inside():
        other = make_case(cast.lake, state="in_assessment")
        make_report(other, place="at the fictional gate")
        give_grant(other, cast.rosa)
    assert other.reference in text(signed_in(cast.rosa).get(f"/o/north/cases/{case.reference}/triage/"))


@pytest.mark.parametrize("name", ["kofi", "amina", "idris", "hana", "ada", "noor", "sofia", "nobody"])
def test_without_a_grant_the_triage_page_does_not_exist(cast: Cast, case: Case, name: str) -> None:
    browser = signed_in(getattr(cast, name))
    for url in (f"/o/north/cases/{case.reference}/triage/", f"/o/north/cases/{case.reference}/team/"):
        assert browser.get(url).status_code == 404
        assert browser.post(url, {"act": "safety", "safe": "yes"}).status_code == 404


# --- team and access -------------------------------------------------------------------------------------------------


def test_hana_assigns_gives_ends_and_shuts_out(cast: Cast, case: Case) -> None:
    with cast.inside():
        give_grant(case, cast.hana, GrantLevel.MANAGE)
    hana, url = signed_in(cast.hana), f"/o/north/cases/{case.reference}/team/"
    assert hana.get(url).status_code == 200
    mark = {name: member.user.mark for name, member in cast.members.items()}
    version = hidden(hana.get(url))
    assert hana.post(f"{url}assign/", {"who": f"investigate:{mark['idris']}", **version}).status_code == 302
    assert hana.post(f"{url}access/", {"who": f"decide:{mark['dana']}", **ENDS}).status_code == 302
    assert hana.post(f"{url}shut-out/", {"who": mark["kofi"], "why": "declared"}).status_code == 302
    with cast.inside():
        case.refresh_from_db()
        assert case.owner == cast.idris
        levels = dict(CaseGrant.objects.values_list("user__email", "level"))
        assert levels[cast.dana.email] == "decide"
        assert Exclusion.objects.filter(case=case, user=cast.kofi).exists()
    assert hana.post(f"{url}end/", {"who": mark["dana"]}).status_code == 302
    assert signed_in(cast.dana).get(f"/o/north/cases/{case.reference}/").status_code == 404


def test_a_person_who_is_not_offered_is_refused(cast: Cast, case: Case) -> None:
    with cast.inside():
        give_grant(case, cast.hana, GrantLevel.MANAGE)
        exclude(case, cast.idris)
    hana, url = signed_in(cast.hana), f"/o/north/cases/{case.reference}/team/"
    assert cast.idris.name not in text(hana.get(url)).split('id="assign"')[1].split("</section>")[0]
    marks = [cast.members[name].user.mark for name in ("idris", "noor", "hana")]
    for who in (f"investigate:{marks[0]}", f"investigate:{marks[1]}", f"manage:{marks[2]}", "x"):
        assert hana.post(f"{url}assign/", {"who": who, "version": "1"}).status_code in (403, 422)
    with cast.inside():
        assert set(CaseGrant.objects.values_list("user__email", flat=True)) == {cast.rosa.email, cast.hana.email}


# --- silence ---------------------------------------------------------------------------------------------------------

TOKEN = re.compile(
    rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|name="once" value="[^"]+"|value="[0-9a-f]{32}"'
)


def test_to_somebody_shut_out_every_page_is_the_same_with_and_without_the_case(cast: Cast) -> None:
    with cast.inside():
        own = make_case(cast.lake)
        make_report(own, place="At the fictional gate")
        give_grant(own, cast.kofi, identities="victim,subject")
    kofi = signed_in(cast.kofi)
    pages = ("/o/north/", "/o/north/cases/", f"/o/north/cases/{own.reference}/triage/", "/o/north/cases/log/")

    def seen(reference: str) -> list[bytes]:
        more = (f"/o/north/cases/?q={reference}", f"/o/north/cases/{reference}/", f"/o/north/cases/{reference}/triage/")
        found = []
        for page in (*pages, *more):
            answer = kofi.get(page)
            body = answer.content.replace(reference.encode(), b"REFERENCE")
            found.append(str(answer.status_code).encode() + TOKEN.sub(b"", body))
        return found

    without = seen("ZZZZ-ZZZZ")
    with cast.inside():
        hidden = make_case(cast.lake)
        make_report(hidden, place="At the fictional gate", about_whom="Kofi Test")
        make_part(hidden, Part.SUBJECT, staff_user=cast.kofi)
        give_grant(hidden, cast.kofi, identities="victim,subject")  # even with a grant
        deadlines.start("intake.triage", subject=hidden.pk, reference=hidden.reference, at=NOW)
        exclude(hidden, cast.kofi)
    assert seen(hidden.reference) == without
    joined = {"act": "decide", "decision": "duplicate", "reason": "x", "stream": "sea", "version": "2"}
    with cast.as_user(cast.kofi):
        triage.check_safety(own, safe="yes", ask_support=False, by=cast.actor(cast.kofi), now=NOW)
    url = f"/o/north/cases/{own.reference}/triage/"
    real = kofi.post(url, {**joined, "into": hidden.reference})
    made_up = kofi.post(url, {**joined, "into": "ZZZZ-ZZZZ"})
    assert real.status_code == made_up.status_code == 422
    assert TOKEN.sub(b"", real.content.replace(hidden.reference.encode(), b"REFERENCE")) == TOKEN.sub(
        b"", made_up.content.replace(b"ZZZZ-ZZZZ", b"REFERENCE")
    )
