"""What the audit log may say of cases; states and reasons in the words of the enumerations, never a person's words."""

from django.utils.translation import gettext_lazy as _

from cases import choices
from cases.models import Exclusion, SafetyQuestion
from core import audit

STATES = dict(choices.CaseState.choices)
LEVELS = dict(choices.GrantLevel.choices)
PARTS = dict(choices.Part.choices)

#: What a person affected is told of, in two or three words; the texts themselves are in cases.actions.telling.
CHANGES = {
    "triaged": _("the report was read"),
    "kept_as_information": _("kept as information"),
    "referred_out": _("referred to another organisation"),
    "assessment": _("a preliminary assessment began"),
    "investigation": _("an investigation began"),
    "decision": _("it awaits a decision"),
    "closed": _("the case was closed"),
    "reopened": _("the case was reopened"),
}

MOVES = {
    "cases.start_triage": _("{actor} started triage"),
    "cases.keep_as_information": _("{actor} kept it as information"),
    "cases.refer_out": _("{actor} referred it to another organisation"),
    "cases.open_assessment": _("{actor} opened the case for a preliminary assessment"),
    "cases.retriage": _("{actor} took it up for triage again"),
    "cases.monitor": _("{actor} follows what the other organisation does"),
    "cases.investigate": _("{actor} opened the investigation"),
    "cases.send_to_decision": _("{actor} sent the case to decision"),
    "cases.refer_onwards": _("{actor} referred the case to another organisation"),
    "cases.give_away": _("{actor} follows what the other body finds"),
    "cases.reopen": _("{actor} reopened the case"),
}

#: What the sealed fields are called to whoever reads who opened what.
FIELDS = {
    "allegation.stated": _("the allegation in words"),
    "break_glass.reason": _("the reason for an emergency reading"),
    "break_glass.review": _("the review of an emergency reading"),
    "case.decision_reason": _("the reason for the decision"),
    "case.summary": _("the summary"),
    "identity.contact": _("a way to reach somebody"),
    "identity.details": _("details of a person"),
    "identity.name": _("a name"),
    "identity.safe_way": _("the safe way and time"),
    "logged_draft.answers": _("the draft of a complaint"),
    "message.body": _("a message"),
    "message_due.channel": _("how somebody was told"),
    "message_due.reception": _("how somebody took it"),
    "note.body": _("a note"),
    "participant.description": _("the description of a person"),
    "participant.employer": _("an employer"),
    "report.about_whom": _("whom it is about"),
    "report.account": _("what happened"),
    "report.must_not_know": _("who must not know"),
    "report.place": _("where it happened"),
    "report.wishes_words": _("what they hope for"),
    "reveal.words": _("the reason for opening a name"),
    "triage_draft.answers": _("the draft of the triage"),
}


def declare() -> None:
    """Called once when the app is ready."""
    audit.name_fields(FIELDS)
    for name, sentence in MOVES.items():
        audit.declare(name, sentence, labels={"from": STATES, "to": STATES})
    audit.declare(
        "cases.close", _("{actor} closed the case: {reason}"), labels={"reason": dict(choices.CloseReason.choices)}
    )
    audit.declare(
        "cases.conclude", _("The case closed with what was found: {reason}"),
        labels={"reason": dict(choices.CloseReason.choices)},
    )  # fmt: skip
    _reports()
    _access()
    _work()
    _shared()


def _reports() -> None:
    audit.declare("cases.logged", _("{actor} logged a complaint on someone’s behalf ({channel})"))
    audit.declare("cases.help_written", _("{actor} wrote down a place that helps"))
    audit.declare("cases.help_removed", _("{actor} took a place that helps off the form"))
    audit.declare("cases.names_searched", _("{actor} searched by name: {compared} people compared, {found} found"))
    audit.declare("cases.log_kept", _("{actor} kept the draft of a complaint"))
    audit.declare("cases.log_dropped", _("{actor} erased the draft of a complaint"))
    audit.declare(
        "cases.routed",
        _("{actor} passed the report to {recipients}"),
        facts=("step", "oversight", "shut_out", "doubts", "many_at_once"),
    )
    audit.declare("cases.unroutable", _("{actor} found nobody free to have this report; the administrators were told"))
    audit.declare("cases.reports_joined", _("{actor} joined {reports} reports of a duplicate to this case"))


