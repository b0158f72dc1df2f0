"""Triage: safety first, then what kind it is and how urgent, then a decision with its reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.actions import access, consents, joining, support, telling
from cases.actions.versions import Seen, ensure_unchanged
from cases.choices import (
    CaseState,
    Category,
    CloseReason,
    GrantLevel,
    Part,
    Priority,
    PriorityReason,
    Purpose,
    Stream,
    TriageDecision,
    YesNoUnknown,
)
from cases.models import (
    Allegation,
    AllegationSubject,
    AllegationVictim,
    Case,
    Identity,
    Participant,
    Person,
    TriageDraft,
)
from cases.permissions import Perm
from cases.routing_rules import category_of, fits, priority_of, stream_of
from cases.selectors import grants_in_force
from cases.states import CASE
from core import audit, deadlines
from core.actors import Actor
from core.encryption import keys
from core.errors import ConcurrentEdit, DomainError, Refused

#: The move of the state table each decision makes, and what the people affected are told of it.
MOVES = {
    TriageDecision.OPEN: ("open_assessment", "assessment"),
    TriageDecision.REFER: ("refer_out", "referred_out"),
    TriageDecision.INFORMATION: ("keep_as_information", "kept_as_information"),
    TriageDecision.OUT_OF_SCOPE: ("close", "closed"),
    TriageDecision.DUPLICATE: ("close", ""),
}
#: What triage decided once and may look at again.
TAKEN_UP_AGAIN = (CaseState.INFO_ONLY, CaseState.REFERRED_OUT)
CLOSING = {
    TriageDecision.OUT_OF_SCOPE: CloseReason.OUT_OF_SCOPE,
    TriageDecision.DUPLICATE: CloseReason.DUPLICATE,
}
#: What only a person can see; the reports themselves, and rank, give the others.
BY_HAND = (
    PriorityReason.ONGOING_CONTACT, PriorityReason.THREAT, PriorityReason.SEVERAL_VICTIMS,
    PriorityReason.REPEAT_SUBJECT,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What triage found out, in the codes of the enumerations; reasons are those beside what the reports say."""

    standing: str = ""
    personnel: str = ""
    senior: bool = False
    stream: str = Stream.UNKNOWN
    kinds: tuple[str, ...] = ()
    paternity: bool = False
    category: int | None = None
    priority: str = ""
    reasons: tuple[str, ...] = ()


def start(case: Case, *, by: Actor, now: datetime) -> Case:
    """Take a new report up; whoever does owns it from then on. Raises Refused where it is not new."""
    access.ensure_may(case, by=by, perm=Perm.CASE_TRIAGE, now=now)
    CASE.apply(
        case, "start_triage", by=by, now=now, reference=case.reference,
        also={"changed_at": now, "version": case.version + 1},
    )  # fmt: skip
    mine = case.owner_id is None or _only_logged_it(case, now)
    if mine and by.user is not None:
        access.place_owner(case, by.user, manager=False, now=now)
    return case


def _only_logged_it(case: Case, now: datetime) -> bool:
    """Whether the owner is there only because they wrote it down."""
    if case.owner_id is None:
        return False
    levels = set(grants_in_force(case.owner_id, now).filter(content_object=case).values_list("level", flat=True))
    return levels <= {GrantLevel.LOGGED}


def check_safety(case: Case, *, safe: str, ask_support: bool, by: Actor, now: datetime) -> Case:
    """Note whether the person is safe, before anything else; asks for support in the same act where wished.

    The request names nobody: the support side learns who from the person's own record.
    """
    access.ensure_may(case, by=by, perm=Perm.CASE_TRIAGE, now=now)
    if safe not in YesNoUnknown.values:
        raise DomainError(_("Say whether the person is safe now. “Not known” is an answer, too."))
    fresh = access.lock(case)
    reasons = [reason for reason in fresh.priority_reasons if reason != PriorityReason.NOT_SAFE]
    if safe == YesNoUnknown.NO:
        reasons.insert(0, str(PriorityReason.NOT_SAFE))
    _change(
        case,
        now,
        safety_checked_at=now,
        priority_reasons=reasons,
        priority=str(priority_of(reasons)),
    )
    audit.record("cases.safety_checked", by=by, about=case, reference=case.reference, facts={"safe": safe})
    if ask_support:
        support.ask(case, source="triage", urgent=safe == YesNoUnknown.NO, by=by, now=now)
        case.refresh_from_db(fields=["support_asked_at"])
    return case


