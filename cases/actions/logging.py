"""Writing a complaint down for somebody: a draft only its writer opens, sent once, with a number for the person."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import care
from cases.actions import access, intake, routing
from cases.choices import CHILD_BANDS, AgeBand, Channel, GrantLevel, Part, YesNoUnknown
from cases.models import Case, LoggedDraft, Mailbox, Participant, Person, Report, SupportRequest
from cases.permissions import Perm
from core import audit, deadlines, outbox
from core.actors import Actor
from core.encryption import erasure, keys, receipts
from core.errors import DomainError, Refused
from core.permissions import allowed


@dataclass(frozen=True, kw_only=True, repr=False)
class Written:
    """What was written down: what the person told, and what whoever listened knows beside it."""

    told: intake.Told
    safe_now: str
    channel: str = Channel.FOCAL_POINT
    received_at: datetime
    aware_at: datetime
    office: UUID | None = None
    place: str = ""
    incident_from: date | None = None
    incident_until: date | None = None
    sex: str = ""
    age_band: str = ""
    interpreter_needed: bool = False
    personnel: str = ""
    employer: str = ""
    receipt: bool = False


@dataclass(frozen=True)
class Logged:
    """What came of it: the case's reference, and the number for the person, to be shown once, if they want one."""

    reference: str
    code: str
    answer_by: datetime | None


# --- the draft -----------------------------------------------------------------------------------------------------


def keep(draft: LoggedDraft | None, answers: Mapping[str, Any], *, by: Actor, now: datetime) -> LoggedDraft:
    """Keep what was written so far, sealed under a key of its own; nobody but its writer opens it.

    Raises NotOpened, as reveal(), rather than replace what was kept before and does not open.
    """
    _ensure_logs(by)
    if draft is None:
        draft = LoggedDraft(owner=by.user)
        keys.create(draft.pk)
    else:
        answers_of(draft, by=by)
    draft.seal(answers=json.dumps(dict(answers), ensure_ascii=False))
    draft.changed_at, draft.expires_at = now, now + timedelta(days=routing.terms().draft_days)
    draft.save()
    audit.record("cases.log_kept", by=by, about=draft)
    return draft


def drafts_of(by: Actor, *, now: datetime) -> list[LoggedDraft]:
    """The actor's own drafts that have not expired, the newest first."""
    return list(LoggedDraft.objects.filter(owner_id=by.user_id, expires_at__gt=now).order_by("-changed_at"))


def draft(mark: str, *, by: Actor, now: datetime) -> LoggedDraft | None:
    """The actor's own draft with that mark, or None."""
    return LoggedDraft.objects.filter(owner_id=by.user_id, mark=mark, expires_at__gt=now).first()


def answers_of(found: LoggedDraft, *, by: Actor) -> dict[str, Any]:
    """What was written so far."""
    return dict(json.loads(found.reveal("answers", purpose="logging", by=by) or "{}"))


def drop(found: LoggedDraft, *, by: Actor, now: datetime) -> None:
    """Erase a draft with its key."""
    if found.owner_id != by.user_id:
        raise Refused
    _erase(found, by=by, now=now)
    audit.record("cases.log_dropped", by=by, about=found.pk)


def drop_expired(*, by: Actor, now: datetime) -> int:
    """Erase every draft of the organisation in scope whose time has passed; for a job."""
    expired = list(LoggedDraft.objects.filter(expires_at__lte=now))
    for found in expired:
        _erase(found, by=by, now=now)
    return len(expired)


def _erase(found: LoggedDraft, *, by: Actor, now: datetime) -> bool:
    gone, _rows = LoggedDraft.objects.filter(pk=found.pk).delete()
    if gone:
        erasure.shred(found.pk, by=by, now=now)
    return bool(gone)


# --- asking for help before anything else ---------------------------------------------------------------------------


def ask_support(*, by: Actor, now: datetime, urgent: bool = True) -> SupportRequest:
    """Ask the support side to get in touch with whoever is listening; no case, no name, nothing that was told."""
    _ensure_logs(by)
    made = SupportRequest.objects.create(source="screen", urgent=urgent, asked_by=by.user, asked_at=now)
    audit.record("cases.support_asked", by=by, about=made, facts={"source": "screen", "urgent": urgent})
    deadlines.start("case.support", subject=made.pk, at=now)
    outbox.notify("cases.support_asked", about=made.pk, now=now)
    return made


