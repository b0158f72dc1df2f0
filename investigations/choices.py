"""The enumerations of investigations (domain reference, section given with each)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cases.choices import CloseReason, Personnel


class AssessmentState(TextChoices):
    """The life of a preliminary assessment."""

    OPEN = "open", _("Under way")
    TO_INVESTIGATION = "to_investigation", _("To be investigated")
    NO_CASE = "no_case", _("No case")
    REFERRED_OUT = "referred_out", _("Referred to another organisation")


class State(TextChoices):
    """The life of an investigation (§3.1)."""

    PLANNED = "planned", _("Being planned")
    RUNNING = "running", _("Under way")
    SUSPENDED = "suspended", _("Paused")
    DRAFT = "draft", _("Report being written")
    IN_REVIEW = "in_review", _("Report under review")
    ISSUED = "issued", _("Report issued")
    HANDED_OVER = "handed_over", _("Handed over to another body")


ENDED = (State.ISSUED, State.HANDED_OVER)


class ProceedingState(TextChoices):
    """The life of the proceeding against one person; that somebody left is a flag beside it."""

    AWAITING_DECISION = "awaiting_decision", _("Awaiting a decision")
    NO_SANCTION = "no_sanction", _("No sanction")
    SANCTIONED = "sanctioned", _("Sanctioned")
    UNDER_APPEAL = "under_appeal", _("Under appeal")
    UPHELD = "upheld", _("Upheld on appeal")
    REVERSED = "reversed", _("Reversed on appeal")
    EXECUTED = "executed", _("Carried out")


class Result(TextChoices):
    """What was found about one person and one allegation; none of these is ever merged with another (§3.1)."""

    SUBSTANTIATED = "substantiated", _("Substantiated")
    UNSUBSTANTIATED = "unsubstantiated", _("Unsubstantiated")
    INSUFFICIENT_INFORMATION = "insufficient_information", _("Too little information")
    PERPETRATOR_UNIDENTIFIED = "perpetrator_unidentified", _("Person responsible not identified")
    VICTIM_WITHDREW = "victim_withdrew", _("The person affected withdrew")
    JURISDICTION_ELSEWHERE = "jurisdiction_elsewhere", _("Another body is responsible")
    OUT_OF_SCOPE = "out_of_scope", _("Outside our scope")


#: With these an investigation may end before its report, by a decision of the manager.
EARLY = (
    Result.INSUFFICIENT_INFORMATION, Result.PERPETRATOR_UNIDENTIFIED, Result.VICTIM_WITHDREW,
    Result.JURISDICTION_ELSEWHERE, Result.OUT_OF_SCOPE,
)  # fmt: skip
#: With these an assessment may say that there is no case; the mandate test alone gives “outside our scope”.
NO_CASE_REASONS = (
    CloseReason.NO_CASE, CloseReason.INSUFFICIENT_INFORMATION, CloseReason.PERPETRATOR_UNIDENTIFIED,
    CloseReason.OUT_OF_SCOPE,
)  # fmt: skip


class Standard(TextChoices):
    """Standards of proof (§3.4)."""

    CLEAR_AND_CONVINCING = "clear_and_convincing", _("Clear and convincing evidence")
    PREPONDERANCE = "preponderance", _("More likely than not")
    BEYOND_REASONABLE_DOUBT = "beyond_reasonable_doubt", _("Beyond reasonable doubt")


class Profile(TextChoices):
    """Which set of limits runs (§3.2)."""

    WHO_120 = "who_120", _("120 days, end to end")
    UN_180 = "un_180", _("180 days")
    UN_URGENT_90 = "un_urgent_90", _("90 days, urgent")
    OWN = "own", _("The organisation’s own limit")


class ProfileRule(TextChoices):
    """Why that profile."""

    REGIME_ILOAT = "regime_iloat", _("The organisation stands under the ILO Administrative Tribunal, as WHO does.")
    REGIME_UN = "regime_un", _("The organisation belongs to the United Nations Secretariat family.")
    URGENT = "urgent", _("The case is urgent, and the organisation follows the United Nations’ limits.")
    OWN_RULES = "own_rules", _("The organisation has rules of its own.")
    CHOSEN = "chosen", _("Chosen by the manager, with a reason.")


class Stage(TextChoices):
    """The stretches of an investigation, in their order."""

    PLAN = "plan", _("Plan")
    INTERVIEWS = "interviews", _("Interviews and evidence")
    DRAFT = "draft", _("Draft report")
    REVIEW = "review", _("Review of the draft")
    FINAL = "final", _("Final report")


class Conflict(TextChoices):
    """What somebody assigned declared."""

    NONE = "none", _("I have no conflict of interest")
    CONFLICT = "conflict", _("I have, or may seem to have, a conflict of interest")


class PauseReason(TextChoices):
    """The only reasons for which an investigation may pause (§3.1); codes of the clocks' own reasons."""

    AUTHORITIES = "authorities", _("National authorities asked for it")
    WITNESS = "witness", _("A person needed for it cannot be reached")
    SAFETY = "safety", _("Going on now would put someone in danger")
    NO_ACCESS = "no_access", _("The place cannot be reached")
    SURVIVOR_ASKED = "survivor_asked", _("The person affected asked for time")


