"""Two people at one case: the second is shown what the first one changed, and keeps what they wrote."""

from html import unescape

import pytest

from cases.actions import triage
from cases.choices import GrantLevel
from cases.models import Case
from core import deadlines
from core.encryption import keys
from tests.factories import EVERYBODY, NOW, Cast, give_grant, hidden, make_case, make_report, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case in triage that Rosa and Ines have, and Hana manages."""
    with cast.as_user(cast.rosa):
        deadlines.give_defaults()
        made = make_case(cast.lake, owner=cast.rosa, manager=cast.hana)
        make_report(made)
        for user, level in ((cast.rosa, "triage"), (cast.ines, "triage"), (cast.hana, GrantLevel.MANAGE)):
            give_grant(made, user, level, identities=EVERYBODY)
        deadlines.start("intake.triage", subject=made.pk, reference=made.reference, at=NOW)
        triage.check_safety(made, safe="yes", ask_support=False, by=cast.actor(cast.rosa), now=NOW)
        return made


def page(case: Case, tail: str) -> str:
    return f"/o/north/cases/{case.reference}/{tail}"


def text(response: object) -> str:
    return unescape(response.content.decode())  # type: ignore[attr-defined]


DECIDED = {
    "act": "decide", "stream": "sea", "standing": "community", "kinds": ["sa_rape"], "decision": "open",
    "reason": "Words of the second writer.",
}  # fmt: skip


def test_who_decides_second_sees_what_changed_keeps_the_words_and_may_then_send_them(cast: Cast, case: Case) -> None:
    rosa, ines = signed_in(cast.rosa), signed_in(cast.ines)
    opened = hidden(ines.get(page(case, "triage/")))
    first = {**DECIDED, "decision": "information", "reason": "First.", **hidden(rosa.get(page(case, "triage/")))}
    assert rosa.post(page(case, "triage/"), first).status_code == 302
    second = ines.post(page(case, "triage/"), {**DECIDED, **opened})
    assert second.status_code == 409
    assert "Someone else changed this meanwhile" in text(second)
    for before, after in (("Triage", "Kept as information"), ("Not yet known", "Sexual exploitation or abuse")):
        assert f">{after}</ins>" in text(second)
        assert f">{before}</span>" in text(second)
    assert "Words of the second writer." in text(second), "what was written stands there as it was left"
    with cast.inside():
        case.refresh_from_db()
        assert case.state == "info_only"
    assert ines.post(page(case, "triage/"), {**DECIDED, **hidden(second)}).status_code == 302
    with cast.inside():
        case.refresh_from_db()
        assert case.state == "in_assessment"


def test_a_draft_somebody_else_kept_meanwhile_is_shown_before_it_is_replaced(cast: Cast, case: Case) -> None:
    rosa, ines = signed_in(cast.rosa), signed_in(cast.ines)
    opened = hidden(ines.get(page(case, "triage/")))
    draft = {"act": "draft", "stream": "sea", "kinds": ["sa_rape"], "reason": "Draft of the first."}
    assert rosa.post(page(case, "triage/"), {**draft, **hidden(rosa.get(page(case, "triage/")))}).status_code == 302
    mine = {**draft, "kinds": ["sa_assault"], "reason": "Draft of the second."}
    second = ines.post(page(case, "triage/"), {**mine, **opened})
    assert second.status_code == 409
    assert ">Draft of the first.</ins>" in text(second)
    assert ">Rape, also attempted</ins>" in text(second), "in words, not in codes"
    assert "Draft of the second.</textarea>" in text(second)
    with cast.as_user(cast.rosa):
        assert triage.draft_of(case, by=cast.actor(cast.rosa))[1]["reason"] == ["Draft of the first."]
    assert ines.post(page(case, "triage/"), {**mine, **hidden(second)}).status_code == 302
    with cast.as_user(cast.rosa):
        assert triage.draft_of(case, by=cast.actor(cast.rosa))[1]["reason"] == ["Draft of the second."]


def test_two_new_reports_pages_at_once_give_it_to_the_first(cast: Cast, case: Case) -> None:
    with cast.inside():
        Case.objects.filter(pk=case.pk).update(state="received", owner=None)
    rosa, ines = signed_in(cast.rosa), signed_in(cast.ines)
    opened = hidden(ines.get(page(case, "triage/")))
    assert (
        rosa.post(page(case, "triage/"), {"act": "draft", **hidden(rosa.get(page(case, "triage/")))}).status_code == 302
    )
    second = ines.post(page(case, "triage/"), {"act": "draft", "reason": "Mine.", **opened})
    assert second.status_code == 409
    assert f">{cast.rosa.name}</ins>" in text(second), "whose it is now"
    with cast.inside():
        case.refresh_from_db()
        assert case.owner == cast.rosa


@pytest.mark.parametrize(
    ("tail", "words", "decision", "stands"),
    [
        (
            "close/", {"why": "insufficient_information", "reason": "Too little to go on."}, "information",
            "Kept as information",
        ),
        ("team/assign/", {"who": "IDRIS"}, "open", "Preliminary assessment"),
    ],
)  # fmt: skip
def test_no_form_of_a_case_overwrites_what_changed_since_it_was_opened(
    cast: Cast, case: Case, tail: str, words: dict[str, str], decision: str, stands: str
) -> None:
    hana, rosa = signed_in(cast.hana), signed_in(cast.rosa)
    opened = hidden(hana.get(page(case, "team/" if "team" in tail else tail)))
    sent = {**words, **({"who": f"investigate:{cast.idris.mark}"} if "who" in words else {})}
    first = {**DECIDED, "decision": decision, **hidden(rosa.get(page(case, "triage/")))}
    assert rosa.post(page(case, "triage/"), first).status_code == 302
    with cast.inside():
        keys.current(case.pk)
        before = Case.objects.values("state", "owner", "version").get(pk=case.pk)
    refused = hana.post(page(case, tail), {**sent, **opened})
    assert refused.status_code == 409
    assert f">{stands}</ins>" in text(refused)
    for value in sent.values():
        assert value in text(refused)
    with cast.inside():
        assert Case.objects.values("state", "owner", "version").get(pk=case.pk) == before
    assert hana.post(page(case, tail), {**sent, **hidden(refused)}).status_code == 302


def test_a_case_offered_meanwhile_is_not_offered_from_an_old_page(cast: Cast, case: Case) -> None:
    rosa = signed_in(cast.rosa)
    opened = hidden(rosa.get(page(case, "hand-over/")))
    with cast.inside():
        Case.objects.filter(pk=case.pk).update(category=1, version=case.version + 5)
    sent = {"to": cast.members["ines"].reference}
    assert rosa.post(page(case, "hand-over/"), {**sent, **opened}).status_code == 409