# --- sending --------------------------------------------------------------------------------------------------------


def send(written: Written, *, by: Actor, now: datetime, once: str = "", found: LoggedDraft | None = None) -> Logged:
    """Make the report and its case, with everything a report from the form has, and erase the draft.

    `once` is a value of the page: sending the same page twice makes one report, and shows no number the second time.
    Raises DomainError where the safety question or the words are missing.
    """
    _ensure_logs(by)
    if by.user is None or by.membership is None:
        raise Refused
    _check(written, now)
    origin = hashlib.sha256(f"amparo log {by.user_id} {once}".encode()).hexdigest() if once else ""
    if origin and (sent := Report.objects.select_related("case").filter(origin=origin).first()):
        return Logged(sent.case.reference, "", None)
    if found is not None and not _erase(found, by=by, now=now):
        raise DomainError(_("This draft was sent or erased already."))
    code = receipts.new_code()
    made = intake.receive(
        written.told,
        code=code,
        by=by,
        now=now,
        origin=origin,
        channel=written.channel,
        aware_at=written.aware_at,
        handed_over=True,
    )
    case = Case.objects.get(pk=made.case)
    _add(case, written, by=by, now=now)
    if not written.receipt:
        # Nobody knows its number: it stays shut until somebody who met the person issues a new one.
        Mailbox.objects.filter(report__case=case).update(state="closed", changed_at=now)
    until = now + timedelta(days=routing.terms().logged_days)
    access.give(case, by.user, level=GrantLevel.LOGGED, by=by, now=now, ends_at=until)
    access.place_owner(case, by.user, manager=False, now=now)
    audit.record("cases.logged", by=by, about=case, reference=case.reference, facts={"channel": written.channel})
    return Logged(case.reference, code if written.receipt else "", made.answer_by)


def _ensure_logs(by: Actor) -> None:
    if by.user is None or not allowed(by, Perm.CASE_LOG):
        raise Refused


def _check(written: Written, now: datetime) -> None:
    if written.safe_now not in YesNoUnknown.values:
        raise DomainError(_("Say whether the person is safe now. “Not known” is an answer, too."))
    if not written.told.account.strip():
        raise intake.NothingTold
    if written.received_at > now or written.aware_at > now:
        raise DomainError(_("This day has not come yet. Use today or an earlier day."))
    if written.aware_at > written.received_at and written.received_at.date() != written.aware_at.date():
        raise DomainError(_("The organisation cannot have become aware later than you were told."))


def _add(case: Case, written: Written, *, by: Actor, now: datetime) -> None:
    """What the form of reporters does not ask: safety, place and time, who works for whom, who speaks what."""
    report = Report.objects.get(case=case)
    report.received_at, report.safe_now = written.received_at, written.safe_now
    report.incident_from, report.incident_until = written.incident_from, written.incident_until
    report.seal(place=written.place or None)
    if written.age_band in CHILD_BANDS:
        report.child = YesNoUnknown.YES
    elif written.age_band not in ("", AgeBand.UNKNOWN):
        report.child = YesNoUnknown.NO
    report.save(update_fields=["received_at", "safe_now", "incident_from", "incident_until", "place", "child"])
    if report.incident_from is not None:
        care.time_told(report, now=now)
    Case.objects.filter(pk=case.pk).update(
        received_at=written.received_at, office=written.office or (by.membership.office_id if by.membership else None)
    )
    parts = {person.part: person for person in Participant.objects.select_related("person").filter(case=case)}
    victim = parts.get(Part.VICTIM)
    if victim is not None:
        known = {
            name: value
            for name, value in (
                ("sex", written.sex),
                ("age_band", written.age_band),
                ("language", written.told.language),
            )
            if value
        }
        Person.objects.filter(pk=victim.person_id).update(interpreter_needed=written.interpreter_needed, **known)
    subject = parts.get(Part.SUBJECT)
    if subject is None and (written.employer or written.personnel):
        person = Person.objects.create(created_at=now)
        keys.create(person.pk)
        subject = Participant.objects.create(case=case, person=person, part=Part.SUBJECT, created_at=now)
    if subject is not None:
        subject.personnel = written.personnel
        subject.seal(employer=written.employer or None)
        subject.save(update_fields=["personnel", "employer"])
