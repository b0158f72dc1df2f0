"""Findings: one for each allegation and each person it is about, by a named standard of proof."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.models import AllegationSubject, Case
from core import audit
from core.actors import Actor
from core.errors import DomainError, Refused
from investigations.actions.assessing import regime
from investigations.actions.turning import ensure_works
from investigations.choices import Result, Standard, State
from investigations.models import Finding, Investigation
from investigations.rules import standard_for
from investigations.selectors.pairs import pairs

WHILE = (State.RUNNING, State.DRAFT)


def default_standard(case: Case) -> Standard:
    """The standard of proof by the organisation's legal regime."""
    return standard_for(regime(), case.stream)


def record(
    investigation: Investigation,
    pair: AllegationSubject,
    *,
    result: str,
    standard: str = "",
    reasoning: str,
    by: Actor,
    now: datetime,
) -> Finding:
    """Record or change the finding of one pair, while the work goes on; under review and after it stands."""
    ensure_works(investigation, by=by, now=now)
    if by.user is None or investigation.state not in WHILE:
        raise Refused(_("Findings are recorded while the investigation is under way or the report is written."))
    if result not in Result.values:
        raise DomainError(_("Choose what was found."))
    standard = standard or default_standard(investigation.case)
    if standard not in Standard.values:
        raise DomainError(_("A finding needs a standard of proof."))
    if not reasoning.strip():
        raise DomainError(_("Weigh what speaks for and what speaks against it, in your own words."))
    return write(investigation, pair, result=result, standard=standard, reasoning=reasoning, by=by, now=now)


def write(
    investigation: Investigation,
    pair: AllegationSubject,
    *,
    result: str,
    standard: str,
    reasoning: str,
    by: Actor,
    now: datetime,
) -> Finding:
    """The row itself, for actions that asked everything before."""
    case = investigation.case
    if pair.allegation.case_id != case.pk:
        raise Refused
    row = Finding.objects.filter(
        investigation=investigation, allegation=pair.allegation, subject=pair.participant
    ).first() or Finding(case=case, investigation=investigation, allegation=pair.allegation, subject=pair.participant)
    if by.user is None:
        raise Refused
    row.result, row.standard, row.found_by, row.found_at = result, standard, by.user, now
    row.seal(reasoning=reasoning.strip())
    row.save()
    audit.record(
        "investigations.found", by=by, about=investigation, reference=case.reference,
        facts={"result": result, "standard": standard, "allegation": pair.allegation_id, "subject": row.subject_id},
        hashes=row.sealed_hashes(),
    )  # fmt: skip
    return row


def missing(investigation: Investigation) -> list[AllegationSubject]:
    """The pairs nobody has made a finding about."""
    there = set(Finding.objects.filter(investigation=investigation).values_list("allegation_id", "subject_id"))
    return [pair for pair in pairs(investigation.case) if (pair.allegation_id, pair.participant_id) not in there]
