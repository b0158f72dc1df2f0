"""The field's enumerations (domain reference, section given with each)."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Channel(TextChoices):
    """How a report came in (§1.4)."""

    WEB_FORM = "web_form", _("Web form")
    IN_PERSON_STAFF = "in_person_staff", _("In person, to a member of staff")
    FOCAL_POINT = "focal_point", _("In person, to a focal point")
    HOTLINE_PHONE = "hotline_phone", _("Phone line")
    INFO_CENTRE = "info_centre", _("Information centre")
    EMAIL_SECURE = "email_secure", _("E-mail")
    LOCKED_BOX = "locked_box", _("Locked box")
    SMS_MESSAGING = "sms_messaging", _("Text message or messenger")
    SOCIAL_MEDIA = "social_media", _("Social media")
    RADIO_TV_CALLIN = "radio_tv_callin", _("Radio or television call-in")
    COMMUNITY_LEADER = "community_leader", _("Community leader")
    SURVEY_FGD = "survey_fgd", _("Survey or focus group")
    HOUSE_VISIT = "house_visit", _("House visit")
    LETTER = "letter", _("Letter")
    RUMOUR_INFORMAL = "rumour_informal", _("Rumour or informal talk")
    THIRD_PARTY_REFERRAL = "third_party_referral", _("Referred by another organisation")
    MEDIA = "media", _("Media")
    AUDIT_FINDING = "audit_finding", _("Audit or investigation finding")


class Mode(TextChoices):
    """What the reporter chose about their own name (§1.6)."""

    ANONYMOUS = "anonymous", _("Anonymous")
    CONFIDENTIAL = "confidential", _("Confidential")
    NAMED = "named", _("Named")


class ForWhom(TextChoices):
    SELF = "self", _("For myself")
    OTHER = "other", _("For someone else")
    UNKNOWN = "unknown", _("Not said")


class YesNoUnknown(TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "unknown", _("Not known")


class LastTime(TextChoices):
    """When it last happened, in the coarse steps the clinical windows need (§4.4)."""

    TODAY_OR_YESTERDAY = "today_or_yesterday", _("Today or yesterday")
    THREE_DAYS = "three_days", _("In the last 3 days")
    FIVE_DAYS = "five_days", _("In the last 5 days")
    LONGER = "longer", _("Longer ago")
    NOT_SURE = "not_sure", _("Not sure")


class Part(TextChoices):
    """What a person is in a case."""

    VICTIM = "victim", _("Person affected")
    SUBJECT = "subject", _("Named in the allegations")
    WITNESS = "witness", _("Witness")
    REPORTER = "reporter", _("Reporter")


PART_LETTER = {Part.VICTIM: "V", Part.SUBJECT: "S", Part.WITNESS: "W", Part.REPORTER: "R"}


class Sex(TextChoices):
    WOMAN = "woman", _("Woman or girl")
    MAN = "man", _("Man or boy")
    OTHER = "other", _("Another answer")
    UNKNOWN = "unknown", _("Not known")


class AgeBand(TextChoices):
    """Age bands (§2.4)."""

    A0_5 = "0-5", _("0 to 5")
    A6_11 = "6-11", _("6 to 11")
    A12_14 = "12-14", _("12 to 14")
    A15_17 = "15-17", _("15 to 17")
    A18_24 = "18-24", _("18 to 24")
    A25_59 = "25-59", _("25 to 59")
    A60 = "60+", _("60 or older")
    CHILD = "child", _("Under 18, age not known")
    ADULT = "adult", _("18 or older, age not known")
    UNKNOWN = "unknown", _("Not known")


CHILD_BANDS = (AgeBand.A0_5, AgeBand.A6_11, AgeBand.A12_14, AgeBand.A15_17, AgeBand.CHILD)


class Standing(TextChoices):
    """Whether the person affected belongs to the workforce: half of the routing test (§2.2)."""

    COMMUNITY = "community", _("Someone from the community")
    PERSONNEL = "personnel", _("A member of staff, on any contract")
    APPLICANT = "applicant", _("Applying for a job")
    UNKNOWN = "unknown", _("Not known")


class Personnel(TextChoices):
    """Who the person named works as (§2.4)."""

    STAFF_INTERNATIONAL = "staff_international", _("Staff, international")
    STAFF_NATIONAL = "staff_national", _("Staff, national")
    UNV = "unv", _("United Nations Volunteer")
    CONSULTANT = "consultant", _("Consultant")
    INDIVIDUAL_CONTRACTOR = "individual_contractor", _("Individual contractor")
    INTERN = "intern", _("Intern")
    SECONDED = "seconded", _("Seconded or junior professional officer")
    GOVERNMENT_PROVIDED = "government_provided", _("Government-provided personnel")
    EXPERT_ON_MISSION = "expert_on_mission", _("Expert on mission")
    MILITARY_CONTINGENT = "military_contingent", _("Military contingent")
    MILITARY_OBSERVER = "military_observer", _("Military observer or staff officer")
    UNPOL = "unpol", _("United Nations police")
    FORMED_POLICE = "formed_police", _("Formed police unit")
    PARTNER_STAFF = "partner_staff", _("Partner staff")
    PARTNER_VOLUNTEER = "partner_volunteer", _("Partner volunteer or incentive worker")
    SUB_PARTNER = "sub_partner", _("Sub-partner")
    VENDOR = "vendor", _("Vendor or supplier staff")
    SECURITY_GUARD = "security_guard", _("Security guard")
    COMMUNITY_VOLUNTEER = "community_volunteer", _("Community volunteer")
    NON_UN_FORCE = "non_un_force", _("Non-UN international force")
    NOT_AID_WORK = "not_aid_work", _("Not linked to aid work")
    UNKNOWN = "unknown", _("Not known")


PARTNER_PERSONNEL = (Personnel.PARTNER_STAFF, Personnel.PARTNER_VOLUNTEER, Personnel.SUB_PARTNER)
UNIFORMED_CONTINGENT = (Personnel.MILITARY_CONTINGENT,)


class Stream(TextChoices):
    """Two separate but linked streams, and what is neither (§2.2)."""

    SEA = "sea", _("Sexual exploitation or abuse")
    SH = "sh", _("Sexual harassment at work")
    OPC = "opc", _("Other prohibited conduct")
    OUT_OF_SCOPE = "out_of_scope", _("Outside our scope")
    UNKNOWN = "unknown", _("Not yet known")


class AllegationType(TextChoices):
    """Types of allegation (§2.3)."""

    SA_RAPE = "sa_rape", _("Rape, also attempted")
    SA_ASSAULT = "sa_assault", _("Sexual assault")
    SA_CHILD = "sa_child", _("Sexual activity with a person under 18")
    SA_SLAVERY = "sa_slavery", _("Sexual slavery")
    SA_IMAGES = "sa_images", _("Abusive images")
    SA_ATTEMPT_THREAT = "sa_attempt_threat", _("Attempted or threatened abuse")
    SE_TRANSACTIONAL = "se_transactional", _("Sex for money, goods, jobs or services")
    SE_SOLICITATION = "se_solicitation", _("Soliciting sex")
    SE_RELATIONSHIP = "se_relationship", _("Exploitative relationship")
    SE_AID_CONDITION = "se_aid_condition", _("Aid, registration or access made conditional")
    SE_TRAFFICKING = "se_trafficking", _("Trafficking or prostitution of others")
    SE_IMAGES_ONLINE = "se_images_online", _("Images or online")
    SH_VERBAL = "sh_verbal", _("Unwelcome words")
    SH_GESTURE = "sh_gesture", _("Unwelcome gestures or looks")
    SH_TOUCH = "sh_touch", _("Unwelcome touching")
    SH_QUID_PRO_QUO = "sh_quid_pro_quo", _("Advantage at work in return for sex")
    SH_IMAGES_MESSAGES = "sh_images_messages", _("Unwelcome images or messages")
    SH_HOSTILE_ENV = "sh_hostile_env", _("Intimidating place of work")
    SH_ASSAULT = "sh_assault", _("Sexual assault of a colleague")
    OPC_DISCRIMINATION = "opc_discrimination", _("Discrimination")
    OPC_HARASSMENT = "opc_harassment", _("Harassment")
    OPC_ABUSE_AUTHORITY = "opc_abuse_authority", _("Abuse of authority")
    RETALIATION = "retaliation", _("Retaliation")
    FAILURE_TO_REPORT = "failure_to_report", _("Failure to report")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class Category(IntegerChoices):
    """Category 1 is investigated by professional investigators (§2.5)."""

    ONE = 1, _("Category 1: serious, complex or senior")
    TWO = 2, _("Category 2: other")


class Priority(TextChoices):
    URGENT = "urgent", _("Urgent")
    HIGH = "high", _("High")
    NORMAL = "normal", _("Normal")


class PriorityReason(TextChoices):
    """Why a case is urgent (§2.5, priority score)."""

    CHILD = "child", _("a person under 18 is affected")
    NOT_SAFE = "not_safe", _("the person does not feel safe")
    ONGOING_CONTACT = "ongoing_contact", _("the person it is about still has contact or authority")
    CLINICAL_WINDOW = "clinical_window", _("a medical window may still be open")
    THREAT = "threat", _("there are threats or retaliation")
    SEVERAL_VICTIMS = "several_victims", _("several people are affected")
    SENIOR_SUBJECT = "senior_subject", _("the person it is about is senior")
    REPEAT_SUBJECT = "repeat_subject", _("an earlier report names the same person")


class CaseState(TextChoices):
    """The life of a case; what happens inside an investigation is a life of its own."""

    RECEIVED = "received", _("Received")
    TRIAGE = "triage", _("Triage")
    INFO_ONLY = "info_only", _("Kept as information")
    REFERRED_OUT = "referred_out", _("Referred to another organisation")
    MONITORED_EXTERNAL = "monitored_external", _("Followed at another organisation")
    IN_ASSESSMENT = "in_assessment", _("Preliminary assessment")
    IN_INVESTIGATION = "in_investigation", _("Under investigation")
    IN_DECISION = "in_decision", _("Awaiting a decision")
    CLOSED = "closed", _("Closed")


class CloseReason(TextChoices):
    """Reasons that must stay apart from one another (§3.1); that somebody left or died is none of them."""

    SUBSTANTIATED = "substantiated", _("Substantiated")
    UNSUBSTANTIATED = "unsubstantiated", _("Unsubstantiated")
    NO_CASE = "no_case", _("No case after preliminary assessment")
    INSUFFICIENT_INFORMATION = "insufficient_information", _("Too little information")
    PERPETRATOR_UNIDENTIFIED = "perpetrator_unidentified", _("Person responsible not identified")
    VICTIM_WITHDREW = "victim_withdrew", _("The person affected withdrew")
    JURISDICTION_ELSEWHERE = "jurisdiction_elsewhere", _("Another body is responsible")
    OUT_OF_SCOPE = "out_of_scope", _("Outside our scope")
    DUPLICATE = "duplicate", _("The same report was already there")


class GrantLevel(TextChoices):
    """What a grant on a case is for."""

    TRIAGE = "triage", _("Triage")
    LOGGED = "logged", _("Logged it")
    MANAGE = "manage", _("Manage")
    INVESTIGATE = "investigate", _("Investigate")
    DECIDE = "decide", _("Decide")
    ADVISE = "advise", _("Advise")
    SUPPORT = "support", _("Support")
    READ = "read", _("Read only")


class Purpose(TextChoices):
    """What a consent is for (§1.6, §4.3)."""

    RECORD = "record", _("Keep what was told")
    SUPPORT = "support", _("Ask victim support to get in touch")
    INVESTIGATION = "investigation", _("Share the name with investigators")
    REFERRAL = "referral", _("Refer to a service")
    STATISTICS = "statistics", _("Count in figures without a name")


class WishFor(TextChoices):
    """What the person wants to happen."""

    SUPPORT = "support", _("Get help or support")
    SAFETY = "safety", _("Be safe")
    LOOKED_INTO = "looked_into", _("Have it looked into")
    STOP = "stop", _("Make it stop")
    KNOWN = "known", _("Only that someone knows")
    ADVICE = "advice", _("Advice first")
    NOT_SURE = "not_sure", _("Not sure yet")


class RevealReason(TextChoices):
    """Why an identity is opened; the words beside it are sealed."""

    TRIAGE = "triage", _("To triage the report")
    SAFETY = "safety", _("To keep someone safe")
    CONTACT = "contact", _("To get in touch as agreed")
    INTERVIEW = "interview", _("To prepare an interview")
    CONFLICT = "conflict", _("To check a conflict of interest")
    CORRECTION = "correction", _("To correct the record")
    REFERRAL = "referral", _("To refer the person to a service")
    DECISION = "decision", _("To decide the case")


class TriageDecision(TextChoices):
    """What triage may decide."""

    OPEN = "open", _("Open a case for preliminary assessment")
    REFER = "refer", _("Refer to another organisation")
    INFORMATION = "information", _("Keep as information")
    OUT_OF_SCOPE = "out_of_scope", _("Outside our scope")
    DUPLICATE = "duplicate", _("The same report is already there")
