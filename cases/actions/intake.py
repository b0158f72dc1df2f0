"""A report comes in: everything it needs is written in one transaction, or nothing is."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases import care
from cases.actions import drafts, mailbox, news
from cases.choices import AgeBand, Channel, ForWhom, LastTime, Mode, Part, Purpose, WishFor, YesNoUnknown
from cases.models import Case, Consent, Identity, Participant, Person, Report, SupportRequest
from core import audit
from core.actors import REPORTER, Actor
from core.encryption import keys
from core.errors import DomainError
from core.tenancy import new_id, with_mailbox

audit.declare("cases.received", _("{actor} sent a report; case {reference} was opened"))

#: Within these steps some care works only for a short time (domain reference §4.4).
RECENT = (LastTime.TODAY_OR_YESTERDAY, LastTime.THREE_DAYS, LastTime.FIVE_DAYS)


class NothingTold(DomainError):
    """A report without any account."""

    default = _("Please write a few words about what happened. Even one line is enough.")


@dataclass(frozen=True, repr=False)
class Told:
    """What somebody told, as it goes into the records; everything but the account may be missing."""

    account: str
    language: str
    mode: str = Mode.ANONYMOUS
    for_whom: str = ForWhom.UNKNOWN
    child: str = YesNoUnknown.UNKNOWN
    last_time: str = ""
    affected_knows: str = ""
    affected_wants: str = ""
    subject_name: str = ""
    subject_work: str = ""
    subject_place: str = ""
    must_not_know: str = ""
    wishes: tuple[str, ...] = ()
    wishes_words: str = ""
    name: str = ""
    contact: str = ""
    safe_way: str = ""
    consents: tuple[str, ...] = ()

    @property
    def contact_waits(self) -> bool:
        """True where the person affected did not ask for this: a support officer decides first how to reach them."""
        both = self.affected_knows == YesNoUnknown.YES and self.affected_wants == YesNoUnknown.YES
        return self.for_whom == ForWhom.OTHER and not both

    @property
    def support_wished(self) -> bool:
        return Purpose.SUPPORT in self.consents or bool({WishFor.SUPPORT, WishFor.SAFETY} & set(self.wishes))

    @property
    def urgent(self) -> bool:
        return self.child == YesNoUnknown.YES or self.last_time in RECENT


@dataclass(frozen=True)
class Received:
    """What came of it: the public reference, and when the reporter hears from us if a clock says so."""

    case: UUID
    reference: str
    answer_by: datetime | None


def send(draft: drafts.OpenDraft, told: Told, *, now: datetime) -> bool:
    """Send a draft from the public form; False when it was sent before, whatever the other sender's tab shows.

    The draft's row decides who sends it; the report carries a value derived from that row, so that the database
    would refuse a second one as well.
    """
    if not told.account.strip():
        raise NothingTold
    with with_mailbox(draft.lookup):
        if not drafts.claim(draft, now=now):
            return False
        if draft.saved and mailbox.is_there(draft.code):
            return False  # sent from another copy of the draft, opened elsewhere by the same number
        origin = hashlib.sha256(b"amparo draft " + draft.id.bytes).hexdigest()
        made = receive(told, code=draft.code, by=REPORTER, now=now, origin=origin)
        remembered = {"answer_by": made.answer_by.isoformat()} if made.answer_by else {}
        drafts.note(draft, remembered, now=now, lasts=drafts.AFTER_SENDING)
    if draft.saved:
        drafts.drop_put_away(draft.code)
    return True


def receive(
    told: Told,
    *,
    code: str,
    by: Actor,
    now: datetime,
    origin: str = "",
    channel: str = Channel.WEB_FORM,
    aware_at: datetime | None = None,
    handed_over: bool = False,
) -> Received:
    """Write a report with its case, people, consents, mailbox, clocks, audit event and notice.

    A reporter's keys are sealed to the organisation's public key; nobody on the public side can open them again.
    `handed_over`: the code is shown to whoever logs the report for somebody. Raises NothingTold.
    """
    if not told.account.strip():
        raise NothingTold
    case = Case(received_at=now, aware_at=aware_at or now, changed_at=now)
    if told.support_wished:
        case.support_asked_at = now
    people, box = _people(told, case, now=now), new_id()
    key = _keys([case.id, *(person.id for person in people.everybody)], box, by=by)
    case.save(force_insert=True)
    report = _report(told, case, channel=channel, by=by, origin=origin, now=now, aware_at=aware_at or now)
    _save_people(told, people, now=now)
    mailbox.create(report, people.reporter, code=code, key=key, mailbox=box, handed_over=handed_over, now=now)
    _consents(told, people.reporter.person_id, box, by=by, now=now)
    if told.support_wished:
        asked = SupportRequest(
            case=case,
            person=people.affected,
            source="form" if by.user is None else "screen",
            urgent=told.urgent,
            asked_by=by.user,
            asked_at=now,
        )
        asked.save(force_insert=True)
        news.support_asked(asked, now=now)
    care.time_told(report, now=now)
    audit.record("cases.received", by=by, about=case, reference=case.reference, hashes=report.sealed_hashes())
    return Received(case.id, case.reference, news.report_arrived(case, now=now))


def _keys(subjects: list[UUID], box: UUID, *, by: Actor) -> keys.OpenKey:
    """Data keys of everything a report is made of; gives that of the mailbox, which its receipt will hold as well."""
    if by.kind == "user":
        keys.create_many(subjects)
        return keys.create(box, pinned=True)
    return keys.create_many_at_intake([*subjects, box], pinned=[box])[-1]


def _report(
    told: Told, case: Case, *, channel: str, by: Actor, origin: str, now: datetime, aware_at: datetime
) -> Report:
    report = Report(
        case=case,
        channel=channel,
        mode=told.mode,
        for_whom=told.for_whom,
        language=told.language,
        received_at=now,
        aware_at=aware_at,
        logged_by=by.user,
        origin=origin,
        last_time=told.last_time,
        child=told.child,
        affected_knows=told.affected_knows,
        affected_wants=told.affected_wants,
        contact_waits=told.contact_waits,
        wishes=list(told.wishes),
    )
    report.seal(
        account=told.account,
        about_whom=told.subject_work or None,
        place=told.subject_place or None,
        must_not_know=told.must_not_know or None,
        wishes_words=told.wishes_words or None,
    )
    report.save(force_insert=True)
    return report


@dataclass(frozen=True)
class People:
    """Who a new report speaks of, each with a code, and their parts; the first part is the reporter's."""

    everybody: list[Person]
    parts: list[Participant]
    affected: Person | None
    subject: Person | None

    @property
    def reporter(self) -> Participant:
        return self.parts[0]


