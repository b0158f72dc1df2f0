"""The pure rules of triage: which stream, which category, how urgent and why, and whether two names are one person.

Nothing here reads a table or a clock; sections are those of the domain reference.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from cases.choices import (
    PARTNER_PERSONNEL,
    AllegationType,
    Category,
    LastTime,
    Personnel,
    Priority,
    PriorityReason,
    Standing,
    Stream,
)
from cases.scripts import may_be
from core.encryption.index import folded

# --- the routing test (§2.2) ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pointer:
    """Where the routing test points, why, and what else follows from it."""

    stream: str
    title: Any
    because: Any
    by_partner_route: bool = False


TITLES = {
    Stream.SEA: _("This points to sexual exploitation or abuse"),
    Stream.SH: _("This points to sexual harassment at work"),
    Stream.OUT_OF_SCOPE: _("This points outside our scope"),
    Stream.UNKNOWN: _("Not enough is known yet to say which kind"),
}


def stream_of(standing: str, personnel: str) -> Pointer:
    """The stream for the person affected (Standing) and the person named (Personnel), with its reason."""
    partner = personnel in PARTNER_PERSONNEL
    if personnel == Personnel.NOT_AID_WORK:
        because = _(
            "Because the person it is about has no link to aid work. Offer services; it is never “unsubstantiated”."
        )
        return _pointer(Stream.OUT_OF_SCOPE, because)
    if not standing or standing == Standing.UNKNOWN or not personnel or personnel == Personnel.UNKNOWN:
        return _pointer(Stream.UNKNOWN, _("Because it is not known who is affected, or for whom the other one works."))
    if standing == Standing.COMMUNITY:
        if partner:
            because = _(
                "Because the person affected is from the community and the person it is about works for a partner. "
                "It goes by the partner route, and the partner is told only what it needs to know."
            )
        else:
            because = _("Because the person affected is from the community and the person it is about is personnel.")
        return _pointer(Stream.SEA, because, partner)
    if standing == Standing.APPLICANT:
        because = _("Because somebody applying for a job is outside the workforce: sex for a job is exploitation.")
        return _pointer(Stream.SEA, because, partner)
    because = _("Because both are personnel, on whatever contract. An assault of a colleague keeps its severity.")
    return _pointer(Stream.SH, because, partner)


def _pointer(stream: str, because: Any, partner: bool = False) -> Pointer:
    return Pointer(str(stream), TITLES[Stream(stream)], because, partner)


STREAM_OF_PREFIX = {"sa_": Stream.SEA, "se_": Stream.SEA, "sh_": Stream.SH, "opc": Stream.OPC}
OPC_TYPES = (AllegationType.RETALIATION, AllegationType.FAILURE_TO_REPORT)


def fits(kind: str, stream: str) -> bool:
    """Whether a type of allegation belongs to the stream; other and unknown belong to each."""
    if kind in OPC_TYPES:
        return stream in (Stream.OPC, Stream.UNKNOWN)
    own = STREAM_OF_PREFIX.get(kind[:3])
    return own is None or stream in (own, Stream.UNKNOWN)


# --- category (§2.5) -----------------------------------------------------------------------------------------------


def category_of(stream: str, kinds: Iterable[str], *, senior: bool) -> int:
    """Category 1 for all exploitation and abuse, for assault, and where the person named is senior; else Category 2."""
    grave = any(kind == AllegationType.SH_ASSAULT or kind.startswith(("sa_", "se_")) for kind in kinds)
    return Category.ONE if stream == Stream.SEA or grave or senior else Category.TWO


# --- priority (§2.5, priority score) -------------------------------------------------------------------------------

#: Each of these alone makes a case urgent.
URGENT_REASONS = frozenset({PriorityReason.NOT_SAFE, PriorityReason.CHILD, PriorityReason.CLINICAL_WINDOW})
#: One of the others makes it high, so many of them make it urgent.
MANY_REASONS = 3
#: Steps in which care that works only for a short time may still help (§4.4: 72 hours and 120 hours).
CLINICAL_STEPS = (LastTime.TODAY_OR_YESTERDAY, LastTime.THREE_DAYS, LastTime.FIVE_DAYS)


def priority_of(reasons: Iterable[str]) -> str:
    """The priority that follows from the reasons."""
    given = set(reasons)
    if given & URGENT_REASONS or len(given) >= MANY_REASONS:
        return Priority.URGENT
    return Priority.HIGH if given else Priority.NORMAL


def told_reasons(*, safe_now: Sequence[str], child: Sequence[str], last_time: Sequence[str]) -> list[str]:
    """The reasons that the answers of the reports themselves give, in the order of the enumeration."""
    found = {
        PriorityReason.NOT_SAFE: "no" in safe_now,
        PriorityReason.CHILD: "yes" in child,
        PriorityReason.CLINICAL_WINDOW: any(step in CLINICAL_STEPS for step in last_time),
    }
    return [str(reason) for reason in PriorityReason if found.get(reason)]


# --- is a name in a field somebody on the staff list? -----------------------------------------------------------------

#: A word of a name shorter than this says too little to stand for the whole name.
SHORT_WORD = 3
#: Two words less alike than this have nothing to do with each other, however well the rest of the name fits.
WORDS_APART = 60.0
#: How much a doubtful answer weighs where only part of a name was written down.
PART_OF_NAME = 85.0


#: A word that more people of the staff list bear than this tells nobody apart.
MOST_BEARERS = 3


def common_words(names: Iterable[str]) -> frozenset[str]:
    """The words of names that too many people bear to say who is meant."""
    bearers = Counter(word for name in names for word in set(folded(name).split()))
    return frozenset(word for word, many in bearers.items() if many > MOST_BEARERS)


def likeness(name: str, text: str, *, common: frozenset[str] = frozenset()) -> float:
    """How surely `name` (of one person) stands somewhere in `text`, from 0 to 100; spelling, order and accents vary.

    Every word of the name is held against the words of the text. The whole name counts fully; one exact word of it
    alone ("Kofi") counts as PART_OF_NAME, which is a doubt and never a certainty; so does a word, or the whole name,
    in another script. `common` words tell nobody apart.
    """
    parts, words = folded(name).split(), folded(text).split()
    if not parts or not words:
        return 0.0
    best = {part: max(fuzz.ratio(part, word) for word in words) for part in parts}
    telling = {part: score for part, score in best.items() if part not in common} or best
    whole = 0.0
    if min(best.values()) >= WORDS_APART:
        whole = min(sum(scores.values()) / len(scores) for scores in (best, telling))
    exact = [part for part, score in telling.items() if len(part) >= SHORT_WORD and score >= 100.0]
    if (exact and len(parts) > 1) or any(may_be(part, word) for part in telling for word in words):
        return max(whole, PART_OF_NAME)
    return whole


def _words(name: str) -> tuple[str, ...]:
    """The words of a name, whatever order they are written in."""
    return tuple(sorted(folded(name).split()))


def matched(names: dict[Any, str], text: str, *, same: float, perhaps: float) -> tuple[set[Any], set[Any]]:
    """Whom of the staff list (key → name) the text surely names, and whom perhaps.

    Two people of the same name are both in doubt. A word that belongs to somebody surely named raises no doubt about
    others who share it.
    """
    common = common_words(names.values())
    sure = {key for key, name in names.items() if likeness(name, text, common=common) >= same}
    bearers = Counter(_words(names[key]) for key in sure)
    twins = {key for key in sure if bearers[_words(names[key])] > 1}
    spoken_for = {word for key in sure for word in folded(names[key]).split()}
    rest = " ".join(word for word in folded(text).split() if word not in spoken_for)
    perhaps_named = {
        key for key, name in names.items() if key not in sure and likeness(name, rest, common=common) >= perhaps
    }
    return sure - twins, perhaps_named | twins


def names_office(office: str, text: str) -> bool:
    """Whether every word of the office's name stands in the text."""
    words = set(folded(text).split())
    parts = folded(office).split()
    return bool(parts) and all(part in words for part in parts)