def begin(case: Case, *, seen: Seen | None = None, by: Actor, now: datetime) -> Case:
    """Whatever somebody does first with a report takes it up, or up again; ConcurrentEdit where it changed since."""
    access.ensure_may(case, by=by, perm=Perm.CASE_TRIAGE, now=now)
    ensure_unchanged(case, seen)
    if case.state == CaseState.RECEIVED:
        return start(case, by=by, now=now)
    return take_up_again(case, by=by, now=now) if case.state in TAKEN_UP_AGAIN else case


def keep_draft(case: Case, answers: Mapping[str, Any], *, seen: Seen | None = None, by: Actor, now: datetime) -> None:
    """Keep what was filled in so far, sealed under the case; it replaces what was kept before, if that still opens.

    Raises ConcurrentEdit where somebody else changed the case or kept a draft since it was `seen`.
    """
    access.ensure_may(case, by=by, perm=Perm.CASE_TRIAGE, now=now)
    if by.user is None:
        raise Refused
    fresh = ensure_unchanged(case, seen)
    Case.objects.filter(pk=case.pk).update(version=fresh.version + 1)
    draft, _before = draft_of(case, by=by)
    draft = draft or TriageDraft(case=case)
    draft.seal(answers=json.dumps(dict(answers), ensure_ascii=False))
    draft.saved_at, draft.saved_by = now, by.user
    draft.save()
    case.version = fresh.version + 1
    audit.record("cases.triage_kept", by=by, about=case, reference=case.reference)


def draft_of(case: Case, *, by: Actor) -> tuple[TriageDraft | None, dict[str, Any]]:
    """The draft that is kept for the case, opened; (None, {}) without one. Raises NotOpened as reveal()."""
    draft = TriageDraft.objects.select_related("saved_by").filter(case=case).first()
    if draft is None:
        return None, {}
    return draft, json.loads(draft.reveal("answers", purpose="triage", by=by) or "{}")


def decide(
    case: Case,
    findings: Findings,
    *,
    decision: str,
    reason: str,
    by: Actor,
    now: datetime,
    seen: Seen | None = None,
    recipient: str = "",
    into: Case | None = None,
) -> Case:
    """Decide the triage: classification, allegations with their people, and what happens now.

    Types of an earlier triage that are not among the findings any more are withdrawn. `recipient` is whom it is
    referred to, `into` the case a duplicate is joined to. Raises ConcurrentEdit when somebody else changed the case
    since it was `seen`, DomainError for anything missing, Refused where the state or the actor does not allow it.
    """
    access.ensure_may(case, by=by, perm=Perm.CASE_TRIAGE, now=now)
    fresh = ensure_unchanged(case, seen)
    chosen = _checked(fresh, findings, decision, reason, recipient, into)
    case.refresh_from_db()
    if into is not None and chosen is TriageDecision.DUPLICATE:
        access.ensure_may(into, by=by, perm=Perm.CASE_EDIT, now=now)
        joining.join(case, into, by=by, now=now)
    elif chosen is not TriageDecision.OUT_OF_SCOPE:
        _write_allegations(case, findings, by=by, now=now)
    reasons = _reasons(case, findings)
    values = {
        "stream": findings.stream,
        "category": findings.category or category_of(findings.stream, findings.kinds, senior=findings.senior),
        "priority": findings.priority or str(priority_of(reasons)),
        "priority_reasons": reasons,
    }
    case.seal(decision_reason=reason.strip())
    also = {
        **values,
        "triaged_at": now,
        "changed_at": now,
        "decision_reason": case.decision_reason,
        "version": case.version + 1,
    }
    facts: dict[str, Any] = {}
    if chosen in CLOSING:
        also |= {"closed_at": now, "close_reason": CLOSING[chosen]}
        facts["reason"] = str(CLOSING[chosen])
    verb, change = MOVES[chosen]
    CASE.apply(case, verb, by=by, now=now, reference=case.reference, also=also, facts=facts)
    audit.record(
        "cases.triaged",
        by=by,
        about=case,
        reference=case.reference,
        hashes=case.sealed_hashes("decision_reason"),
        facts={
            "decision": str(chosen),
            "stream": findings.stream,
            "category": int(values["category"]),  # type: ignore[call-overload]
            "priority": values["priority"],
            "reasons": reasons,
            "kinds": list(findings.kinds),
            "pointed_to": stream_of(findings.standing, findings.personnel).stream,
        },
    )
    TriageDraft.objects.filter(case=case).delete()
    _clocks(case, chosen, by=by, now=now)
    if change:
        telling.due_for_all(case, change=change, by=by, now=now)
    return case