def _access() -> None:
    why = {"why": dict(Exclusion.WHY)}
    audit.declare(
        "cases.granted", _("{actor} gave {user} access: {level}"), facts=("identities", "until"),
        labels={"level": LEVELS, "identities": PARTS},
    )  # fmt: skip
    audit.declare("cases.revoked", _("{actor} ended the access of {user}"))
    audit.declare(
        "cases.assigned", _("{actor} assigned the case to {assignee}"), facts=("level",), labels={"level": LEVELS}
    )
    audit.declare("cases.excluded", _("{actor} shut {user} out of the case: {why}"), labels=why)
    audit.declare("cases.doubt_settled", _("{actor} settled whether {user} is somebody named: {same}"))
    audit.declare("cases.staff_linked", _("{actor} noted that a person in the case is a member of staff"))
    audit.declare("cases.handover_offered", _("{actor} offered the case to {receiver}"))
    audit.declare("cases.handover_confirmed", _("{actor} took the case over from {giver}"))
    audit.declare("cases.handover_declined", _("{actor} could not take the case over from {giver}"))


def _work() -> None:
    audit.declare(
        "cases.safety_checked", _("{actor} looked at safety first: safe now – {safe}"), facts=("needs",),
        labels={"safe": dict(choices.YesNoUnknown.choices)},
    )  # fmt: skip
    audit.declare("cases.triage_kept", _("{actor} kept the triage as a draft"))
    audit.declare(
        "cases.triaged", _("{actor} decided the triage: {decision}"),
        facts=("stream", "category", "priority", "reasons", "kinds", "pointed_to"),
        labels={"decision": dict(choices.TriageDecision.choices)},
    )  # fmt: skip
    audit.declare(
        "cases.allegation_withdrawn", _("{actor} withdrew an allegation: {kind}"),
        labels={"kind": dict(choices.AllegationType.choices)},
    )  # fmt: skip
    audit.declare("cases.person_added", _("{actor} added a person: {part}"), labels={"part": PARTS})
    audit.declare("cases.noted", _("{actor} added a note"))
    audit.declare(
        "cases.identity_revealed", _("{actor} opened an identity ({part}): {purpose}"),
        labels={"part": PARTS, "purpose": dict(choices.RevealReason.choices)},
    )  # fmt: skip


def _shared() -> None:
    audit.declare("cases.support_asked", _("{actor} asked for support"), facts=("source", "urgent", "needs"))
    audit.declare("cases.support_taken", _("{actor} took the request for support"))
    audit.declare("cases.support_answered", _("{actor} answered the request for support"))
    steps, answers = {"step": dict(SafetyQuestion.STEPS)}, {"answer": dict(SafetyQuestion.ANSWERS)}
    audit.declare("cases.safety_asked", _("{actor} asked whether a step is safe: {step}"), labels=steps)
    audit.declare("cases.safety_answered", _("{actor} answered whether a step is safe: {answer}"), labels=answers)
    audit.declare(
        "cases.message_owed", _("Somebody affected is to be told: {change}"), facts=("people",),
        labels={"change": CHANGES},
    )  # fmt: skip
    audit.declare(
        "cases.contact_named", _("{actor} named who tells a person affected what changes"), facts=("contact",)
    )
    audit.declare("cases.message_told", _("{actor} told somebody affected what changed"))
    purposes = {"consent": dict(choices.Purpose.choices)}
    audit.declare("cases.consent_recorded", _("{actor} recorded a consent: {consent}"), labels=purposes)
    audit.declare(
        "cases.consent_ended", _("{actor} recorded that a consent was taken back: {consent}"), labels=purposes
    )
