"""What frightened, unlucky and hostile visitors meet: nothing is lost, nothing breaks, the way out is always there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cases.actions import reveal
from cases.choices import GrantLevel, Part
from cases.models import Case, HelpContact, Participant, Report
from core.errors import Refused
from tests.factories import EVERYBODY, NOW, Cast, give_grant
from tests.public.conftest import STORY, Visitor

Send = Callable[..., tuple[Visitor, str]]
FORM = "application/x-www-form-urlencoded"


def test_a_browser_that_keeps_no_cookie_is_told_why_it_cannot_go_on(visitor: Visitor) -> None:
    answer = visitor.client.post(visitor.base)
    visitor.client.cookies.clear()
    page = visitor.client.get(answer["Location"]).content.decode()
    assert "This browser does not let us go on" in page
    assert 'href="/report/north/help/"' in page


def test_a_right_number_in_a_browser_that_keeps_no_cookie_is_answered_the_same(sent: Send) -> None:
    _first, code = sent()
    visitor = Visitor()
    answer = visitor.come_back(code)
    visitor.client.cookies.clear()
    assert "This browser does not let us go on" in visitor.client.get(answer["Location"]).content.decode()


def test_the_page_that_looks_for_the_cookie_leads_on_to_what_is_open(sent: Send) -> None:
    visitor, code = sent()
    assert visitor.get("check/")["Location"] == "/report/north/p/1/"
    assert visitor.get("p/1/")["Location"] == "/report/north/note/"
    again = Visitor()
    again.come_back(code)
    assert again.get("check/")["Location"] == "/report/north/box/"


@pytest.mark.parametrize("button", ["", "later"])
def test_a_text_that_is_too_long_is_shown_again_and_never_thrown_away(visitor: Visitor, button: str) -> None:
    visitor.tell()
    answer = visitor.answer("account", account="z" * 20_001, **({button: "1"} if button else {}))
    assert answer.status_code == 422
    assert "z" * 20_001 in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u202eturned\u202c \u2066and apart\u2069", None),
        ("four bytes: \U0001f622 \U00010348", None),
        ("in any script: ሰላም, 你好, سلام, नमस्ते", None),
        ("<script>alert(1)</script> {{ 7 }} {% debug %}", None),
        ("pasted\x00 with \x07what\x1b cannot be seen", "pasted with what cannot be seen"),
    ],
)
def test_whatever_can_be_typed_or_pasted_arrives_as_it_was(
    visitor: Visitor, cast: Cast, typed: str, kept: str | None
) -> None:
    visitor.tell(account={"account": typed}).send()
    with cast.inside():
        assert Report.objects.get().unsealed("account") == (kept or typed)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (bytes(range(256)) * 12, FORM),
        (b"account=%ED%A0%80%FF%FE&page=%00", FORM),
        (b"account=" + b"y" * 3_000_000, FORM),
        (b"&".join(b"a%d=1" % number for number in range(1500)), FORM),
        (b"--x\r\nhalf a part", "multipart/form-data; boundary=x"),
        (b"--x\r\nhalf a part", "multipart/form-data"),
        (b'{"account": "x"}', "application/json"),
        (b"account=x", f"{FORM}; charset=utf-7"),
    ],
)
def test_a_body_nobody_can_read_is_answered_with_the_way_out_and_costs_nobody_a_draft(
    visitor: Visitor, body: bytes, kind: str
) -> None:
    visitor.tell(account={"account": STORY})
    answer = visitor.client.post(f"{visitor.base}p/6/", body, content_type=kind)
    assert answer.status_code < 500
    assert 'class="leave" href="/report/north/leave/"' in answer.content.decode()
    assert STORY in visitor.get("p/end/").content.decode()


@pytest.mark.parametrize("path", ["nowhere/", "p/99/", "p/0/", "p/6/%00"])
def test_an_address_that_leads_nowhere_has_the_way_out_and_only_the_languages_of_the_form(
    visitor: Visitor, path: str
) -> None:
    page = visitor.get(path).content.decode()
    assert 'class="leave" href="/report/north/leave/"' in page
    assert 'hreflang="ar"' in page
    assert 'hreflang="fr"' not in page


def test_an_organisation_that_is_not_there_has_a_way_out_too(cast: Cast) -> None:
    assert 'class="leave"' in Client().get("/report/nowhere/").content.decode()


@pytest.mark.parametrize("step", ["today_or_yesterday", "three_days", "five_days", "longer", "not_sure"])
def test_whoever_says_when_is_told_where_to_get_care_before_the_next_question(
    visitor: Visitor, cast: Cast, step: str
) -> None:
    with cast.inside():
        HelpContact.objects.create(
            country="KE", kind="medical", name="A clinic", how="0800 000 102", checked_on=NOW.date(),
            expires_on=timezone.now().date() + timedelta(days=30),
        )  # fmt: skip
    visitor.tell(account={"account": STORY})
    told = visitor.answer("when", last_time=step)
    page = visitor.client.get(told["Location"]).content.decode()
    assert "Where you can get care" in page
    assert "A clinic" in page
    assert ("some medicines work only in the first days" in page) is (step not in ("longer", "not_sure"))


def test_whoever_skips_when_goes_on_to_the_next_question(visitor: Visitor) -> None:
    visitor.tell(account={"account": STORY})
    page = visitor.client.get(visitor.answer("when", skip="1")["Location"]).content.decode()
    assert "Who did it?" in page


@pytest.mark.parametrize(("whom", "own"), [("self", True), ("other", False)])
def test_somebody_under_eighteen_is_told_at_once_what_happens_and_that_no_parent_hears_of_it_first(
    visitor: Visitor, whom: str, own: bool
) -> None:
    visitor.tell(whom={"for_whom": whom})
    page = visitor.client.get(visitor.answer("age", child="yes")["Location"]).content.decode()
    assert "We do not tell parents, family or carers, before we know that this is safe." in page
    assert ("What happened is not your fault" in page) is own


@pytest.mark.parametrize(
    ("mode", "consents", "before", "after"),
    [("confidential", [], False, True), ("confidential", ["investigation"], True, True), ("named", [], True, True)],
)
def test_intake_and_support_know_a_reporter_and_investigators_only_with_a_yes_that_may_come_later(
    sent: Send, cast: Cast, mode: str, consents: list[str], before: bool, after: bool
) -> None:
    _visitor, code = sent(
        whom={"for_whom": "self"}, mode={"mode": mode}, consents={"consents": consents},
        contact={"name": "Fictional Reporter", "contact": "PRIVATE-LINE", "safe_way": ""},
    )  # fmt: skip
    assert known(cast, GrantLevel.TRIAGE, GrantLevel.SUPPORT) == ["PRIVATE-LINE"] * 4
    assert known(cast, GrantLevel.INVESTIGATE) == (["no channel"] * 2 if before else ["refused"] * 2)
    later = Visitor()
    later.come_back(code)
    later.post("box/allow/", allow="investigation")
    assert known(cast, GrantLevel.INVESTIGATE) == (["no channel"] * 2 if after else ["refused"] * 2)
    later.post("box/allow/", withdraw="investigation")
    assert known(cast, GrantLevel.INVESTIGATE) == ["refused"] * 2


def known(cast: Cast, *levels: str) -> list[str]:
    """What each kind of work learns of the reporter in each of her parts: her channel, the name alone, or nothing."""
    people = {
        GrantLevel.TRIAGE: (cast.rosa, "triage"),
        GrantLevel.SUPPORT: (cast.noor, "contact"),
        GrantLevel.INVESTIGATE: (cast.idris, "interview"),
    }
    found = []
    for level in levels:
        user, purpose = people[GrantLevel(level)]
        with cast.as_user(user):
            case = Case.objects.get()
            if not case.grants.filter(user=user).exists():
                give_grant(case, user, level, identities=EVERYBODY)
            for part in Participant.objects.filter(part__in=(Part.REPORTER, Part.VICTIM)).order_by("part"):
                try:
                    told = reveal.identity(part, case=case, purpose=purpose, by=cast.actor(user), now=NOW)
                except Refused:
                    found.append("refused")
                else:
                    assert told["name"] == "Fictional Reporter"
                    found.append(told["contact"] or "no channel")
    return found
