"""What the support side and the investigation side share without seeing each other's records."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases import choices
from cases.models.case import Case
from cases.models.mailbox import OWN_MAILBOX, Mailbox
from cases.models.people import Participant, Person
from core.encryption.fields import SealedField, SealedModel
from core.organisations import new_mark
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant

USER = settings.AUTH_USER_MODEL


class Consent(TenantModel):
    """One yes, for one purpose and one recipient, in the words and language it was given; withdrawn at any moment."""

    METHODS = [
        ("form", "on the form"),
        ("signature", "by signature"),
        ("mark", "by mark"),
        ("voice", "by voice"),
        ("witnessed", "by word, witnessed"),
    ]

    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    mailbox = TenantForeignKey(Mailbox, on_delete=models.PROTECT, null=True, related_name="consents")
    purpose = models.CharField(max_length=20, choices=choices.Purpose.choices)
    recipient = models.CharField(max_length=80, blank=True)
    wording = models.CharField(max_length=40)
    language = models.CharField(max_length=10)
    method = models.CharField(max_length=10, choices=METHODS)
    given_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "person", "mailbox", "purpose", "recipient", "wording", "language", "method",
        "given_at", "recorded_by", "withdrawn_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "consent"
        constraints = tenant(
            "consent",
            SameOrganisation("person", name="consent_person_same_org", to="person"),
            SameOrganisation("mailbox", name="consent_mailbox_same_org", to="mailbox"),
            models.UniqueConstraint(
                fields=("organisation", "person", "purpose", "recipient"),
                condition=Q(withdrawn_at=None),
                name="consent_one_open",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_given",
            ),
            app="keep",
            worker="keep",
            intake="keep",
            intake_using=OWN_MAILBOX.format(table="consent"),
            intake_check="recorded_by_id IS NULL AND method = 'form'",
        )
        indexes = [models.Index(fields=("organisation", "mailbox"), name="consent_of_mailbox")]


class SupportRequest(SealedModel, TenantModel):
    """Someone asks the support side to look after a person; the asker sees only that it was received."""

    SOURCES = [("form", "public form"), ("triage", "triage"), ("screen", "another page")]
    STATES = [("received", "received"), ("taken", "taken"), ("answered", "answered")]

    mark = models.CharField(max_length=16, default=new_mark, editable=False)
    case = TenantForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="support_requests")
    person = TenantForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="support_requests")
    source = models.CharField(max_length=10, choices=SOURCES)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=STATES, default="received")
    needs = models.JSONField(default=list)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    taken_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "mark", "case", "person", "source", "urgent", "state", "needs", "asked_by", "asked_at",
        "taken_by", "taken_at", "answered_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "support_request"
        constraints = tenant(
            "support_request",
            models.UniqueConstraint(fields=("organisation", "mark"), name="support_request_mark_once"),
            SameOrganisation("case", name="support_request_case_same_org", to="case_file"),
            SameOrganisation("person", name="support_request_person_same_org", to="person"),
            models.CheckConstraint(
                condition=Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__isnull=False),
                name="support_request_taken_pair",
            ),
            app="keep",
            worker="keep",
            intake="insert",
            intake_check="state = 'received' AND asked_by_id IS NULL AND source = 'form'",
        )
        indexes = [
            models.Index(fields=("organisation", "state", "asked_at"), name="support_request_open"),
            models.Index(fields=("organisation", "case"), name="support_request_of_case"),
        ]


class SafetyQuestion(TenantModel):
    """Before somebody learns something new: is it safe for the person affected? Only the support side answers."""

    STEPS = [
        ("notice", _("notice to the person named")),
        ("interview", _("interview")),
        ("interim_measure", _("interim measure")),
        ("charges", _("charges")),
        ("sanction", _("sanction")),
        ("end_of_leave", _("end of leave")),
        ("contact", _("first contact from a report by someone else")),
    ]
    ANSWERS = [("go", "done"), ("wait", "wait until"), ("not_asked", "not asked")]

    mark = models.CharField(max_length=16, default=new_mark, editable=False)
    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="safety_questions")
    victim = TenantForeignKey(Participant, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=20, choices=STEPS)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=ANSWERS, blank=True)
    not_asked_because = models.CharField(max_length=40, blank=True)
    wait_until = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "mark", "case", "victim", "step", "asked_by", "asked_at", "answer", "not_asked_because",
        "wait_until", "answered_by", "answered_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "safety_question"
        constraints = tenant(
            "safety_question",
            models.UniqueConstraint(fields=("organisation", "mark"), name="safety_question_mark_once"),
            SameOrganisation("case", name="safety_question_case_same_org", to="case_file"),
            SameOrganisation("victim", name="safety_question_victim_same_org", to="participant"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="safety_question_answer_whole",
            ),
            models.CheckConstraint(
                condition=~Q(answer="wait") | Q(wait_until__isnull=False), name="safety_question_wait_has_end"
            ),
            models.CheckConstraint(
                condition=~Q(answer="not_asked") | ~Q(not_asked_because=""), name="safety_question_silence_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=models.F("asked_by")),
                name="safety_question_two_people",
            ),
            app="keep",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "answer", "asked_at"), name="safety_question_open")]


class MessageDue(SealedModel, TenantModel):
    """Something changed that a person affected is to be told; the support side decides channel and time."""

    mark = models.CharField(max_length=16, default=new_mark, editable=False)
    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="messages_due")
    participant = TenantForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="messages_due")
    change = models.CharField(max_length=40)
    text = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    channel = SealedField(label="message_due.channel", key="case_id")
    reception = SealedField(label="message_due.reception", key="case_id")

    PRIVATE = {"channel", "reception"}
    PUBLIC = {
        "id", "organisation", "mark", "case", "participant", "change", "text", "due_at", "created_at", "done_at",
        "done_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "message_due"
        constraints = tenant(
            "message_due",
            models.UniqueConstraint(fields=("organisation", "mark"), name="message_due_mark_once"),
            SameOrganisation("case", name="message_due_case_same_org", to="case_file"),
            SameOrganisation("participant", name="message_due_participant_same_org", to="participant"),
            models.CheckConstraint(
                condition=Q(done_by=None, done_at=None) | Q(done_by__isnull=False, done_at__isnull=False),
                name="message_due_done_pair",
            ),
            app="keep",
            worker="keep",
        )
        indexes = [
            models.Index(fields=("organisation", "due_at"), condition=Q(done_at=None), name="message_due_open"),
            models.Index(fields=("organisation", "case"), name="message_due_of_case"),
        ]