class StepKind(TextChoices):
    """By each of these the person named learns something new; codes of the safety question."""

    NOTICE = "notice", _("Notice of the allegations")
    INTERVIEW = "interview", _("Interview")
    INTERIM_MEASURE = "interim_measure", _("Interim measure")
    CHARGES = "charges", _("Charges")
    SANCTION = "sanction", _("Sanction")
    END_OF_LEAVE = "end_of_leave", _("End of leave")


class LogKind(TextChoices):
    """What an entry of the log records."""

    DECISION = "decision", _("Decision")
    EVIDENCE = "evidence", _("Evidence taken in")
    INTERVIEW = "interview", _("Interview held")
    AUTHORITY = "authority", _("Contact with national authorities")
    OTHER = "other", _("Something else")


class LeftKind(TextChoices):
    """Why a person named is no longer there; changes no state."""

    RESIGNED = "resigned", _("Resigned or retired")
    CONTRACT_ENDED = "contract_ended", _("The contract ended")
    DIED = "died", _("Died")


class Pressure(TextChoices):
    """What the check on pressure found when a person affected withdrew."""

    NONE_SEEN = "none_seen", _("No sign of pressure")
    SIGNS = "signs", _("There are signs of pressure")
    NOT_KNOWN = "not_known", _("It could not be found out")


class ScreeningCause(TextChoices):
    """Why somebody must be entered in the screening register."""

    SUBSTANTIATED = "substantiated", _("An allegation is substantiated")
    LEFT = "left", _("Left before the end")


class MeasureKind(TextChoices):
    """Interim, disciplinary and other measures (§3.6)."""

    LEAVE_WITH_PAY = "leave_with_pay", _("Administrative leave with pay")
    LEAVE_WITHOUT_PAY = "leave_without_pay", _("Administrative leave without pay")
    REASSIGNMENT = "reassignment", _("Reassignment, or removal of contact")
    PAYMENTS_SUSPENDED = "payments_suspended", _("Payments suspended")
    CENSURE = "censure", _("Written censure")
    STEPS_LOST = "steps_lost", _("Loss of steps in grade")
    INCREMENT_DEFERRED = "increment_deferred", _("Salary increment deferred")
    SUSPENSION = "suspension", _("Suspension without pay")
    FINE = "fine", _("Fine")
    PROMOTION_DEFERRED = "promotion_deferred", _("Promotion deferred")
    DEMOTION = "demotion", _("Demotion")
    SEPARATION = "separation", _("Separation from service")
    DISMISSAL = "dismissal", _("Dismissal")
    REPRIMAND = "reprimand", _("Reprimand")
    RECOVERY = "recovery", _("Recovery of payments or loss")
    TRAINING = "training", _("Training")
    NO_CONTACT = "no_contact", _("Order of no contact")
    REPATRIATION = "repatriation", _("Repatriation")
    BAR = "bar", _("Permanent bar from service")
    CONTRACT_ENDED = "contract_ended", _("Contract ended")
    DEBARMENT = "debarment", _("Debarment of the vendor")
    AGREEMENT_SUSPENDED = "agreement_suspended", _("Partner agreement suspended")
    AGREEMENT_ENDED = "agreement_ended", _("Partner agreement ended")
    ASSIGNMENT_ENDED = "assignment_ended", _("Assignment ended by the partner or volunteer programme")


