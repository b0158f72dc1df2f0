"""The preliminary assessment: is it ours, and could it amount to misconduct? Then one of three ends."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from cases.actions.triage import ensure_referral_agreed
from cases.choices import CaseState
from cases.models import Case
from core import audit, deadlines
from core.actors import Actor
from core.errors import DomainError
from core.organisations import Organisation
from core.tenancy import scope
from investigations.actions import clocks
from investigations.actions.turning import ensure_may, follow, turn
from investigations.choices import NO_CASE_REASONS, AssessmentState, Profile, ProfileRule
from investigations.models import Assessment, Investigation
from investigations.permissions import Perm
from investigations.rules import profile_for

PROMPT = timedelta(days=14)
VERBS = {
    AssessmentState.TO_INVESTIGATION: "investigate",
    AssessmentState.NO_CASE: "no_case",
    AssessmentState.REFERRED_OUT: "refer_out",
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the assessment ends, and what that end needs."""

    in_mandate: bool
    could_be_misconduct: bool
    state: str
    reason: str
    close_reason: str = ""
    recommendations: str = ""
    recipient: str = ""
    profile: str = ""
    profile_words: str = ""


def regime() -> str:
    """The legal regime of the organisation in scope."""
    return Organisation.objects.values_list("legal_regime", flat=True).get(pk=scope().organisation)


def begin(case: Case, *, by: Actor, now: datetime) -> Assessment:
    """The open assessment of a case that is being assessed, made the first time somebody asks for it.

    The clock until an investigation starts counts from the report (the field's bands do), and from triage where the
    report lay as information for a while first.
    """
    ensure_may(case, by=by, perm=Perm.ASSESS, now=now)
    found = Assessment.objects.filter(case=case, state=AssessmentState.OPEN).first()
    if found is not None:
        return found
    if case.state != CaseState.IN_ASSESSMENT:
        raise DomainError(_("There is nothing to assess now."))
    made = Assessment.objects.create(case=case, opened_at=now, opened_by=by.user)
    triaged = case.triaged_at or now
    since = case.received_at if triaged - case.received_at <= PROMPT else triaged
    deadlines.cancel("investigation.start", subject=case.pk, by=by, now=now)
    deadlines.start("investigation.start", subject=case.pk, reference=case.reference, owner=case.owner, at=since)
    audit.record("investigations.assessment_opened", by=by, about=case, reference=case.reference)
    return made


def decide(case: Case, outcome: Outcome, *, by: Actor, now: datetime) -> Assessment:
    """End the assessment; to an investigation only when both tests are passed.

    Raises DomainError with what is missing.
    """
    assessment = begin(case, by=by, now=now)
    assessment.case = case
    _check(case, outcome)
    state = AssessmentState(outcome.state)
    texts = {
        name: value.strip()
        for name in ("reason", "recommendations", "recipient")
        if (value := getattr(outcome, name)).strip()
    }
    assessment.seal(**texts)
    also = {
        "in_mandate": outcome.in_mandate,
        "could_be_misconduct": outcome.could_be_misconduct,
        "close_reason": outcome.close_reason if state == AssessmentState.NO_CASE else "",
        "decided_at": now,
        "decided_by": by.user,
        **{name: getattr(assessment, name) for name in texts},
    }
    turn(assessment, VERBS[state], by=by, now=now, reason=outcome.reason, also=also)
    deadlines.meet("case.assessment", subject=case.pk, by=by, now=now)
    if state == AssessmentState.TO_INVESTIGATION:
        open_investigation(assessment, profile=outcome.profile, words=outcome.profile_words, by=by, now=now)
    else:
        deadlines.cancel("investigation.start", subject=case.pk, by=by, now=now)
    follow(case, reason=outcome.reason, by=by, now=now)
    return assessment


def open_investigation(
    assessment: Assessment, *, profile: str = "", words: str = "", by: Actor, now: datetime
) -> Investigation:
    """One more investigation of the case, with its limits: by rule, or chosen otherwise with a reason."""
    case = assessment.case
    chosen, rule = profile_for(regime(), case.priority)
    if profile and profile != chosen:
        if not words.strip():
            raise DomainError(_("Say why these limits and not those of the rule."))
        chosen, rule = Profile(profile), ProfileRule.CHOSEN
    made = Investigation(
        case=case,
        assessment=assessment,
        number=Investigation.objects.filter(case=case).count() + 1,
        profile=chosen,
        profile_rule=rule,
        limit_days=clocks.total_days(chosen),
        opened_at=now,
        opened_by=by.user,
    )
    if rule == ProfileRule.CHOSEN:
        made.seal(profile_words=words.strip())
    made.save(force_insert=True)
    audit.record(
        "investigations.opened", by=by, about=case, reference=case.reference,
        facts={"days": made.limit_days, "profile": chosen, "rule": rule},
    )  # fmt: skip
    clocks.open_clocks(made, at=now)
    return made


def _check(case: Case, outcome: Outcome) -> None:
    if outcome.state not in VERBS:
        raise DomainError(_("Choose how the assessment ends."))
    if not outcome.reason.strip():
        raise DomainError(_("Write your reason: two lines that someone can follow a year from now."))
    both = outcome.in_mandate and outcome.could_be_misconduct
    if outcome.state == AssessmentState.TO_INVESTIGATION and not both:
        raise DomainError(_("An investigation needs both: that it is ours, and that it could amount to misconduct."))
    if outcome.state == AssessmentState.NO_CASE and outcome.close_reason not in NO_CASE_REASONS:
        raise DomainError(_("Say why there is no case."))
    if outcome.state == AssessmentState.REFERRED_OUT:
        if not outcome.recipient.strip():
            raise DomainError(_("Say to whom it is referred."))
        ensure_referral_agreed(case, outcome.recipient.strip())
    if outcome.profile and outcome.profile not in Profile.values:
        raise DomainError(_("Choose the limits from the list."))