def _clocks(case: Case, chosen: TriageDecision, *, by: Actor, now: datetime) -> None:
    deadlines.meet("intake.triage", subject=case.pk, by=by, now=now)
    if chosen is TriageDecision.OPEN:
        deadlines.start("case.assessment", subject=case.pk, reference=case.reference, owner=case.owner, at=now)
    if chosen in CLOSING:
        deadlines.cancel_all(subject=case.pk, by=by, now=now)


def _checked(
    case: Case, findings: Findings, decision: str, reason: str, recipient: str, into: Case | None
) -> TriageDecision:
    """The decision, once everything it needs is there; raises DomainError with what is missing."""
    if case.safety_checked_at is None:
        raise DomainError(_("First say whether the person is safe. Everything else can wait."))
    if decision not in TriageDecision.values:
        raise DomainError(_("Choose what happens now."))
    if not reason.strip():
        raise DomainError(_("Write your reason: two lines that someone can follow a year from now."))
    chosen = TriageDecision(decision)
    if chosen is TriageDecision.OPEN and not findings.kinds:
        raise DomainError(_("Choose at least one type. “Not known” is a type, too."))
    if stray := [kind for kind in findings.kinds if not fits(kind, findings.stream)]:
        raise DomainError(
            _("A type you chose does not belong to this kind (%(number)d). Split it into two allegations instead.")
            % {"number": len(stray)}
        )
    if findings.category not in (None, *Category.values) or findings.priority not in ("", *Priority.values):
        raise DomainError(_("Choose a category and a priority from the list."))
    if chosen is TriageDecision.REFER:
        ensure_referral_agreed(case, recipient)
    if chosen is TriageDecision.DUPLICATE and (into is None or into.pk == case.pk or into.closed_at is not None):
        raise DomainError(_("Choose the open case this report belongs to."))
    return chosen


def ensure_referral_agreed(case: Case, recipient: str) -> None:
    """A person who is known must have said yes to this recipient; of somebody unknown nobody can be asked."""
    if not recipient.strip():
        raise DomainError(_("Say to whom it is referred."))
    victims = Participant.objects.filter(case=case, part=Part.VICTIM).values_list("person_id", flat=True)
    known = Identity.objects.filter(person_id__in=list(victims)).values_list("person_id", flat=True)
    for person_id in known:
        if not consents.may_share(person_id, Purpose.REFERRAL, recipient=recipient.strip()):
            raise DomainError(
                _("The person affected has not agreed to a referral there. Ask them first, or decide otherwise.")
            )


