"""Cases that may be the same or linked: only among those the person may open anyway, so a hint gives nothing away."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from cases.choices import Part
from cases.models import Case, Participant, Report
from cases.selectors import visible_cases
from core.actors import Actor
from core.encryption.fields import Unreadable, reveal_each
from core.encryption.index import folded, shared

#: Older cases are not looked through; nor more than so many.
LOOK_BACK = timedelta(days=730)
AT_MOST = 40
SHOWN = 5
#: Two short texts count as alike from this on (rapidfuzz token set, 0 to 100).
ALIKE = 82.0
MONTH = timedelta(days=31)


@dataclass
class Hint:
    """One case with what it has in common and what not."""

    case: Case
    alike: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)


def like_cases(case: Case, actor: Actor, now: datetime) -> list[Hint]:
    """Visible cases that share a person, a place, a description or an office in the same month; the likest first.

    What was told of places and people is opened for the comparison, which is recorded once for all of them.
    """
    candidates = list(
        visible_cases(actor, now)
        .exclude(pk=case.pk)
        .filter(received_at__gte=case.received_at - LOOK_BACK, received_at__lte=case.received_at + LOOK_BACK)
        .select_related("office")
        .order_by("-received_at")[:AT_MOST]
    )
    if not candidates:
        return []
    told = _texts([case, *candidates], actor)
    people, ways = _people([case, *candidates]), _ways([case, *candidates], actor)
    hints = [hint for other in candidates if (hint := _compare(case, other, told, people, ways)).alike]
    return sorted(hints, key=lambda hint: -len(hint.alike))[:SHOWN]


def _texts(cases: list[Case], actor: Actor) -> dict[Any, dict[str, str]]:
    reports = list(Report.objects.filter(case__in=cases).order_by("id"))
    found: dict[Any, dict[str, str]] = {}
    for report, words in zip(
        reports, reveal_each(reports, "place", "about_whom", purpose="duplicates", by=actor), strict=True
    ):
        mine = found.setdefault(report.case_id, {"place": "", "about_whom": ""})
        for name, text in words.items():
            if text and not isinstance(text, Unreadable):
                mine[name] = f"{mine[name]} {folded(text)}".strip()
    return found


def _people(cases: list[Case]) -> dict[Any, set[Any]]:
    found: dict[Any, set[Any]] = {}
    rows = Participant.objects.filter(case__in=cases, part__in=(Part.SUBJECT, Part.VICTIM))
    for case_id, person_id, staff_id in rows.values_list("case_id", "person_id", "person__staff_user_id"):
        found.setdefault(case_id, set()).update(key for key in (person_id, staff_id) if key)
    return found


def _ways(cases: list[Case], actor: Actor) -> dict[Any, set[Any]]:
    """By case, what its people can be reached by, as tokens that say nothing but whether two are the same."""
    rows = list(Participant.objects.filter(case__in=cases).values_list("case_id", "person_id"))
    tokens = shared({person_id for _case, person_id in rows}, by=actor)
    found: dict[Any, set[Any]] = {}
    for case_id, person_id in rows:
        found.setdefault(case_id, set()).update(tokens[person_id])
    return found


def _compare(
    case: Case, other: Case, told: dict[Any, dict[str, str]], people: dict[Any, set[Any]], ways: dict[Any, set[Any]]
) -> Hint:
    hint = Hint(other)
    mine, theirs = told.get(case.pk, {}), told.get(other.pk, {})
    if people.get(case.pk, set()) & people.get(other.pk, set()):
        hint.alike.append(_("The same person"))
    if ways.get(case.pk, set()) & ways.get(other.pk, set()):
        hint.alike.append(_("E-mail or telephone"))
    for name, word in (("place", _("Place")), ("about_whom", _("Description"))):
        here, there = mine.get(name, ""), theirs.get(name, "")
        if here and there:
            (hint.alike if fuzz.token_set_ratio(here, there) >= ALIKE else hint.different).append(word)
    if not hint.alike:
        return hint
    near = abs(case.received_at - other.received_at) <= MONTH
    (hint.alike if near else hint.different).append(_("Month"))
    if case.office_id and other.office_id:
        (hint.alike if case.office_id == other.office_id else hint.different).append(_("Office"))
    return hint
