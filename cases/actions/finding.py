"""Finding somebody by a name, an e-mail address or a telephone number, among those one may have revealed anyway.

Whoever asks learns where somebody is, never what their name is. Every search is an oracle: it is on record, asks for
the second factor, and is counted (security reference §1.5).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from rapidfuzz.distance import JaroWinkler

from cases.actions import reveal
from cases.actions.known import ways
from cases.choices import Part
from cases.models import CaseGrant, Exclusion, Identity, Participant
from cases.permissions import Perm
from cases.scripts import may_be
from cases.selectors import grants_in_force
from core import audit
from core.access import ensure_fresh_second_factor
from core.actors import Actor
from core.audit.tables import AuditEvent
from core.encryption import index
from core.encryption.fields import Unreadable, reveal_each
from core.encryption.index import folded
from core.encryption.tables import Kind
from core.errors import DomainError, Refused
from core.permissions import allowed

#: The newest so many people are compared; the page says so where there are more.
AT_MOST = 2_000
#: So many searches within an hour, then it is time to ask a colleague.
QUOTA, WITHIN = 40, timedelta(hours=1)
#: Two words of one script are taken for one name from this on (Jaro-Winkler, 0 to 1); where all their consonants are
#: the same, as in two spellings of a name that came from another script, a little earlier.
ALIKE, SAME_CONSONANTS = 0.9, 0.75
BEGINNING = 3  # letters a beginning needs
VOWELS = re.compile(r"(?<=.)[aeiouy]|(.)(?=\1)")


class TooOften(DomainError):
    """More searches than anybody's work needs."""

    default = _("You have searched very often within this hour. Try again later.")


@dataclass(frozen=True)
class Hit:
    """Somebody who may be meant: in which case, which part, and whether it is the same or only alike."""

    participant: Participant
    same: bool


@dataclass(frozen=True)
class Found:
    """What a search gave: the sure ones first; `compared` people, and whether there were more."""

    hits: list[Hit]
    compared: int
    more: bool


def somebody(text: str, *, by: Actor, now: datetime) -> Found:
    """People whose name is or may be `text`, or who gave that e-mail address or number.

    Raises DomainError for too few letters, TooOften, SecondFactorNeeded.
    """
    if by.user is None:
        raise Refused
    ensure_fresh_second_factor(by, now)
    wanted, (emails, phones) = folded(text).split(), ways(text)
    if not (emails or phones) and max(map(len, wanted), default=0) < BEGINNING:
        raise DomainError(_("Write at least three letters of a name, an e-mail address or a telephone number."))
    if _searched(by, now) >= QUOTA:
        raise TooOften
    people = _may_be_asked_for(by, now)
    more, people = len(people) > AT_MOST, people[:AT_MOST]
    if emails or phones:
        hits = _by_token(people, emails, phones, by)
    else:
        hits = _by_name(people, wanted, by)
    audit.record("cases.names_searched", by=by, facts={"compared": len(people), "found": len(hits)})
    return Found(sorted(hits, key=lambda hit: not hit.same), len(people), more)


def _searched(by: Actor, now: datetime) -> int:
    done = AuditEvent.objects.timed().filter(actor=by.user_id, action="cases.names_searched").order_by("-id")[:QUOTA]
    return sum(event.at > now - WITHIN for event in done)


def _may_be_asked_for(by: Actor, now: datetime) -> list[Participant]:
    """People of this actor's cases whose identity they could have revealed one by one, of the newest cases first."""
    if by.user_id is None:
        return []
    shut = Exclusion.objects.filter(user_id=by.user_id).values("case_id")
    grants: dict[Any, CaseGrant] = {
        grant.content_object_id: grant
        for grant in grants_in_force(by.user_id, now).exclude(identities="").exclude(content_object_id__in=shut)
    }
    rows = Participant.objects.filter(case_id__in=grants).select_related("case", "person")
    found: list[Participant] = []
    for row in rows.order_by("-case__received_at", "case_id", "id"):
        if len(found) > AT_MOST:
            break
        if _may_ask(row, grants[row.case_id], by):
            found.append(row)
    return found


def _may_ask(row: Participant, grant: CaseGrant, by: Actor) -> bool:
    part = Part(row.part)
    needed = Perm.SUBJECT_IDENTITY if part is Part.SUBJECT else Perm.VICTIM_IDENTITY
    if part not in grant.identities.split(",") or not allowed(by, needed):
        return False
    if part in (Part.VICTIM, Part.REPORTER) and grant.level not in reveal.BEFORE_THE_WALL:
        try:
            reveal.ensure_investigation_may_know(row, case=row.case)
        except reveal.ConsentMissing:
            return False
    return True


def _by_token(people: list[Participant], emails: list[str], phones: list[str], by: Actor) -> list[Hit]:
    """Exactly that address or number, through the blind index: nothing is opened."""
    subjects = {
        subject
        for kind, values in ((Kind.EMAIL, emails), (Kind.PHONE, phones))
        for value in values
        for subject in index.find(kind, value, by=by)
    }
    return [Hit(row, True) for row in people if row.person_id in subjects]


def _by_name(people: list[Participant], wanted: list[str], by: Actor) -> list[Hit]:
    rows = list(Identity.objects.filter(person_id__in={row.person_id for row in people}).exclude(name=None))
    told = reveal_each(rows, "name", purpose="search", by=by)
    names = {
        row.person_id: folded(found["name"]).split()
        for row, found in zip(rows, told, strict=True)
        if found["name"] and not isinstance(found["name"], Unreadable)
    }
    hits = []
    for row in people:
        name = names.get(row.person_id, [])
        if name and all(_meant(word, name) for word in wanted):
            hits.append(Hit(row, sorted(wanted) == sorted(name)))
    return hits


def _meant(word: str, name: Iterable[str]) -> bool:
    """Whether one word of the name is this word, begins with it, is spelt much like it or is it in another script."""
    return any(
        word == other
        or (len(word) >= BEGINNING and other.startswith(word))
        or (min(len(word), len(other)) > BEGINNING and _alike(word, other))
        or may_be(word, other)
        for other in name
    )


def _alike(one: str, other: str) -> bool:
    close = JaroWinkler.similarity(one, other)
    return close >= ALIKE or (close >= SAME_CONSONANTS and VOWELS.sub("", one) == VOWELS.sub("", other))