def _people(told: Told, case: Case, *, now: datetime) -> People:
    """The reporter, the person affected where there is one to point to, and whoever was named or described."""
    child = AgeBand.CHILD if told.child == YesNoUnknown.YES else AgeBand.UNKNOWN
    myself = told.for_whom == ForWhom.SELF
    reporter = Person(created_at=now, language=told.language, age_band=child if myself else AgeBand.UNKNOWN)
    everybody, parts = [reporter], [Participant(case=case, person=reporter, part=Part.REPORTER, created_at=now)]
    affected, subject = reporter if myself else None, None
    if told.for_whom == ForWhom.OTHER:
        affected = Person(created_at=now, age_band=child)
        everybody.append(affected)
    if affected is not None:
        parts.append(Participant(case=case, person=affected, part=Part.VICTIM, created_at=now))
    if told.subject_name or told.subject_work or told.subject_place:
        subject = Person(created_at=now)
        everybody.append(subject)
        known = YesNoUnknown.YES if told.subject_name else YesNoUnknown.UNKNOWN
        parts.append(Participant(case=case, person=subject, part=Part.SUBJECT, identified=known, created_at=now))
    return People(everybody, parts, affected, subject)


def _save_people(told: Told, people: People, *, now: datetime) -> None:
    """Codes for everybody, identities only for whom the reporter named one; anonymous means that there is none."""
    Person.objects.bulk_create(people.everybody)
    for part in people.parts:
        if part.part == Part.SUBJECT:
            part.seal(description=told.subject_work or None, employer=told.subject_place or None)
    Participant.objects.bulk_create(people.parts)
    identities = []
    if told.mode != Mode.ANONYMOUS and (told.name or told.contact or told.safe_way):
        known = Identity(person_id=people.reporter.person_id, changed_at=now)
        known.seal(name=told.name or None, contact=told.contact or None, safe_way=told.safe_way or None)
        identities.append(known)
    if people.subject is not None and told.subject_name:
        named = Identity(person=people.subject, changed_at=now)
        named.seal(name=told.subject_name)
        identities.append(named)
    if identities:
        Identity.objects.bulk_create(identities)


def _consents(told: Told, person: UUID, box: UUID, *, by: Actor, now: datetime) -> None:
    """One row for each yes; to send a report is itself the yes to keeping it, and Named the yes to using the name."""
    purposes = {Purpose.RECORD, *told.consents}
    if told.mode == Mode.NAMED:
        purposes.add(Purpose.INVESTIGATION)
    if told.mode == Mode.ANONYMOUS:
        purposes.discard(Purpose.INVESTIGATION)
    Consent.objects.bulk_create(
        Consent(
            person_id=person,
            mailbox_id=box,
            purpose=purpose,
            wording=mailbox.WORDING,
            language=told.language,
            method="form" if by.user is None else "witnessed",
            given_at=now,
            recorded_by=by.user,
        )
        for purpose in sorted(purposes)
    )
