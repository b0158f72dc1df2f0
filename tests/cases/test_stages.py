"""What follows triage: followed elsewhere; each state entered by an action and by nothing else."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import Http404

from cases.actions import stages
from cases.choices import CaseState, CloseReason, GrantLevel, Part
from cases.models import Case
from cases.states import CASE
from core import deadlines
from core.encryption import keys
from core.errors import DomainError, Refused
from tests.factories import NOW, Cast, give_grant, hidden, make_case, make_part, signed_in

pytestmark = pytest.mark.django_db
FIRST = {CaseState.RECEIVED, CaseState.TRIAGE, CaseState.INFO_ONLY, CaseState.REFERRED_OUT}


def having(cast: Cast, state: str) -> Case:
    with cast.inside():
        deadlines.give_defaults()
        made = make_case(cast.lake, state=state, manager=cast.hana, owner=cast.hana)
        keys.create(made.pk)
        give_grant(made, cast.hana, GrantLevel.MANAGE)
        make_part(made, Part.VICTIM)
        return made


def test_a_referred_case_is_followed_from_its_page_with_a_reason(cast: Cast) -> None:
    case = having(cast, CaseState.REFERRED_OUT)
    hana, address = signed_in(cast.hana), f"/o/north/cases/{case.reference}/follow/"
    assert "Follow it there" in hana.get(f"/o/north/cases/{case.reference}/").content.decode()
    opened = hidden(hana.get(address))
    assert hana.post(address, opened).status_code == 422
    assert hana.post(address, {"reason": "They acknowledged it.", **opened}).status_code == 302
    with cast.inside():
        assert Case.objects.get(pk=case.pk).state == CaseState.MONITORED_EXTERNAL
    assert hana.post(address, {"reason": "Again.", **hidden(hana.get(address))}).status_code == 403


def test_following_starts_from_a_referral_and_is_for_whoever_has_the_case(cast: Cast) -> None:
    case = having(cast, CaseState.TRIAGE)
    with cast.as_user(cast.hana), pytest.raises(Refused):
        stages.follow(case, reason="x", by=cast.actor(cast.hana), now=NOW)
    with cast.as_user(cast.rosa), pytest.raises(Http404):
        stages.follow(case, reason="x", by=cast.actor(cast.rosa), now=NOW)
    with cast.inside():
        assert Case.objects.get(pk=case.pk).state == CaseState.TRIAGE


def test_following_needs_a_reason(cast: Cast) -> None:
    case = having(cast, CaseState.REFERRED_OUT)
    with cast.as_user(cast.hana), pytest.raises(DomainError):
        stages.follow(case, reason=" ", by=cast.actor(cast.hana), now=NOW)


def test_every_state_but_the_first_is_the_end_of_a_move_and_moves_are_made_by_actions_alone() -> None:
    assert {move.target for move in CASE.moves.values()} == set(CaseState.values) - {CaseState.RECEIVED}
    for path in Path(settings.BASE_DIR).glob("*/**/*.py"):
        if path.parts[-3:-1] != ("cases", "actions") and "tests" not in path.parts and ".venv" not in path.parts:
            assert not re.search(r"\bCASE\.apply\(", path.read_text()), path


def test_reasons_to_close_are_those_of_the_field_and_that_somebody_left_or_died_is_none() -> None:
    assert set(CloseReason.values) == {
        "substantiated", "unsubstantiated", "no_case", "insufficient_information", "perpetrator_unidentified",
        "victim_withdrew", "jurisdiction_elsewhere", "out_of_scope", "duplicate",
    }  # fmt: skip
