"""What people affected are told when an investigation changes: plain words, an outcome, never the sanction itself."""

from django.utils.translation import gettext_lazy as _

from cases.actions import telling
from cases.audit_events import CHANGES
from cases.choices import CaseState, CloseReason

TEXTS = {
    "inquiry_started": (
        _("The people who look into it have begun. You decide how much you want to take part."),
        _("the investigation started"),
    ),
    "inquiry_paused": (
        _("Looking into it has to pause for a while. We tell you when it goes on. Support does not pause."),
        _("the investigation paused"),
    ),
    "inquiry_resumed": (_("Looking into it goes on."), _("the investigation goes on")),
    "inquiry_writing": (
        _("What was found out is being written down now."), _("the report is being written"),
    ),
    "inquiry_review": (
        _("What was written down is being checked by somebody who did not write it."), _("the report is being checked"),
    ),
    "inquiry_handed_over": (
        _("Another body looks into it from now on. We stay your contact and follow what it does."),
        _("another body took over"),
    ),
    "inquiry_decided": (
        _("The organisation has decided what follows for the person it is about. How exactly is not told to anybody."),
        _("it was decided what follows"),
    ),
    "inquiry_appeal": (
        _("The person it is about has asked for the decision to be looked at again. You need not do anything."),
        _("an appeal was filed"),
    ),
    "inquiry_appeal_ended": (
        _("Whether the decision stands has been looked at again, and that has ended."), _("the appeal ended"),
    ),
    "inquiry_carried_out": (
        _("What was decided about the person it is about has been done."), _("the decision was carried out"),
    ),
    "outcome_substantiated": (
        _("We found that what you told us is true, and what follows has been decided. Support does not end with it."),
        _("it ended: substantiated"),
    ),
    "outcome_unsubstantiated": (
        _(
            "We could not prove what you told us as our rules ask. That does not mean that nothing happened. "
            "Support does not end with it."
        ),
        _("it ended: unsubstantiated"),
    ),
}  # fmt: skip

#: What is told for each move of an investigation or a proceeding while the case stays where it is.
BY_VERB = {
    "start": "inquiry_started",
    "suspend": "inquiry_paused",
    "resume": "inquiry_resumed",
    "write": "inquiry_writing",
    "look_further": "inquiry_resumed",
    "submit": "inquiry_review",
    "send_back": "inquiry_writing",
    "sanction": "inquiry_decided",
    "leave_unsanctioned": "inquiry_decided",
    "appeal": "inquiry_appeal",
    "uphold": "inquiry_appeal_ended",
    "reverse": "inquiry_appeal_ended",
    "carry_out": "inquiry_carried_out",
}
BY_STATE = {
    CaseState.IN_INVESTIGATION: "investigation",
    CaseState.IN_DECISION: "decision",
    CaseState.REFERRED_OUT: "referred_out",
    CaseState.MONITORED_EXTERNAL: "inquiry_handed_over",
}


def change_of(state: str, close_reason: str) -> str:
    """What the people affected are told when the case reaches that state."""
    if state != CaseState.CLOSED:
        return BY_STATE[CaseState(state)]
    outcome = {
        CloseReason.SUBSTANTIATED: "outcome_substantiated",
        CloseReason.UNSUBSTANTIATED: "outcome_unsubstantiated",
    }
    return outcome.get(CloseReason(close_reason), "closed")


def declare() -> None:
    """Called once when the app is ready."""
    for change, (text, short) in TEXTS.items():
        telling.declare(change, text)
        CHANGES[change] = short
