"""Rules as data and as small functions: which limits, which standard of proof, and where the case stands."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cases.choices import CaseState, CloseReason, GrantLevel, Priority, Stream
from core.organisations import LegalRegime
from investigations.choices import (
    AssessmentState,
    ProceedingState,
    Profile,
    ProfileRule,
    Result,
    Stage,
    Standard,
    State,
)
from investigations.permissions import Perm

#: What a grant on the case must be for: a role alone does none of this, and nobody does it from across the wall.
LEVELS: Mapping[str, tuple[GrantLevel, ...]] = {
    Perm.ASSESS: (GrantLevel.MANAGE, GrantLevel.TRIAGE),
    Perm.MANAGE: (GrantLevel.MANAGE, GrantLevel.TRIAGE),
    Perm.WORK: (GrantLevel.INVESTIGATE,),
    Perm.REVIEW: (GrantLevel.MANAGE, GrantLevel.TRIAGE, GrantLevel.INVESTIGATE),
    Perm.DECIDE: (GrantLevel.DECIDE,),
    Perm.MEASURES: (GrantLevel.MANAGE, GrantLevel.TRIAGE, GrantLevel.DECIDE),
}
#: With these a case is open for something else, whatever further roles the person holds.
NOT_TO_READ = (GrantLevel.SUPPORT, GrantLevel.LOGGED)


@dataclass(frozen=True)
class Limits:
    """A profile: the clock of the whole, and how its days are spread over the stages."""

    key: str
    kind: str
    shares: Mapping[str, int]
    source: str

    def days(self, total: int) -> dict[str, int]:
        """Days of each stage, together exactly `total`; no stage has less than one."""
        found, spent, reached = {}, 0, 0
        for stage in Stage.values:
            reached += self.shares[stage]
            until = round(total * reached / 100)
            found[stage] = max(until - spent, 1)
            spent += found[stage]
        return found


@cache
def profiles() -> Mapping[str, Limits]:
    """Every profile by key; ValueError where the fixture and the enumeration differ or shares do not make 100."""
    file = Path(__file__).resolve().parent / "fixtures" / "profiles.json"
    rows = json.loads(file.read_text(encoding="utf-8"))["profiles"]
    found = {row["key"]: Limits(row["key"], row["kind"], row["shares"], row["source"]) for row in rows}
    if set(found) != set(Profile.values):
        raise ValueError("The profiles of the fixture are not those of the enumeration.")
    if any(sum(each.shares.values()) != 100 or set(each.shares) != set(Stage.values) for each in found.values()):
        raise ValueError("The shares of a profile do not make 100.")
    return found


def profile_for(regime: str, priority: str) -> tuple[Profile, ProfileRule]:
    """The limits that run by rule, and why (domain reference §3.2)."""
    if regime == LegalRegime.ILOAT:
        return Profile.WHO_120, ProfileRule.REGIME_ILOAT
    if regime == LegalRegime.NATIONAL:
        return Profile.OWN, ProfileRule.OWN_RULES
    if priority == Priority.URGENT:
        return Profile.UN_URGENT_90, ProfileRule.URGENT
    return Profile.UN_180, ProfileRule.REGIME_UN


def standard_for(regime: str, stream: str) -> Standard:
    """The standard of proof by legal regime: where separation is at stake a higher one (§3.4, §12)."""
    if regime == LegalRegime.ILOAT:
        return Standard.BEYOND_REASONABLE_DOUBT
    if regime == LegalRegime.UN_SECRETARIAT and stream in (Stream.SEA, Stream.SH):
        return Standard.CLEAR_AND_CONVINCING
    return Standard.PREPONDERANCE


#: Of several results the case as a whole carries the first there is; each finding keeps its own.
ORDER = (
    Result.SUBSTANTIATED, Result.UNSUBSTANTIATED, Result.VICTIM_WITHDREW, Result.PERPETRATOR_UNIDENTIFIED,
    Result.INSUFFICIENT_INFORMATION, Result.JURISDICTION_ELSEWHERE, Result.OUT_OF_SCOPE,
)  # fmt: skip


@dataclass(frozen=True)
class Proceedings:
    """How a proceeding stands: its state, and whether its time to appeal is still open."""

    state: str
    window_open: bool = False

    @property
    def ended(self) -> bool:
        final = (ProceedingState.NO_SANCTION, ProceedingState.REVERSED, ProceedingState.EXECUTED)
        return self.state in final and not self.window_open


def case_state(
    assessment: str,
    *,
    close_reason: str = "",
    investigation: str = "",
    results: Iterable[str] = (),
    proceedings: Iterable[Proceedings] = (),
) -> tuple[CaseState, str]:
    """Where the case stands, and why it is closed: the one rule that derives it from the three lives."""
    if assessment == AssessmentState.OPEN:
        return CaseState.IN_ASSESSMENT, ""
    if assessment == AssessmentState.NO_CASE:
        return CaseState.CLOSED, CloseReason(close_reason)
    if assessment == AssessmentState.REFERRED_OUT:
        return CaseState.REFERRED_OUT, ""
    if investigation == State.HANDED_OVER:
        return CaseState.MONITORED_EXTERNAL, ""
    if investigation != State.ISSUED:
        return CaseState.IN_INVESTIGATION, ""
    if not all(each.ended for each in proceedings):
        return CaseState.IN_DECISION, ""
    found = set(results)
    first = next((result for result in ORDER if result in found), Result.INSUFFICIENT_INFORMATION)
    return CaseState.CLOSED, CloseReason(str(first))


#: The field's public vocabulary (§3.1, last column); codes, as published.
PUBLIC_STATUS = {
    CaseState.INFO_ONLY: "under_review_limited_info",
    CaseState.TRIAGE: "under_review_limited_info",
    CaseState.REFERRED_OUT: "referred_to_member_state",
    CaseState.MONITORED_EXTERNAL: "referred_to_member_state",
    CaseState.IN_ASSESSMENT: "preliminary_assessment",
    CaseState.IN_INVESTIGATION: "under_investigation",
    CaseState.IN_DECISION: "substantiated",
}


def public_status(state: str, close_reason: str = "") -> str:
    """The public status of a case, derived and never typed in; empty for one that has none yet."""
    if state != CaseState.CLOSED:
        return PUBLIC_STATUS.get(CaseState(state), "")
    if close_reason == CloseReason.SUBSTANTIATED:
        return "substantiated"
    if close_reason == CloseReason.UNSUBSTANTIATED:
        return "not_substantiated"
    return "closed_other_circumstances"