def _reasons(case: Case, findings: Findings) -> list[str]:
    """What the reports say and what this triage adds, in the order of the enumeration."""
    victims = Participant.objects.filter(case=case, part=Part.VICTIM).count()
    once_chosen = (*BY_HAND, PriorityReason.SENIOR_SUBJECT)
    found = {*findings.reasons, *(reason for reason in case.priority_reasons if reason not in once_chosen)}
    if findings.senior:
        found.add(PriorityReason.SENIOR_SUBJECT)
    if victims > 1:
        found.add(PriorityReason.SEVERAL_VICTIMS)
    return [str(reason) for reason in PriorityReason if reason in found]


def _write_allegations(case: Case, findings: Findings, *, by: Actor, now: datetime) -> None:
    """One allegation for each type not there yet, with everybody affected and everybody named; the others withdrawn."""
    victims = _everybody(case, Part.VICTIM, by=by, now=now, standing=findings.standing)
    subjects = _everybody(case, Part.SUBJECT, by=by, now=now, personnel=findings.personnel, senior=findings.senior)
    there = open_allegations(case)
    for allegation in there.exclude(kind__in=findings.kinds):
        withdraw(allegation, by=by, now=now)
    there.update(paternity=findings.paternity)
    for kind in (kind for kind in findings.kinds if kind not in there.values_list("kind", flat=True)):
        made = Allegation.objects.create(
            case=case, kind=kind, paternity=findings.paternity, created_at=now, created_by=by.user
        )
        AllegationVictim.objects.bulk_create(
            AllegationVictim(allegation=made, participant=person) for person in victims
        )
        AllegationSubject.objects.bulk_create(
            AllegationSubject(allegation=made, participant=person) for person in subjects
        )


def open_allegations(case: Case) -> QuerySet[Allegation]:
    """What is alleged in the case now."""
    return Allegation.objects.filter(case=case, withdrawn_at=None)


def withdraw(allegation: Allegation, *, by: Actor, now: datetime) -> None:
    """It is no longer alleged; it stays on record as withdrawn, and counts no more."""
    if Allegation.objects.filter(pk=allegation.pk, withdrawn_at=None).update(withdrawn_at=now, withdrawn_by=by.user):
        case = allegation.case
        audit.record(
            "cases.allegation_withdrawn", by=by, about=case, reference=case.reference, facts={"kind": allegation.kind}
        )


def _everybody(case: Case, part: str, *, by: Actor, now: datetime, **values: Any) -> list[Participant]:
    """Everybody with that part, brought up to date; one more by code alone where the reports point to nobody."""
    people = Participant.objects.filter(case=case, part=part)
    known = {name: value for name, value in values.items() if value}
    if people.exists():
        if known:
            people.update(**known)
        return list(people.order_by("created_at", "id"))
    return [add_person(case, part, by=by, now=now, **known)]


def add_person(case: Case, part: str, *, by: Actor, now: datetime, **values: Any) -> Participant:
    """Somebody by code alone, with a data key of their own."""
    person = Person.objects.create(created_at=now)
    keys.create(person.pk)
    made = Participant.objects.create(case=case, person=person, part=part, created_at=now, **values)
    audit.record("cases.person_added", by=by, about=case, reference=case.reference, facts={"part": part})
    return made


def _change(case: Case, now: datetime, **columns: Any) -> None:
    """One UPDATE of the locked case; the object the caller holds is told as well."""
    columns |= {"changed_at": now, "version": case.version + 1}
    if not Case.objects.filter(pk=case.pk, version=case.version).update(**columns):
        raise ConcurrentEdit
    for name, value in columns.items():
        setattr(case, name, value)


def take_up_again(case: Case, *, by: Actor, now: datetime) -> Case:
    """Triage anew what was kept as information or referred out; a new clock for the decision starts."""
    access.ensure_may(case, by=by, perm=Perm.CASE_TRIAGE, now=now)
    CASE.apply(
        case, "retriage", by=by, now=now, reference=case.reference,
        also={"changed_at": now, "version": case.version + 1},
    )  # fmt: skip
    deadlines.start("intake.triage", subject=case.pk, reference=case.reference, owner=case.owner, at=now)
    return case
