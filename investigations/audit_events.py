"""What the audit log may say of investigations; codes in the words of the enumerations, never a person's words."""

from django.utils.translation import gettext_lazy as _

from core import audit
from investigations import choices

MOVES = {
    "assessments.investigate": _("{actor} decided that it has to be investigated"),
    "assessments.no_case": _("{actor} ended the preliminary assessment: no case"),
    "assessments.refer_out": _("{actor} ended the preliminary assessment: referred to another organisation"),
    "investigations.start": _("{actor} started the investigation"),
    "investigations.suspend": _("{actor} paused the investigation"),
    "investigations.resume": _("{actor} let the investigation go on"),
    "investigations.write": _("{actor} began the draft report"),
    "investigations.look_further": _("{actor} went back to interviews and evidence"),
    "investigations.submit": _("{actor} sent the draft report to review"),
    "investigations.send_back": _("{actor} sent the draft report back"),
    "investigations.issue": _("{actor} issued the report"),
    "investigations.end_early": _("{actor} ended the investigation without a full report"),
    "investigations.hand_over": _("{actor} handed the investigation over to another body"),
    "proceedings.leave_unsanctioned": _("{actor} decided on no sanction"),
    "proceedings.sanction": _("{actor} decided on a sanction"),
    "proceedings.appeal": _("{actor} noted that an appeal was filed"),
    "proceedings.uphold": _("{actor} noted that the appeal was dismissed"),
    "proceedings.reverse": _("{actor} noted that the sanction was reversed"),
    "proceedings.carry_out": _("{actor} noted that every measure was carried out"),
}
#: What sealed fields are called to whoever reads the log.
FIELDS = {
    "assessment.reason": _("the reason for the decision"),
    "assessment.recommendations": _("recommendations to managers"),
    "assessment.recipient": _("to whom it was referred"),
    "investigation.profile_words": _("the reason for other limits"),
    "turn.reason": _("the reason for a change"),
    "assignment.words": _("words about a conflict of interest"),
    "plan.hypotheses": _("what has to be found out"),
    "plan.risks": _("the risks"),
    "plan.remarks": _("remarks on the plan"),
    "plan_task.what": _("a task"),
    "pause_request.words": _("the reason for a pause"),
    "log_entry.what": _("an entry of the log"),
    "log_entry.why": _("the reason in the log"),
    "draft_report.body": _("the report"),
    "draft_report.remarks": _("remarks on the report"),
    "finding.reasoning": _("the weighing of a finding"),
    "subject_step.allowed_because": _("why a step could not wait"),
    "withdrawal.words": _("the check on pressure"),
    "proceeding.reasons": _("the reasons for a decision"),
    "proceeding.appeal_words": _("the outcome of an appeal"),
    "measure.reasons": _("the reasons for a measure"),
    "measure.proof": _("the proof that a measure was carried out"),
}
LIVES = {
    "assessments": dict(choices.AssessmentState.choices),
    "investigations": dict(choices.State.choices),
    "proceedings": dict(choices.ProceedingState.choices),
}


def declare() -> None:
    """Called once when the app is ready."""
    audit.name_fields(FIELDS)
    for name, sentence in MOVES.items():
        states = LIVES[name.partition(".")[0]]
        audit.declare(name, sentence, labels={"from": states, "to": states})
    _work()
    _people()
    _decision()


def _work() -> None:
    audit.declare("investigations.assessment_opened", _("{actor} opened the preliminary assessment"))
    audit.declare(
        "investigations.opened", _("{actor} opened the investigation, with {days} days"), facts=("profile", "rule"),
        labels={"profile": dict(choices.Profile.choices), "rule": dict(choices.ProfileRule.choices)},
    )  # fmt: skip
    audit.declare("investigations.read", _("{actor} read the record of the investigation"))
    audit.declare("investigations.assigned", _("{actor} gave the investigation to {user}"), facts=("lead",))
    audit.declare(
        "investigations.declared",
        _("{actor} declared: {conflict}"),
        labels={"conflict": dict(choices.Conflict.choices)},
    )
    audit.declare("investigations.plan_submitted", _("{actor} sent the plan for approval"), facts=("number",))
    audit.declare("investigations.plan_approved", _("{actor} approved the plan"), facts=("number",))
    audit.declare("investigations.plan_sent_back", _("{actor} sent the plan back"), facts=("number",))
    audit.declare("investigations.task_done", _("{actor} ticked off a task of the plan"))
    reasons = {"reason": dict(choices.PauseReason.choices)}
    audit.declare("investigations.pause_asked", _("{actor} asked for a pause: {reason}"), labels=reasons)
    audit.declare("investigations.pause_refused", _("{actor} refused the pause"))
    audit.declare(
        "investigations.logged", _("{actor} wrote into the log: {kind}"), labels={"kind": dict(choices.LogKind.choices)}
    )
    audit.declare("investigations.draft_accepted", _("{actor} accepted the draft report"), facts=("number",))
    audit.declare(
        "investigations.found", _("{actor} recorded a finding: {result}"), facts=("standard", "allegation", "subject"),
        labels={"result": dict(choices.Result.choices), "standard": dict(choices.Standard.choices)},
    )  # fmt: skip


def _people() -> None:
    steps = {"step": dict(choices.StepKind.choices)}
    audit.declare(
        "investigations.step_prepared", _("{actor} prepared a step: {step}"), facts=("subject", "asked"), labels=steps
    )
    audit.declare(
        "investigations.step_allowed", _("{actor} let a step go on without an answer: {step}"), facts=("subject",),
        labels=steps,
    )  # fmt: skip
    audit.declare("investigations.step_taken", _("{actor} took a step: {step}"), facts=("subject",), labels=steps)
    audit.declare(
        "investigations.left", _("{actor} noted that a person named is no longer there: {kind}"), facts=("subject",),
        labels={"kind": dict(choices.LeftKind.choices)},
    )  # fmt: skip
    audit.declare("investigations.withdrew", _("{actor} noted that a person affected withdrew"), facts=("victim",))
    audit.declare(
        "investigations.withdrawal_checked", _("{actor} checked a withdrawal: {pressure}"),
        facts=("victim", "goes_on"), labels={"pressure": dict(choices.Pressure.choices)},
    )  # fmt: skip
    causes = {"cause": dict(choices.ScreeningCause.choices)}
    audit.declare(
        "investigations.screening_owed", _("Somebody must be entered in the screening register: {cause}"),
        facts=("subject",), labels=causes,
    )  # fmt: skip
    audit.declare(
        "investigations.screening_done", _("{actor} noted the entry in the screening register"), facts=("subject",)
    )


def _decision() -> None:
    kinds = {"measure": dict(choices.MeasureKind.choices)}
    audit.declare("investigations.decision_maker_named", _("{actor} gave the decision to {user}"))
    audit.declare(
        "investigations.measure_decided", _("{actor} decided on a measure: {measure}"),
        facts=("subject", "starts", "ends"), labels=kinds,
    )  # fmt: skip
    audit.declare(
        "investigations.measure_done", _("{actor} recorded that a measure was carried out: {measure}"),
        facts=("subject", "on"), labels=kinds,
    )  # fmt: skip
    audit.declare(
        "investigations.measure_lifted", _("{actor} lifted a measure: {measure}"), facts=("subject",), labels=kinds
    )
    audit.declare(
        "investigations.window_closed", _("{actor} noted that no appeal was filed in time"), facts=("subject",)
    )
