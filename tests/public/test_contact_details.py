"""Somebody who stays unknown is asked once, gently, about a number or an address in their words."""

import pytest

from cases.models import Report
from cases.public.contact_details import given_away
from tests.factories import Cast
from tests.public.conftest import STORY, Visitor

pytestmark = pytest.mark.django_db
QUESTION = "You chose to stay unknown"


@pytest.mark.parametrize(
    "words",
    [
        "Call me at 000 000 0001", "+254 700 000 000", "(000) 000-0000 please", "my mail is someone@mail.example",
        "رقمي ٠٧٠٠٠٠٠٠٠١", "reach 0700.000.000", "me at 07 00 00 00 01 after dark",
    ],
)  # fmt: skip
def test_what_looks_like_a_way_to_reach_somebody_is_noticed(words: str) -> None:
    assert given_away({"mode": "anonymous", "account": words})
    assert given_away({"mode": "anonymous", "account": "x", "wishes_words": words})
    assert not given_away({"mode": "named", "account": words})
    assert not given_away({"account": words})


@pytest.mark.parametrize(
    "words",
    [
        "", "It was on 24.12.2026 and again on 2026-12-31.", "At 14:30, in room 12, of 3 people 2 left.",
        "He gave me 25000 and later 1 000 000.", "on 05/11/2026 06/11/2026 07/11/2026", "write to me @ the market",
    ],
)  # fmt: skip
def test_days_hours_and_sums_are_no_numbers_to_call(words: str) -> None:
    assert not given_away({"mode": "anonymous", "account": words})


def test_the_question_is_asked_before_sending_and_refuses_nothing(visitor: Visitor, cast: Cast) -> None:
    visitor.tell(account={"account": f"{STORY} 0700 000 0001"}, mode={"mode": "anonymous"})
    page = visitor.get("p/end/").content.decode()
    assert QUESTION in page
    assert "/p/6/" in page
    visitor.send()
    with cast.inside():
        assert Report.objects.count() == 1


@pytest.mark.parametrize(("story", "mode"), [(STORY, "anonymous"), (f"{STORY} 0700 000 0001", "confidential")])
def test_whoever_gave_nothing_away_or_wants_to_be_reached_is_not_asked(
    visitor: Visitor, cast: Cast, story: str, mode: str
) -> None:
    visitor.tell(account={"account": story}, mode={"mode": mode})
    assert QUESTION not in visitor.get("p/end/").content.decode()
