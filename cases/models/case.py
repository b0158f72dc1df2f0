"""Case, report and allegation: separate records, so that each can be counted for itself (domain reference §1.1)."""

from django.conf import settings
from django.db import models

from cases import choices
from core.encryption.fields import SealedField, SealedModel
from core.organisations import Office, new_reference
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant


class Case(SealedModel, TenantModel):
    """One matter, from the first report to its close."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    state = models.CharField(max_length=20, choices=choices.CaseState.choices, default=choices.CaseState.RECEIVED)
    stream = models.CharField(max_length=20, choices=choices.Stream.choices, default=choices.Stream.UNKNOWN)
    category = models.SmallIntegerField(choices=choices.Category.choices, null=True)
    priority = models.CharField(max_length=10, choices=choices.Priority.choices, default=choices.Priority.NORMAL)
    priority_reasons = models.JSONField(default=list)
    office = TenantForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    received_at = models.DateTimeField()
    aware_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    triaged_at = models.DateTimeField(null=True)
    safety_checked_at = models.DateTimeField(null=True)
    support_asked_at = models.DateTimeField(null=True)
    many_at_once = models.BooleanField(default=False)
    routed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=30, choices=choices.CloseReason.choices, blank=True)
    summary = SealedField(label="case.summary", key="id")
    decision_reason = SealedField(label="case.decision_reason", key="id")
    version = models.PositiveIntegerField(default=1)

    PRIVATE = {"summary", "decision_reason"}
    PUBLIC = {
        "id", "organisation", "reference", "state", "stream", "category", "priority", "priority_reasons", "office",
        "manager", "owner", "received_at", "aware_at", "changed_at", "triaged_at", "safety_checked_at",
        "support_asked_at", "many_at_once", "routed_at", "closed_at", "close_reason", "version",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "case_file"
        default_permissions = ()
        permissions = [("open_case", "Open one case")]
        constraints = tenant(
            "case_file",
            SameOrganisation("office", name="case_file_office_same_org", to="office"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="case_file_reference_once"),
            models.CheckConstraint(
                condition=models.Q(state="closed", closed_at__isnull=False) & ~models.Q(close_reason="")
                | ~models.Q(state="closed") & models.Q(closed_at=None, close_reason=""),
                name="case_file_closed_with_reason",
            ),
            app="keep",
            worker="keep",
            intake="insert",
            intake_check="state = 'received' AND owner_id IS NULL AND manager_id IS NULL AND closed_at IS NULL",
        )
        indexes = [
            models.Index(fields=("organisation", "state", "-received_at", "id"), name="case_file_list"),
            models.Index(fields=("organisation", "-received_at", "id"), name="case_file_newest"),
            models.Index(fields=("organisation", "owner", "state"), name="case_file_of_owner"),
        ]


class Report(SealedModel, TenantModel):
    """What one person told, once; several reports may belong to one case."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    channel = models.CharField(max_length=30, choices=choices.Channel.choices)
    mode = models.CharField(max_length=15, choices=choices.Mode.choices)
    for_whom = models.CharField(max_length=10, choices=choices.ForWhom.choices, default=choices.ForWhom.UNKNOWN)
    language = models.CharField(max_length=10)
    received_at = models.DateTimeField()
    aware_at = models.DateTimeField()
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    origin = models.CharField(max_length=64, default="", blank=True)
    last_time = models.CharField(max_length=20, choices=choices.LastTime.choices, blank=True)
    incident_from = models.DateField(null=True)
    incident_until = models.DateField(null=True)
    child = models.CharField(max_length=10, choices=choices.YesNoUnknown.choices, default=choices.YesNoUnknown.UNKNOWN)
    safe_now = models.CharField(
        max_length=10, choices=choices.YesNoUnknown.choices, default=choices.YesNoUnknown.UNKNOWN
    )
    affected_knows = models.CharField(max_length=10, choices=choices.YesNoUnknown.choices, blank=True)
    affected_wants = models.CharField(max_length=10, choices=choices.YesNoUnknown.choices, blank=True)
    # True until a support officer has decided how: nobody contacts the person affected from this report before that.
    contact_waits = models.BooleanField(default=False)
    wishes = models.JSONField(default=list)
    account = SealedField(label="report.account", key="case_id")
    place = SealedField(label="report.place", key="case_id")
    about_whom = SealedField(label="report.about_whom", key="case_id")
    must_not_know = SealedField(label="report.must_not_know", key="case_id")
    wishes_words = SealedField(label="report.wishes_words", key="case_id")

    PRIVATE = {"account", "place", "about_whom", "must_not_know", "wishes_words"}
    PUBLIC = {
        "id", "organisation", "case", "channel", "mode", "for_whom", "language", "received_at", "aware_at",
        "logged_by", "origin", "last_time", "incident_from", "incident_until", "child", "safe_now", "affected_knows",
        "affected_wants", "contact_waits", "wishes",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "report"
        constraints = tenant(
            "report",
            SameOrganisation("case", name="report_case_same_org", to="case_file"),
            models.UniqueConstraint(
                fields=("organisation", "origin"), condition=~models.Q(origin=""), name="report_sent_once"
            ),
            models.CheckConstraint(
                condition=models.Q(incident_until=None)
                | models.Q(incident_from=None)
                | models.Q(incident_until__gte=models.F("incident_from")),
                name="report_incident_ends_after_start",
            ),
            app="keep",
            worker="keep",
            intake="insert",
            intake_check="logged_by_id IS NULL AND channel = 'web_form'",
        )
        indexes = [
            models.Index(fields=("organisation", "case"), name="report_of_case"),
            models.Index(fields=("organisation", "received_at"), name="report_by_day"),
        ]


class Allegation(SealedModel, TenantModel):
    """One thing alleged; counted by itself, with its own victims and subjects. Withdrawn, it stays on record."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="allegations")
    kind = models.CharField(max_length=30, choices=choices.AllegationType.choices)
    paternity = models.BooleanField(default=False)
    stated = SealedField(label="allegation.stated", key="case_id")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    PRIVATE = {"stated"}
    PUBLIC = {
        "id", "organisation", "case", "kind", "paternity", "created_at", "created_by", "withdrawn_at", "withdrawn_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "allegation"
        constraints = tenant(
            "allegation",
            SameOrganisation("case", name="allegation_case_same_org", to="case_file"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(withdrawn_at__gte=models.F("created_at")),
                name="allegation_withdrawn_after_made",
            ),
            app="keep",
        )
        indexes = [models.Index(fields=("organisation", "case"), name="allegation_of_case")]


class AllegationVictim(TenantModel):
    """A person affected by one allegation."""

    allegation = TenantForeignKey(Allegation, on_delete=models.PROTECT, related_name="victims")
    participant = TenantForeignKey("cases.Participant", on_delete=models.PROTECT, related_name="+")

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "allegation", "participant"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "allegation_victim"
        constraints = tenant(
            "allegation_victim",
            SameOrganisation("allegation", name="allegation_victim_allegation_same_org", to="allegation"),
            SameOrganisation("participant", name="allegation_victim_person_same_org", to="participant"),
            models.UniqueConstraint(
                fields=("organisation", "allegation", "participant"), name="allegation_victim_once"
            ),
        )


class AllegationSubject(TenantModel):
    """A person one allegation is about; findings will hang on this pair."""

    allegation = TenantForeignKey(Allegation, on_delete=models.PROTECT, related_name="subjects")
    participant = TenantForeignKey("cases.Participant", on_delete=models.PROTECT, related_name="+")

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "allegation", "participant"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "allegation_subject"
        constraints = tenant(
            "allegation_subject",
            SameOrganisation("allegation", name="allegation_subject_allegation_same_org", to="allegation"),
            SameOrganisation("participant", name="allegation_subject_person_same_org", to="participant"),
            models.UniqueConstraint(
                fields=("organisation", "allegation", "participant"), name="allegation_subject_once"
            ),
        )


class Note(SealedModel, TenantModel):
    """A working note in a case; never changed, only added to."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    body = SealedField(label="note.body", key="case_id")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)

    PRIVATE = {"body"}
    PUBLIC = {"id", "organisation", "case", "written_at", "written_by"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "note"
        constraints = tenant(
            "note",
            SameOrganisation("case", name="note_case_same_org", to="case_file"),
            app="append",
            worker="keep",
        )
        indexes = [models.Index(fields=("organisation", "case", "written_at"), name="note_of_case")]