M = MeasureKind
EVERYBODY = (M.REPRIMAND, M.TRAINING, M.NO_CONTACT, M.RECOVERY)
#: These last for a while, so that they need an end.
FOR_A_WHILE = (M.INCREMENT_DEFERRED, M.SUSPENSION, M.PROMOTION_DEFERRED)

_staff = (
    M.CENSURE, M.STEPS_LOST, M.INCREMENT_DEFERRED, M.SUSPENSION, M.FINE, M.PROMOTION_DEFERRED, M.DEMOTION,
    M.SEPARATION, M.DISMISSAL,
)  # fmt: skip
_uniformed = (M.REPATRIATION, M.BAR, M.PAYMENTS_SUSPENDED)
_contractor = (M.CONTRACT_ENDED, M.BAR)
_partner = (M.ASSIGNMENT_ENDED, M.BAR, M.AGREEMENT_SUSPENDED, M.AGREEMENT_ENDED)

_BY_CATEGORY: dict[str, tuple[MeasureKind, ...]] = {
    Personnel.STAFF_INTERNATIONAL: _staff,
    Personnel.STAFF_NATIONAL: _staff,
    Personnel.SECONDED: (*_staff, M.ASSIGNMENT_ENDED),
    Personnel.UNV: (M.CENSURE, M.ASSIGNMENT_ENDED, M.BAR),
    Personnel.CONSULTANT: _contractor,
    Personnel.INDIVIDUAL_CONTRACTOR: _contractor,
    Personnel.INTERN: _contractor,
    Personnel.GOVERNMENT_PROVIDED: (M.REPATRIATION, M.BAR),
    Personnel.EXPERT_ON_MISSION: (M.REPATRIATION, M.BAR),
    Personnel.MILITARY_CONTINGENT: _uniformed,
    Personnel.MILITARY_OBSERVER: _uniformed,
    Personnel.UNPOL: _uniformed,
    Personnel.FORMED_POLICE: _uniformed,
    Personnel.PARTNER_STAFF: _partner,
    Personnel.PARTNER_VOLUNTEER: _partner,
    Personnel.SUB_PARTNER: _partner,
    Personnel.VENDOR: (M.CONTRACT_ENDED, M.DEBARMENT),
    Personnel.SECURITY_GUARD: (M.CONTRACT_ENDED, M.ASSIGNMENT_ENDED, M.BAR),
    Personnel.COMMUNITY_VOLUNTEER: (M.ASSIGNMENT_ENDED, M.BAR),
}


#: Until a decision: to keep people safe and the evidence whole, never as a punishment.
_INTERIM: dict[str, tuple[MeasureKind, ...]] = {
    **dict.fromkeys(
        (Personnel.STAFF_INTERNATIONAL, Personnel.STAFF_NATIONAL, Personnel.SECONDED, Personnel.UNV),
        (M.LEAVE_WITH_PAY, M.LEAVE_WITHOUT_PAY),
    ),
    **dict.fromkeys(
        (Personnel.MILITARY_CONTINGENT, Personnel.MILITARY_OBSERVER, Personnel.UNPOL, Personnel.FORMED_POLICE),
        (M.PAYMENTS_SUSPENDED, M.REPATRIATION),
    ),
    **dict.fromkeys((Personnel.GOVERNMENT_PROVIDED, Personnel.EXPERT_ON_MISSION), (M.REPATRIATION,)),
    **dict.fromkeys(
        (Personnel.PARTNER_STAFF, Personnel.PARTNER_VOLUNTEER, Personnel.SUB_PARTNER), (M.AGREEMENT_SUSPENDED,)
    ),
}


def interim_for(personnel: str) -> tuple[MeasureKind, ...]:
    """The interim measures that fit how the person works; removal of contact fits everybody."""
    return (M.REASSIGNMENT, M.NO_CONTACT, *_INTERIM.get(personnel, ()))


def measures_for(personnel: str) -> tuple[MeasureKind, ...]:
    """The measures that fit how the person worked; of somebody whose work is not known, those that fit everybody."""
    return (*_BY_CATEGORY.get(personnel, ()), *EVERYBODY)
