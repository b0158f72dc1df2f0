"""The words of assistance (domain reference, section given with each)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Source(TextChoices):
    """How somebody came to the support side."""

    WALK_IN = "walk_in", _("Came by themselves")
    REQUEST = "request", _("Somebody asked for support")
    ALARM = "alarm", _("Care could not wait")


class FileState(TextChoices):
    """The life of a support file (§4.5)."""

    NEW = "new", _("New")
    ASSESSMENT = "assessment", _("Assessment")
    PLAN_REVIEW = "plan_review", _("Plan with the supervisor")
    ACTIVE = "active", _("Plan under way")
    CLOSING = "closing", _("Closure with the supervisor")
    CLOSED = "closed", _("Closed")


class GrantKind(TextChoices):
    """Why somebody may open a support file."""

    OFFICER = "officer", _("Support officer")
    STAND_IN = "stand_in", _("Stands in")
    REVIEW = "review", _("Looks at plan or closure")


class StandInReason(TextChoices):
    """Why a supervisor takes an officer's place."""

    AWAY = "away", _("The officer is away")
    LEFT = "left", _("The officer has left")
    ASKED = "asked", _("The person asked for somebody else")
    URGENT = "urgent", _("It cannot wait for the officer")


class Displacement(TextChoices):
    HOST = "host", _("Lives at home")
    IDP = "idp", _("Displaced inside the country")
    REFUGEE = "refugee", _("Refugee or asylum seeker")
    RETURNEE = "returnee", _("Returned")
    STATELESS = "stateless", _("Stateless")
    UNKNOWN = "unknown", _("Not known")


class Assent(TextChoices):
    """What a child says to it."""

    YES = "yes", _("Says yes")
    NO = "no", _("Says no")
    TOO_YOUNG = "too_young", _("Too young to be asked in words")


class Risk(TextChoices):
    """Level of risk (§4.5)."""

    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class Service(TextChoices):
    """Kinds of help (§4.2)."""

    SAFETY = "safety", _("Safety and shelter")
    MEDICAL = "medical", _("Medical care")
    MHPSS = "mhpss", _("Psychosocial support")
    LEGAL = "legal", _("Legal help")
    MATERIAL = "basic_material", _("Food, clothing, basic needs")
    LIVELIHOOD = "livelihood", _("Livelihood")
    EDUCATION = "education", _("Schooling")
    CHILD_BORN = "child_born", _("Support for a child born")
    ACCOMPANIMENT = "accompaniment", _("Explaining and going along")


class NeedState(TextChoices):
    OPEN = "open", _("Open")
    MET = "met", _("Met")
    DECLINED = "declined", _("Does not want it")


class GoalState(TextChoices):
    NOT_STARTED = "not_started", _("Not begun")
    IN_PROGRESS = "in_progress", _("Under way")
    MET = "met", _("Met")
    DROPPED = "dropped", _("No longer wanted")


class PlanState(TextChoices):
    SUBMITTED = "submitted", _("With the supervisor")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Sent back")


class TaskKind(TextChoices):
    TASK = "task", _("Task")
    FOLLOW_UP = "follow_up", _("Follow-up with the person")


class TaskOutcome(TextChoices):
    DONE = "done", _("Done")
    NOT_REACHED = "not_reached", _("The person could not be reached")
    NOT_NEEDED = "not_needed", _("No longer needed")


class CloseReason(TextChoices):
    """Why a support file is closed (§4.5)."""

    NEEDS_MET = "needs_met", _("Needs are met as far as possible")
    ASKED = "asked", _("The person asked for it")
    NO_CONTACT = "no_contact", _("No contact for a long time")
    MOVED = "moved", _("The person has moved away")
    TRANSFERRED = "transferred", _("Somebody else goes on with it")
    FUNDING = "funding", _("The funding has ended")


#: The checklist of closure (§4.5): every line is answered before anybody may ask for it.
CHECKLIST = (
    ("needs_met", _("Needs are met as far as possible")),
    ("safety_plan", _("The safety plan was looked at again")),
    ("plan_done", _("What was planned is done, or is no longer wanted")),
    ("agreed", _("The person and you agree that no more support is needed")),
    ("can_return", _("The person knows that support can begin again at any time")),
    ("referrals_ended", _("No referral is still open")),
)
ANSWERS = (("yes", _("Yes")), ("no", _("No")), ("not_applicable", _("Does not apply")))


class AlarmState(TextChoices):
    RINGING = "ringing", _("Nobody has taken it")
    TAKEN = "taken", _("Taken")


class WindowOutcome(TextChoices):
    """What became of care that works only for a time (§4.4)."""

    MET = "met", _("Care was reached in time")
    DECLINED = "declined", _("The person does not want it")
    TOO_LATE = "too_late", _("Too late")
    NOT_APPLICABLE = "not_applicable", _("Does not apply")


class Cost(TextChoices):
    FREE = "free", _("Free")
    PART = "part", _("The person pays a part")
    FULL = "full", _("The person pays")
    UNKNOWN = "unknown", _("Not known")


class ReferralState(TextChoices):
    """The life of a referral (§4.3)."""

    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    ATTENDED = "attended", _("Attended")
    NO_SHOW = "no_show", _("Did not come")
    COMPLETED = "completed", _("Completed")
    REFUSED = "refused", _("Refused by the provider")
    UNAVAILABLE = "unavailable", _("Service not available")
    WITHDRAWN = "withdrawn", _("Taken back")


#: A referral in one of these states is pulled back when its consent is withdrawn.
PENDING = (ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.NO_SHOW)


class FundSource(TextChoices):
    """Where money for assistance comes from (§4.8)."""

    OWN = "own", _("The organisation’s own budget")
    TRUST_FUND = "trust_fund", _("Trust fund for victims")
    DONOR = "donor", _("Donor")
    WITHHELD = "withheld", _("Payments withheld in substantiated cases")
    OTHER = "other", _("Other")


class ItemState(TextChoices):
    """The life of one item of a package (§4.8)."""

    PLANNED = "planned", _("Planned")
    GIVEN = "given", _("Given")
    DROPPED = "dropped", _("Not needed any more")


class PaidBy(TextChoices):
    CASH = "cash", _("In cash")
    BANK = "bank", _("To a bank account")
    MOBILE = "mobile", _("By mobile money")
    VOUCHER = "voucher", _("By voucher")
    PROVIDER = "provider", _("To the provider")
    IN_KIND = "in_kind", _("In kind")


class ParityBy(TextChoices):
    """By what the help people were given is compared (§4.8)."""

    OFFICE = "office", _("Office")
    COUNTRY = "country", _("Country")
    FUND = "fund", _("Fund")
    SERVICE = "service", _("Kind of help")
    PERSONNEL = "personnel", _("Kind of personnel")
