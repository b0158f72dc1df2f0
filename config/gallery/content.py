"""Invented people, cases and words for the gallery. Today is Thursday 19 November 2026, 14:00."""

from __future__ import annotations

import datetime
from typing import Any

import segno
from django.utils.safestring import mark_safe

from core import ui

ZONE = datetime.timezone(datetime.timedelta(hours=3))
NOW = datetime.datetime(2026, 11, 19, 14, 0, tzinfo=ZONE)


def at(day: int, hour: int = 17, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime.datetime:
    return datetime.datetime(year, month, day, hour, minute, tzinfo=ZONE)


LONG = "A very long line that somebody typed without a single break so that the frame has to cope " * 3
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2


ROWS = [
    {
        "pill": "late",
        "pill_text": "Late",
        "title": "Tell headquarters about a case with a child",
        "url": "#a",
        "reference": "K7TF-29QM",
        "due_at": at(18, 16),
        "action": "Send notice",
        "action_url": "#b",
        "action_hear": "for K7TF-29QM",
    },
    {
        "pill": "now",
        "pill_text": "Now",
        "title": "Answer the reporter’s first message",
        "url": "#c",
        "reference": "P3XN-84WD",
        "due_at": at(19, 16),
        "action": "Answer",
        "action_url": "#d",
        "action_hear": "P3XN-84WD",
    },
    {
        "pill": "soon",
        "pill_text": "Soon",
        "title": "Finish triage",
        "url": "#e",
        "reference": "H6RC-51VB",
        "due_at": at(20),
        "action": "Go on",
        "action_url": "#f",
        "action_hear": "with H6RC-51VB",
    },
    {
        "pill": "later",
        "pill_text": "Later",
        "title": "Tell the survivor how things stand",
        "url": "#g",
        "reference": "K7TF-29QM",
        "due_at": at(24),
        "working_days": 3,
        "action": "Prepare",
        "action_url": "#h",
        "action_hear": "the update for K7TF-29QM",
    },
    {
        "pill": "later",
        "pill_text": "Later",
        "title": "Finish the preliminary assessment",
        "url": "#i",
        "reference": "M4QJ-72XS",
        "due_at": at(27),
    },
    {
        "pill": "rest",
        "pill_text": "Paused",
        "title": "Translate the account",
        "url": "#i",
        "reference": "D9LM-37ZE",
        "detail": "waits for an interpreter, starts again by itself",
        "at": at(1, 9, month=12),
        "action": "Look",
        "action_url": "#j",
        "action_hear": "at D9LM-37ZE",
    },
]
NEW = [
    {"title": "Web form, in Arabic", "url": "#k", "pill": "soon", "pill_text": "Not yet safe", "reference": "H6RC-51VB"}
    | {"at": at(19, 11, 20), "action": "Start", "action_url": "#l", "action_hear": "triage of H6RC-51VB"},
    {"title": "Locked box, Lake school", "url": "#m", "reference": "W2QS-68FT", "at": at(18, 15, 10)}
    | {"action": "Start", "action_url": "#n", "action_hear": "triage of W2QS-68FT"},
]
WAITING = [
    {"title": "The reporter wrote back", "url": "#o", "reference": "P3XN-84WD", "at": at(18, 21, 5)}
    | {"state": "now", "state_text": "Unread"},
    {"title": "Noor Test: support has started", "url": "#p", "reference": "K7TF-29QM", "at": at(17, 13, 30)}
    | {"state": "done", "state_text": "Read"},
]
CASES = [
    ("R5WB-18LC", "Sexual abuse", "Hill, contractor", "step", "Under investigation", "late", "Late", at(3), 12),
    ("P3XN-84WD", "Sexual harassment", "Hill, staff", "ring", "Triage", "now", "Now", at(19, 16), None),
    (
        "T8GD-46RK",
        "Sexual exploitation",
        "Lake, partner staff",
        "step",
        "Under investigation",
        "soon",
        "Soon",
        at(20),
        None,
    ),
    ("M4QJ-72XS", "Sexual exploitation", "Coast, volunteer", "step", "Draft report", "later", "Later", at(27), 6),
    ("D9LM-37ZE", "Not decided", "Lake, not known", "ring", "Triage", "rest", "Paused", at(1, month=12), 8),
    (
        "G1ZA-93UN",
        "Outside our scope",
        "Hill, no link to aid",
        "dash",
        "Closed, services offered",
        "done",
        "Done",
        at(16),
        3,
    ),
]


def cases(*, choose: str = "case", count: int = 6) -> ui.Table:
    columns = [
        ui.Column("Reference", url="#s1"),
        ui.Column("About", one_line=True),
        ui.Column("State", url="#s2"),
        ui.Column("Clock"),
        ui.Column("Next", one_line=True, sorted="ascending", url="#s3"),
    ]
    rows = [
        (
            ui.Cell(reference, url=f"#{reference}", reference=True),
            ui.Cell(about, small=where),
            ui.Cell(words, state=state),
            ui.Cell(clock, pill=pill),
            ui.Cell("Tell the survivor", due_at=moment, working_days=days),
        )
        for reference, about, where, state, words, pill, clock, moment, days in (CASES * 9)[:count]
    ]
    return ui.Table.of("Cases, the next due first", columns, rows, choose=choose, dense=bool(choose))


PEOPLE = [
    {
        "code": "V-8H2P",
        "part": "Person affected, woman",
        "note": "Agreed that you may know her name",
        "reveal_url": "#r1",
    },
    {"code": "V-2C6N", "part": "Person affected, woman", "note": "Wrote without a name. There is none to reveal."},
    {"code": "S-9K4D", "part": "Named in the allegations", "note": "Partner staff", "reveal_url": "#r2"},
    {"code": "W-5T1C", "part": "Witness", "name": "Amina Test", "shown_until": "14:05"},
]
PURPOSES = [
    ("contact", "To call or write"),
    ("interview", "To prepare an interview"),
    ("check", "To check for a conflict"),
]
EVENTS = [
    {"kind": "ahead", "text": "Interviews, then the draft report", "at": datetime.date(2027, 2, 3)},
    {"kind": "here", "text": "The plan waits for approval", "at": NOW, "by": "Hana Test"},
    {"kind": "done", "text": "Idris Test declared no conflict of interest and took the case", "at": at(13, 9, 12)},
    {"kind": "done", "text": "S-9K4D was told of the allegations", "at": at(12, 11), "by": "Idris Test"},
    {"kind": "done", "text": "Investigation opened, 120 days", "at": at(3, 10), "by": "Hana Test"},
]
STEPS = [
    {"kind": "done", "text": "We received what you told us", "at": at(5, 19, 40)},
    {"kind": "done", "text": "Amina read it and asked how you are", "at": at(6, 9, 15)},
    {
        "kind": "here",
        "text": "Idris is finding out what has to be done",
        "detail": "He works with nobody you wrote about.",
    },
    {
        "kind": "ahead",
        "text": "We tell you what was decided, and why",
        "detail": "You hear from us, even if nothing is new.",
    },
]
TALK = [
    {
        "who": "Amina, North Relief",
        "at": at(6, 9, 15),
        "text": "Thank you for writing. Is there anything you need now?",
    },
    {
        "who": "You",
        "mine": True,
        "at": at(7, 21, 5),
        "text": "I would like to talk to a woman.\nAfternoons are better.",
    },
    {"who": "You", "mine": True, "at": at(7, 21, 6), "text": "بعد الظهر أفضل لي.", "lang": "ar"},
    {"who": "Amina, North Relief", "at": at(9, 8, 30), "text": "Of course. Noor can meet you on Tuesday after 14:00."},
]
DOORS = [
    {"url": "#help", "icon": "heart", "text": "Get help or support", "detail": "It does not depend on what is found."},
    {"url": "#allow", "icon": "lock", "text": "See and change what you allow", "detail": "At any time."},
    {"url": "#said", "icon": "talk", "text": "Say how you were treated", "detail": "Someone else reads this."},
    {"url": "#close", "icon": "leave", "text": "Close this page", "detail": "Your number opens it again."},
]
NEXT = [
    "A trained person reads it, never the person you write about.",
    "You hear from us within 2 working days.",
    "There is one limit. If a life is in danger, someone may have to know. When we can, you hear first.",
]
FACTS = [
    ("Kind", "Aid, registration or access made conditional"),
    ("When it happened", "October and November 2026"),
    ("North Relief became aware", "Monday 2 November"),
    ("Priority", "High", "the person still has the list in hand"),
    ("Has to be finished", "Wednesday 3 March 2027", "120 days"),
    ("Outlook", "", "not reckoned yet"),
]


def chart(right_to_left: bool) -> dict[str, Any]:
    """A small picture as the server would draw it, mirrored where the page reads from the right."""
    width, bars = 940, ((145, 250, "spent"), (395, 110, "review"), (505, 150, "plan"), (655, 90, "stopped"))

    def start(x: float, size: float) -> float:
        return width - x - size if right_to_left else x

    drawn = [
        f'<path class="grid" d="M{start(x, 0)} 26V120"/><text class="faint" x="{start(x + 4, 0)}" y="18">{name}</text>'
        for x, name in ((132, "Jul"), (376, "Oct"), (620, "Jan 2027"))
    ]
    drawn += [
        f'<rect class="{kind}" x="{start(x, size)}" y="60" width="{size}" height="16" rx="3"/>'
        for x, size, kind in bars
    ]
    middle = start(780, 0)
    drawn.append(f'<path class="limit" d="M{middle} 60l8 8-8 8-8-8Z"/>')
    drawn.append(f'<circle class="risk" cx="{start(838, 0)}" cy="68" r="6"/>')
    drawn.append(f'<path class="today" d="M{start(505, 0)} 22V120"/>')
    drawn.append(f'<text x="{start(0, 0)}" y="72">T8GD-46RK</text>')
    return {
        "id": "time",
        "title": "One open investigation from July 2026 to March 2027",
        "description": "It is likely to end after its limit of 3 March. The table below says the same.",
        "width": width,
        "height": 140,
        "drawing": mark_safe("".join(drawn)),  # noqa: S308  (drawn from constants)
    }


KEY = [
    {"shape": "spent", "label": "assessment, interviews"},
    {"shape": "review", "label": "draft, review"},
    {"shape": "plan", "label": "planned"},
    {"shape": "stopped", "label": "paused"},
    {"shape": "limit", "label": "limit"},
    {"shape": "risk", "label": "likely end, after the limit"},
]
DIGITS = "48210937620518843067"


def qr(digits: str) -> str:
    return mark_safe(  # noqa: S308  (drawn from digits)
        segno.make_qr(digits, error="m").svg_inline(svgclass="qr", lineclass=None, omitsize=True, border=2)
    )


def rail(*words: tuple[str, int | None]) -> list[dict[str, Any]]:
    return [{"label": word, "url": f"#{n}", "current": n == 0, "count": count} for n, (word, count) in enumerate(words)]


DESK_RAIL = (("Needs you", 5), ("New reports", 3), ("My cases", 6), ("Messages", 2))
LIST_RAIL = (("All I may see", 1047), ("Mine", 6), ("Due this week", 9), ("Without an owner", 2))
CASE_RAIL = (("Overview", None), ("What is due", 4), ("People", 4), ("Timeline", None), ("Messages", 1), ("Notes", 7))

BAD = {"aware_day": "20", "aware_month": "11", "aware_year": "2026", "account": "She says the man who keeps the list"}
