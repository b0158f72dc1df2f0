"""What the people affected are to be told: written by whoever changes a state, carried out by the support side."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.actions import access
from cases.choices import Part
from cases.models import Case, MessageDue, Participant, Report
from cases.permissions import Perm
from cases.selectors.told import contacts_for, messages_due
from core import audit, deadlines, outbox
from core.actors import Actor
from core.errors import DomainError, Refused
from core.organisations import User
from core.permissions import allowed

#: Days in silence at most (domain reference §12, victim.update_on_state_change).
AT_MOST = timedelta(days=30)

#: Texts fit for a survivor, by change; no word of the accused, of findings in detail, or of sanctions.
TEXTS = {
    "triaged": _("We have read what you told us and decided who looks into it next."),
    "kept_as_information": _("We keep what you told us safe. If anything new comes in, we look at it again."),
    "referred_out": _("Another organisation is responsible for looking into it. We stay your contact."),
    "assessment": _("We are finding out whether this has to be investigated, and by whom."),
    "investigation": _("It is being investigated now. You decide how much you want to take part."),
    "decision": _("The investigation is finished. The organisation now decides what follows."),
    "closed": _("We have ended our work on what you told us. Ask us what that means; support does not end with it."),
    "reopened": _("We are looking at what you told us again."),
}


def declare(change: str, text: Any) -> None:
    """An app above names a change of its own and the words for it; ValueError where it has others already."""
    if TEXTS.setdefault(change, text) != text:
        raise ValueError(f"The change {change} has a text already.")


def due_for_all(case: Case, *, change: str, by: Actor, now: datetime) -> list[MessageDue]:
    """Write one message due for each person affected by the case; KeyError for a change nobody wrote a text for."""
    TEXTS[change]
    made = []
    victims = Participant.objects.filter(case=case, part=Part.VICTIM).select_related("contact")
    for person in victims.order_by("created_at", "id"):
        row = MessageDue(case=case, participant=person, change=change, text=change, due_at=now, created_at=now)
        clock = deadlines.start(
            "case.tell", subject=row.pk, reference=case.reference, owner=person.contact, at=now
        )  # fmt: skip
        row.due_at = clock.due_at
        row.save(force_insert=True)
        outbox.notify("cases.message_owed", about=row.pk, now=now)
        made.append(row)
    if made:
        audit.record(
            "cases.message_owed",
            by=by,
            about=case,
            reference=case.reference,
            facts={"change": change, "people": len(made)},
        )
    return made


def carry_out(due: MessageDue, *, channel: str, reception: str, by: Actor, now: datetime) -> MessageDue:
    """Record that the person was told, by which channel and how they took it; both are sealed.

    The support side may, and whoever is named as the person's contact: investigators never see the channel. Where the
    person affected did not ask for the report, the support side alone. Once only.
    """
    if by.user is None or not messages_due(by).filter(pk=due.pk).exists():
        if MessageDue.objects.filter(pk=due.pk, done_at__isnull=False).exists():
            raise Refused(_("Somebody has told the person already."))
        raise Refused
    access.ensure_free(due.case, by.user)
    waits = Report.objects.filter(case=due.case_id, contact_waits=True).exists()
    if waits and not allowed(by, Perm.SUPPORT_ANSWER):
        raise Refused(_("Someone else reported this and the person may not know of it. A support officer decides how."))
    if not channel.strip():
        raise DomainError(_("Say how the person was told."))
    due.seal(channel=channel.strip(), reception=reception.strip())
    won = MessageDue.objects.filter(pk=due.pk, done_at=None).update(
        done_at=now, done_by=by.user, channel=due.channel, reception=due.reception
    )
    if not won:
        raise Refused(_("Somebody has told the person already."))
    due.done_at, due.done_by = now, by.user
    deadlines.meet("case.tell", subject=due.pk, by=by, now=now)
    # Thirty days in silence at most: while something is looked into, the next thirty begin here.
    if deadlines.meet("victim.update", subject=due.case_id, by=by, now=now):
        case = due.case
        deadlines.start("victim.update", subject=case.pk, reference=case.reference, owner=case.owner, at=now)
    audit.record("cases.message_told", by=by, about=due.case_id)
    return due


def name_contact(victim: Participant, who: User | None, *, by: Actor, now: datetime) -> None:
    """Name whoever tells this person what changes; None leaves it to the support side. What is due goes along.

    Refused for somebody shut out, who investigates or decides the case, or whose role tells nobody anything.
    """
    case = victim.case
    access.ensure_may(case, by=by, perm=Perm.CASE_ASSIGN, now=now)
    access.lock(case)
    if victim.part != Part.VICTIM or (who is not None and who not in contacts_for(case, now)):
        raise Refused(_("This person cannot have a part in the work on this case."))
    Participant.objects.filter(pk=victim.pk).update(contact=who)
    for due in MessageDue.objects.filter(participant=victim, done_at=None):
        deadlines.hand_over(subject=due.pk, owner=who)
        outbox.notify("cases.message_owed", about=due.pk, now=now)
    audit.record("cases.contact_named", by=by, about=case, reference=case.reference, facts={"contact": who})


def silent_since(case: Case, participant: Participant, now: datetime) -> bool:
    """Whether this person has heard nothing for longer than anybody should wait."""
    last = (
        MessageDue.objects.filter(case=case, participant=participant, done_at__isnull=False)
        .order_by("-done_at")
        .values_list("done_at", flat=True)
        .first()
    )
    return now - (last or case.received_at) > AT_MOST
