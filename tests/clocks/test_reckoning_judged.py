"""The command against a judge written from the rule alone, who looks at every stretch of every day."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

NAMES = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SLICE = timedelta(minutes=15)  # since 1972 every zone is off by a multiple of it, and changes at one
SECOND = timedelta(seconds=1)
PLACES = [  # (zone, a moment close to where its clocks or its dates jump)
    ("UTC", "2026-02-27T12:00:00Z"),
    ("Asia/Kathmandu", "2026-11-20T18:15:00Z"),
    ("Pacific/Apia", "2011-12-29T10:00:00Z"),  # there was no 30 December
    ("Pacific/Kwajalein", "1993-08-20T12:00:00Z"),
    ("Europe/Zurich", "2026-03-29T01:00:00Z"),
    ("Africa/Cairo", "2026-04-23T22:00:00Z"),  # the day begins at one
    ("Africa/Cairo", "2026-10-29T21:00:00Z"),  # 23:00 to 24:00 comes twice
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z"),
    ("America/Havana", "2026-11-01T05:00:00Z"),
    ("America/Nuuk", "2026-03-29T01:00:00Z"),  # 23:00 to 24:00 does not come
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),  # half an hour
    ("America/St_Johns", "2006-10-29T02:31:00Z"),  # at one minute past midnight
]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def judged(question: dict[str, Any]) -> str:
    pauses = [(moment(first), moment(last)) for first, last in question["pauses"]]
    start, amount = moment(question["start"]), question["amount"]
    if question["unit"] == "hours":
        at, left = start, timedelta(hours=amount) // SECOND
        while left:
            left -= not any(first <= at < last for first, last in pauses)
            at += SECOND * 1
        return stamp(at)
    zone = ZoneInfo(question["zone"])
    off = {date.fromisoformat(text) for text in question["holidays"]}

    def works(day: date) -> bool:
        return NAMES[day.weekday()] not in question["weekend"] and day not in off

    days, paused = [], set()
    at = datetime(start.year, start.month, start.day, tzinfo=UTC) - timedelta(days=2)
    while len(days) < 90:
        minute = timedelta(minutes=1)
        day, last_of_it = at.astimezone(zone).date(), (at + SLICE - SECOND).astimezone(zone).date()
        pieces = [(at, SLICE)] if day == last_of_it else [(at + minute * n, minute) for n in range(15)]
        for piece, length in pieces:
            day = piece.astimezone(zone).date()
            if day not in days:
                days.append(day)
            if any(first < last and first < piece + length and piece < last for first, last in pauses):
                paused.add(day)
        at += SLICE
    event = start.astimezone(zone).date()
    counted = [day for day in sorted(days) if day > event and day not in paused]
    if question["unit"] == "working_days":
        counted = [day for day in counted if works(day)]
    due = [event, *counted][amount]
    if question["roll"] and question["unit"] == "calendar_days" and not works(due):
        due = next(day for day in counted if day > due and works(day))
    return stamp(datetime(due.year, due.month, due.day, 23, 59, 59, tzinfo=zone))


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    zone, near = draw(st.sampled_from(PLACES))
    quarter = timedelta(minutes=15)
    start = moment(near) + quarter * draw(st.integers(-4 * 24 * 6, 4 * 24)) + SECOND * draw(st.sampled_from((0, 0, 1)))
    if draw(st.booleans()):  # local midnight, or the second before or after
        local = start.astimezone(ZoneInfo(zone)).date()
        start = datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        start += SECOND * draw(st.sampled_from((-1, 0, 1)))
    unit = draw(st.sampled_from(["hours", "calendar_days", "working_days"]))
    edges = [moment(near), start, start + timedelta(hours=1)]
    for ahead in range(-1, 8):
        local = (start + timedelta(days=ahead)).astimezone(ZoneInfo(zone)).date()
        edges.append(datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(zone)).astimezone(UTC))
    edge = st.sampled_from(edges).flatmap(lambda at: st.sampled_from([at, at - SECOND, at + SECOND, at + quarter]))
    free = st.integers(-4 * 24 * 3, 4 * 24 * 20).map(lambda n: start + quarter * n)
    pauses = draw(st.lists(st.tuples(edge | free, edge | free), max_size=4))
    return {
        "id": draw(st.integers() | st.text(max_size=5)),
        "zone": zone,
        "weekend": draw(st.sampled_from([["sat", "sun"], ["fri", "sat"], ["fri"], [], NAMES[:6]])),
        "holidays": [str(start.date() + timedelta(days=n)) for n in draw(st.sets(st.integers(-1, 12), max_size=5))],
        "start": stamp(start),
        "amount": draw(st.integers(0, 3 if unit == "hours" else 8)),
        "unit": unit,
        "roll": draw(st.booleans()),
        "pauses": [[stamp(first), stamp(last)] for first, last in pauses],
    }


@settings(max_examples=12, deadline=None)
@given(asked=st.lists(questions(), min_size=8, max_size=8))
def test_the_command_agrees_with_a_judge_who_looks_at_every_stretch_of_every_day(
    asked: list[dict[str, Any]], tmp_path_factory: Any
) -> None:
    place: Path = tmp_path_factory.mktemp("judged")
    source, target = place / "in.jsonl", place / "out.jsonl"
    source.write_text("".join(f"{json.dumps(each)}\n" for each in asked), encoding="utf-8")
    call_command("reckon_deadlines", source, target)
    answers = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert answers == [{"id": each["id"], "due_at": judged(each)} for each in asked]
