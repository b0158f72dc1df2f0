"""What the audit log may say of assistance: never the kind of care, never a word somebody said."""

from django.utils.translation import gettext_lazy as _

from cases.choices import RevealReason
from core import audit
from victims import choices

STATES = {"from": dict(choices.FileState.choices), "to": dict(choices.FileState.choices)}
ITEM_STATES = {"from": dict(choices.ItemState.choices), "to": dict(choices.ItemState.choices)}
REFERRALS = {"from": dict(choices.ReferralState.choices), "to": dict(choices.ReferralState.choices)}

FILES = {
    "support_file.assess": _("{actor} began an assessment of support"),
    "support_file.submit": _("{actor} put a support plan before the supervisor"),
    "support_file.approve": _("{actor} approved a support plan"),
    "support_file.return": _("{actor} sent a support plan back"),
    "support_file.revise": _("{actor} took a support plan up again"),
    "support_file.ask_closure": _("{actor} asked to close a support file"),
    "support_file.keep_open": _("{actor} kept a support file open"),
    "support_file.close": _("{actor} closed a support file"),
    "support_file.reopen": _("{actor} began support again"),
}
MOVED = {
    "referral.accept": _("{actor} noted that a referral was accepted"),
    "referral.refuse": _("{actor} noted that a provider refused a referral"),
    "referral.unavailable": _("{actor} noted that a service is not available"),
    "referral.attend": _("{actor} noted that a referral was attended"),
    "referral.no_show": _("{actor} noted that nobody came to a referral"),
    "referral.complete": _("{actor} noted that a referral is completed"),
    "referral.withdraw": _("{actor} took a referral back, since the consent was withdrawn"),
}
ITEMS = {
    "support_item.give": _("{actor} noted that an item of a package was given"),
    "support_item.drop": _("{actor} took an item out of a package"),
}
PLAIN = {
    "victims.contact_written": _("{actor} wrote how somebody is reached safely"),
    "victims.record_written": _("{actor} wrote down what support needs to know"),
    "victims.child_steps": _("{actor} noted the steps for a child"),
    "victims.need_noted": _("{actor} noted a need"),
    "victims.need_settled": _("{actor} noted what became of a need"),
    "victims.safety_plan": _("{actor} wrote a safety plan"),
    "victims.goal_set": _("{actor} set a goal"),
    "victims.goal_moved": _("{actor} noted how far a goal is"),
    "victims.task_added": _("{actor} added a task"),
    "victims.task_done": _("{actor} ended a task"),
    "victims.referred": _("{actor} referred somebody with their consent"),
    "victims.service_missing": _("{actor} noted that a service is missing"),
    "victims.appointment": _("{actor} noted an appointment"),
    "victims.alarm_rung": _("Somebody on duty was called"),
    "victims.alarm_taken": _("{actor} took the call"),
    "victims.care_recorded": _("{actor} noted what became of care that works only for a time"),
    "victims.time_recorded": _("{actor} noted from when care is counted"),
    "victims.turn_set": _("{actor} put {officer} on duty, and {deputy} as deputy"),
    "victims.turn_ended": _("{actor} ended a turn of duty"),
    "victims.provider_written": _("{actor} wrote to the directory of providers"),
    "victims.provider_checked": _("{actor} checked an entry of the directory of providers"),
    "victims.fund_written": _("{actor} wrote down a fund: {amount} {currency}"),
    "victims.item_planned": _("{actor} planned an item of a package: {amount} {currency}"),
    "victims.item_cost": _("{actor} changed what an item may cost: {amount} {currency}"),
    "victims.paid": _("{actor} noted a payment: {amount} {currency}"),
    "victims.paid_back": _("{actor} noted that money came back: {amount} {currency}"),
    "victims.funds_exported": _("{actor} downloaded the report of the funds"),
}

FIELDS = {
    "support_file.words": _("what the person wants"),
    "support_file.risk_words": _("the judgement of the risk"),
    "contact_plan.who": _("who may contact somebody"),
    "contact_plan.how": _("how somebody is reached"),
    "contact_plan.times": _("when somebody may be reached"),
    "contact_plan.may_say": _("what may be said"),
    "contact_plan.code_word": _("a code word"),
    "contact_plan.companion": _("who may come along"),
    "contact_plan.interpreter": _("words about the interpreter"),
    "contact_plan.guardian": _("words about the guardian"),
    "child_care.best_interest": _("what is best for a child"),
    "child_care.carers": _("words about carers"),
    "support_need.words": _("a need"),
    "safety_plan.concern": _("what somebody is afraid of"),
    "safety_plan.resources": _("who and what helps"),
    "safety_plan.steps": _("what somebody will do"),
    "safety_plan.if_leaving": _("what if somebody has to leave"),
    "support_goal.words": _("a goal"),
    "support_task.words": _("a task of support"),
    "support_plan.remark": _("what has to change in a plan"),
    "support_closure.words": _("the reason to close a file"),
    "referral.shared": _("what a provider was told"),
    "support_item.words": _("what somebody is given"),
    "support_item.condition": _("what help was tied to"),
    "support_payment.proof": _("the proof of a payment"),
}


def declare() -> None:
    """Called once when the app is ready."""
    audit.name_fields(FIELDS)
    for name, sentence in FILES.items():
        audit.declare(name, sentence, labels=STATES)
    for name, sentence in MOVED.items():
        audit.declare(name, sentence, labels=REFERRALS)
    for name, sentence in ITEMS.items():
        audit.declare(name, sentence, labels=ITEM_STATES)
    for name, sentence in PLAIN.items():
        audit.declare(name, sentence)
    audit.declare(
        "victims.file_opened", _("{actor} opened a support file: {source}"),
        labels={"source": dict(choices.Source.choices)},
    )  # fmt: skip
    audit.declare(
        "victims.risk_judged", _("{actor} judged the risk: {risk}"), labels={"risk": dict(choices.Risk.choices)}
    )
    audit.declare("victims.handed_over", _("{actor} gave a support file to {user}"))
    audit.declare(
        "victims.stood_in", _("{actor} stands in for {user}: {why}"),
        labels={"why": dict(choices.StandInReason.choices)},
    )  # fmt: skip
    audit.declare("victims.review_opened", _("{actor} opened a support file to decide about it"))
    audit.declare(
        "victims.identity_revealed", _("{actor} opened the identity of somebody they support: {purpose}"),
        labels={"purpose": dict(RevealReason.choices)},
    )  # fmt: skip
