"""Who is told what about cases.

Everything here runs in a worker, after the change; nobody shut out of a case ever stands among the recipients.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.choices import GrantLevel
from cases.models import CaseGrant, Handover, MessageDue, Reveal, SafetyQuestion, SupportRequest
from cases.selectors.team import case_of, free, in_touch, support_side, working_on
from core import outbox
from core.organisations import Organisation
from core.outbox.models import Notice
from core.tenancy import scope

Route = Callable[..., list[UUID] | None]


def free_to_hear(notice: Notice, user: UUID, _now: datetime) -> bool:
    """Whether the user may hear of this at all; asked for the last resort, too."""
    return bool(free(case_of(notice.about), [user]))


def declare(route: Route) -> None:
    """Called once when the app is ready; `route` gives a new report to whoever may have it."""
    notices = (
        ("cases.report_arrived", partial(report_arrived, route), _new_report, "triage"),
        ("cases.message_arrived", message_arrived, _message, "case_messages"),
        ("cases.consent_changed", message_arrived, _consent, "case"),
        ("cases.access_given", access_given, _access, "case"),
        ("cases.handover_offered", handover_offered, _handover, "case_handover_answer"),
        ("cases.handover_confirmed", handover_answered, _taken, ""),
        ("cases.handover_declined", handover_answered, _not_taken, "case"),
        ("cases.identity_revealed", identity_revealed, _revealed, "case"),
        ("cases.support_asked", support_asked, _support, ""),
        ("cases.safety_asked", safety_asked, _safety, ""),
        ("cases.safety_answered", safety_answered, _answered, "case"),
        ("cases.message_owed", message_owed, _owed, ""),
    )
    for key, resolve, text, page in notices:
        outbox.declare(key, resolve=resolve, text=text, link=partial(_link, page), may_know=free_to_hear)


# --- who hears -------------------------------------------------------------------------------------------------------


def report_arrived(route: Route, notice: Notice, now: datetime) -> list[UUID] | None:
    """Whoever the report was given to; None for one of many at once that is not urgent."""
    found = route(notice.about, now=now)
    return None if found is None else free(case_of(notice.about), found)


def message_arrived(notice: Notice, now: datetime) -> list[UUID] | None:
    """Whoever answers this reporter: the owner, or all who triage or manage the case."""
    case = case_of(notice.about)
    if case is None:
        return None
    handling = working_on(case, now, GrantLevel.TRIAGE, GrantLevel.MANAGE)
    return [case.owner_id] if case.owner_id in handling else handling


def access_given(notice: Notice, now: datetime) -> list[UUID] | None:
    grant = CaseGrant.objects.filter(pk=notice.about).first()
    return free(case_of(notice.about), [grant.user_id]) or None if grant else None


def handover_offered(notice: Notice, now: datetime) -> list[UUID] | None:
    offer = Handover.objects.filter(pk=notice.about, confirmed_at=None, declined_at=None).first()
    return free(offer.case, [offer.receiver_id]) if offer else None


def handover_answered(notice: Notice, now: datetime) -> list[UUID] | None:
    offer = Handover.objects.filter(pk=notice.about).first()
    return free(offer.case, [offer.giver_id]) or None if offer else None


def identity_revealed(notice: Notice, now: datetime) -> list[UUID] | None:
    """The owner of the case, else its manager, unless they opened it themselves."""
    opened = Reveal.objects.select_related("case").filter(pk=notice.about).first()
    if opened is None:
        return None
    told = [opened.case.owner_id or opened.case.manager_id]
    return [user for user in free(opened.case, told) if user != opened.user_id] or None


def support_asked(notice: Notice, now: datetime) -> list[UUID] | None:
    asked = SupportRequest.objects.filter(pk=notice.about).first()
    return support_side(asked.case, now) if asked and asked.state == "received" else None


def safety_asked(notice: Notice, now: datetime) -> list[UUID] | None:
    question = SafetyQuestion.objects.filter(pk=notice.about).first()
    return in_touch(question.case, now) if question and not question.answer else None


def safety_answered(notice: Notice, now: datetime) -> list[UUID] | None:
    """Whoever asked, who waits with the step until then."""
    question = SafetyQuestion.objects.filter(pk=notice.about).first()
    return free(question.case, [question.asked_by_id]) or None if question else None


def message_owed(notice: Notice, now: datetime) -> list[UUID] | None:
    due = MessageDue.objects.select_related("participant").filter(pk=notice.about, done_at=None).first()
    if due is None:
        return None
    named = free(due.case, [due.participant.contact_id]) if due.participant else []
    return named or in_touch(due.case, now)


# --- in which words --------------------------------------------------------------------------------------------------


def _new_report(_notice: Notice) -> str:
    return _("A new report")


def _message(_notice: Notice) -> str:
    return _("A reporter wrote")


def _consent(_notice: Notice) -> str:
    return _("Somebody changed what they allow")


def _access(_notice: Notice) -> str:
    return _("You were given access to a case")


def _handover(_notice: Notice) -> str:
    return _("A case is handed over to you: say whether you take it")


def _taken(_notice: Notice) -> str:
    return _("The case you handed over was taken")


def _not_taken(_notice: Notice) -> str:
    return _("The case you wanted to hand over was not taken")


def _revealed(_notice: Notice) -> str:
    return _("An identity was opened in your case")


def _support(_notice: Notice) -> str:
    return _("Support is asked for somebody")


def _safety(_notice: Notice) -> str:
    return _("Somebody asks whether a step is safe")


def _answered(_notice: Notice) -> str:
    return _("Your question about safety was answered")


def _owed(_notice: Notice) -> str:
    return _("Somebody affected is to be told what changed")


def _link(page: str, notice: Notice) -> str:
    """The page of the notice; the public side knows no reference, so there the case is looked up."""
    if not page:
        return ""
    case = None if notice.reference else case_of(notice.about)
    reference = notice.reference or (case.reference if case else "")
    return _page(page, reference) if reference else ""


def _page(page: str, reference: str) -> str:
    slug = Organisation.objects.values_list("slug", flat=True).get(pk=scope().organisation)
    return reverse(page, args=[slug, reference])
