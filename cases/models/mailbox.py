"""The reporter's side: a draft before, a mailbox after; both open only to who holds the secret."""

from django.conf import settings
from django.db import models

from cases.models.case import Report
from cases.models.people import Participant
from core.encryption.fields import SealedField, SealedModel
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant

# The setting holds one look-up, or two with a comma between while an old number gives way to a new one.
OWN = "lookup = ANY (string_to_array(nullif(current_setting('amparo.mailbox'), ''), ','))"
OWN_MAILBOX = (
    "EXISTS (SELECT 1 FROM mailbox m WHERE m.organisation_id = {table}.organisation_id AND m.id = {table}.mailbox_id"
    " AND m.state = 'open' AND m.lookup = ANY (string_to_array(nullif(current_setting('amparo.mailbox'), ''), ',')))"
)


class Draft(TenantModel):
    """Answers not yet sent, or just sent: sealed under a key that only the reporter's cookie or code gives."""

    lookup = models.CharField(max_length=64)
    answers = models.BinaryField()
    code = models.BinaryField(null=True)
    code_lookup = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    saved = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)

    PRIVATE = {"answers", "code"}
    PUBLIC = {
        "id", "organisation", "lookup", "code_lookup", "changed_at", "expires_at", "saved", "sent_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "draft"
        constraints = tenant(
            "draft",
            models.UniqueConstraint(fields=("organisation", "lookup"), name="draft_once"),
            app=None,
            worker="all",
            intake="all",
            intake_using=OWN,
        )
        indexes = [models.Index(fields=("organisation", "expires_at"), name="draft_expiry")]


class Mailbox(TenantModel):
    """Where a reporter comes back to; the code that opens it is kept nowhere."""

    STATES = [("open", "open"), ("closed", "closed"), ("replaced", "replaced")]

    lookup = models.CharField(max_length=64)
    salt = models.BinaryField()
    verifier = models.BinaryField()
    wrapped_key = models.BinaryField()
    state = models.CharField(max_length=10, choices=STATES, default="open")
    report = TenantForeignKey(Report, on_delete=models.PROTECT, related_name="mailboxes")
    reporter = TenantForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="mailboxes")
    pass_phrase = models.BooleanField(default=False)
    # Shown once to whoever logged the report for someone: replaced by a new code at its first use.
    handed_over = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "lookup", "salt", "verifier", "wrapped_key", "state", "report", "reporter",
        "pass_phrase", "handed_over", "created_at", "changed_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "mailbox"
        constraints = tenant(
            "mailbox",
            SameOrganisation("report", name="mailbox_report_same_org", to="report"),
            SameOrganisation("reporter", name="mailbox_reporter_same_org", to="participant"),
            models.UniqueConstraint(fields=("organisation", "lookup"), name="mailbox_lookup_once"),
            models.CheckConstraint(
                condition=~models.Q(state="open") | ~models.Q(wrapped_key=b""), name="mailbox_open_has_a_lock"
            ),
            app="keep",
            worker="keep",
            intake="keep",
            intake_using=OWN,
        )
        indexes = [models.Index(fields=("organisation", "report"), name="mailbox_of_report")]


class Message(SealedModel, TenantModel):
    """One message in a mailbox; sealed under the mailbox's own key."""

    DIRECTIONS = [("in", "from the reporter"), ("out", "to the reporter")]

    mailbox = TenantForeignKey(Mailbox, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=3, choices=DIRECTIONS)
    body = SealedField(label="message.body", key="mailbox_id")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    read_at = models.DateTimeField(null=True)

    PRIVATE = {"body"}
    PUBLIC = {"id", "organisation", "mailbox", "direction", "sent_at", "sent_by", "read_at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "message"
        constraints = tenant(
            "message",
            SameOrganisation("mailbox", name="message_mailbox_same_org", to="mailbox"),
            models.CheckConstraint(
                condition=models.Q(direction="in", sent_by=None) | models.Q(direction="out", sent_by__isnull=False),
                name="message_sender_fits_direction",
            ),
            app="keep",
            worker="keep",
            intake="keep",
            intake_using=OWN_MAILBOX.format(table="message"),
            intake_check="direction = 'in' AND " + OWN_MAILBOX.format(table="message"),
        )
        indexes = [models.Index(fields=("organisation", "mailbox", "sent_at"), name="message_of_mailbox")]
