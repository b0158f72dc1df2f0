"""The report: written, reviewed by somebody else, issued; or the investigation ends another way."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core import audit, deadlines
from core.actors import Actor
from core.errors import DomainError, Refused
from investigations.actions import clocks, finding
from investigations.actions.screening import owe
from investigations.actions.turning import ensure_may, ensure_works, follow, record, turn
from investigations.actions.working import end_pause
from investigations.choices import EARLY, ENDED, Result, ScreeningCause, Stage, State
from investigations.models import DraftReport, Finding, Investigation, Proceeding
from investigations.notifications import tell
from investigations.permissions import Perm
from investigations.selectors.pairs import pairs


def begin_draft(investigation: Investigation, *, by: Actor, now: datetime) -> Investigation:
    """Interviews and evidence are done; the report is written."""
    ensure_works(investigation, by=by, now=now)
    turn(investigation, "write", by=by, now=now)
    _stage(investigation, Stage.DRAFT, by=by, now=now)
    follow(investigation.case, verb="write", by=by, now=now)
    return investigation


def look_further(investigation: Investigation, *, by: Actor, now: datetime) -> Investigation:
    """Something is missing: back to interviews and evidence."""
    ensure_works(investigation, by=by, now=now)
    turn(investigation, "look_further", by=by, now=now)
    _stage(investigation, Stage.INTERVIEWS, by=by, now=now)
    follow(investigation.case, verb="look_further", by=by, now=now)
    return investigation


def submit(investigation: Investigation, *, body: str, by: Actor, now: datetime) -> DraftReport:
    """Send the draft to somebody who did not write it; each allegation and person must have a finding."""
    ensure_works(investigation, by=by, now=now)
    if by.user is None or investigation.state != State.DRAFT:
        raise Refused(_("The report is not being written now."))
    if not body.strip():
        raise DomainError(_("Write the report first."))
    _ensure_all_found(investigation)
    case = investigation.case
    made = DraftReport(
        case=case,
        investigation=investigation,
        number=DraftReport.objects.filter(investigation=investigation).count() + 1,
        written_by=by.user,
        written_at=now,
    )
    made.seal(body=body.strip())
    made.save(force_insert=True)
    turn(investigation, "submit", by=by, now=now)
    _stage(investigation, Stage.REVIEW, by=by, now=now)
    follow(case, verb="submit", by=by, now=now)
    tell("draft_waits", case=case, now=now)
    return made


def review(draft: DraftReport, *, accepted: bool, remarks: str = "", by: Actor, now: datetime) -> DraftReport:
    """Four eyes: accept the draft or send it back with remarks; never one's own."""
    investigation = draft.investigation
    case = investigation.case
    ensure_may(case, by=by, perm=Perm.REVIEW, now=now)
    if by.user is None or by.user_id == draft.written_by_id:
        raise Refused(_("Somebody who did not write it must review it."))
    if not accepted and not remarks.strip():
        raise DomainError(_("Say what is missing."))
    if remarks.strip():
        draft.seal(remarks=remarks.strip())
    columns = {
        "verdict": "accepted" if accepted else "sent_back",
        "reviewed_by": by.user,
        "reviewed_at": now,
        "remarks": draft.remarks,
    }
    if not DraftReport.objects.filter(pk=draft.pk, verdict="").update(**columns):
        raise Refused(_("This draft was reviewed already."))
    draft.refresh_from_db()
    if accepted:
        facts = {"number": draft.number}
        audit.record("investigations.draft_accepted", by=by, about=investigation, reference=case.reference, facts=facts)
        _stage(investigation, Stage.FINAL, by=by, now=now)
    else:
        turn(investigation, "send_back", by=by, now=now, reason=remarks)
        _stage(investigation, Stage.DRAFT, by=by, now=now)
        follow(case, verb="send_back", by=by, now=now)
    tell("draft_accepted" if accepted else "draft_sent_back", case=case, now=now)
    return draft


def issue(investigation: Investigation, *, by: Actor, now: datetime) -> Investigation:
    """The report is issued: a proceeding opens for each person with a substantiated finding, or the case closes."""
    ensure_works(investigation, by=by, now=now)
    draft = DraftReport.objects.filter(investigation=investigation).order_by("-number").first()
    if investigation.state == State.IN_REVIEW and (draft is None or draft.verdict != "accepted"):
        raise DomainError(_("Somebody else must accept the draft first."))
    _ensure_all_found(investigation)
    turn(investigation, "issue", by=by, now=now, also={"ended_at": now})
    _end(investigation, by=by, now=now)
    return investigation


def end_early(investigation: Investigation, *, result: str, reason: str, by: Actor, now: datetime) -> Investigation:
    """End without a full report, for one of the distinct reasons; whatever has no finding yet gets this one."""
    ensure_may(investigation.case, by=by, perm=Perm.MANAGE, now=now)
    if result not in EARLY:
        raise DomainError(_("Choose why it ends. Substantiated or not is for a report to say."))
    if not reason.strip():
        raise DomainError(_("Write your reason: two lines that someone can follow a year from now."))
    close_early(investigation, result=result, reason=reason, by=by, now=now)
    return investigation


def close_early(investigation: Investigation, *, result: str, reason: str, by: Actor, now: datetime) -> None:
    """The end itself, for actions that asked everything before."""
    if investigation.state in ENDED:
        raise Refused(_("This investigation has ended."))
    standard = finding.default_standard(investigation.case)
    for pair in finding.missing(investigation):
        finding.write(investigation, pair, result=result, standard=standard, reasoning=reason, by=by, now=now)
    also = {"ended_at": now, "ended_early": result}
    turn(investigation, "end_early", by=by, now=now, reason=reason, also=also)
    _end(investigation, reason=reason, by=by, now=now)


def hand_over(investigation: Investigation, *, reason: str, by: Actor, now: datetime) -> Investigation:
    """Another body takes the investigation; the case is followed there."""
    case = investigation.case
    ensure_may(case, by=by, perm=Perm.MANAGE, now=now)
    if not reason.strip():
        raise DomainError(_("Say who takes it, and why."))
    turn(investigation, "hand_over", by=by, now=now, reason=reason, also={"ended_at": now})
    end_pause(investigation, now=now)
    clocks.end_all(investigation, by=by, now=now)
    follow(case, verb="hand_over", reason=reason, by=by, now=now)
    return investigation


def _end(investigation: Investigation, *, reason: str = "", by: Actor, now: datetime) -> None:
    case = investigation.case
    end_pause(investigation, now=now)
    clocks.end_all(investigation, by=by, now=now)
    for found in _substantiated(investigation):
        made = Proceeding.objects.create(
            case=case, investigation=investigation, subject=found.subject, finding=found, opened_at=now
        )
        record(made, "proceeding", "open", "", by=by, now=now)
        deadlines.start("investigation.decision", subject=made.pk, reference=case.reference, owner=case.manager, at=now)
        owe(case, found.subject, cause=ScreeningCause.SUBSTANTIATED, by=by, now=now)
    follow(case, verb="issue", reason=reason, by=by, now=now)
    tell("issued", case=case, now=now)


def _substantiated(investigation: Investigation) -> list[Finding]:
    """The first substantiated finding of each person."""
    rows = Finding.objects.filter(investigation=investigation, result=Result.SUBSTANTIATED)
    each: dict[object, Finding] = {}
    for row in rows.select_related("subject").order_by("found_at", "id"):
        each.setdefault(row.subject_id, row)
    return list(each.values())


def _ensure_all_found(investigation: Investigation) -> None:
    if not pairs(investigation.case):
        raise DomainError(_("No allegation names anybody yet. Record one in triage first."))
    if left := finding.missing(investigation):
        raise DomainError(
            _("A finding is missing: %(number)d. Each allegation needs one for each person it is about.")
            % {"number": len(left)}
        )


def _stage(investigation: Investigation, stage: str, *, by: Actor, now: datetime) -> None:
    clocks.end_stages(investigation.case, by=by, now=now)
    clocks.begin_stage(investigation, stage, at=now)
