"""Care that works only for a time: the alarm, the windows it is about, and who is on duty to hear it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models import Case, Person, Report
from core.organisations import new_reference
from core.tenancy import NoOverlap, SameOrganisation, TenantForeignKey, TenantModel, tenant
from victims import choices
from victims.models.files import SupportFile

USER = settings.AUTH_USER_MODEL


class DutyTurn(TenantModel):
    """Who is called in one country ("" for every other one) from a moment to a moment, and their deputy."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    country = models.CharField(max_length=2, blank=True)
    officer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    deputy = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "reference", "country", "officer", "deputy", "starts_at", "ends_at", "entered_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "duty_turn"
        constraints = tenant(
            "duty_turn",
            NoOverlap("country", since="starts_at", until="ends_at", name="duty_turn_one_at_a_time"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="duty_turn_reference_once"),
            models.CheckConstraint(condition=~Q(officer=F("deputy")), name="duty_turn_two_people"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="duty_turn_ends_after_start"
            ),
            app="keep",
        )


class ClinicalAlarm(TenantModel):
    """Somebody may still be helped by care that works only for a time, counted from the earliest possible moment.

    `earliest` and `latest` are the bounds of the moment it happened; they are the same where it is known exactly.
    """

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    report = TenantForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="+")
    case = TenantForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="+")
    person = TenantForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    file = TenantForeignKey(SupportFile, on_delete=models.PROTECT, null=True, related_name="alarms")
    country = models.CharField(max_length=2, blank=True)
    earliest = models.DateTimeField()
    latest = models.DateTimeField()
    state = models.CharField(max_length=10, choices=choices.AlarmState.choices, default=choices.AlarmState.RINGING)
    rung_at = models.DateTimeField()
    taken_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    taken_at = models.DateTimeField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "reference", "report", "case", "person", "file", "country", "earliest", "latest", "state",
        "rung_at", "taken_by", "taken_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "clinical_alarm"
        constraints = tenant(
            "clinical_alarm",
            SameOrganisation("report", name="clinical_alarm_report_same_org", to="report"),
            SameOrganisation("case", name="clinical_alarm_case_same_org", to="case_file"),
            SameOrganisation("person", name="clinical_alarm_person_same_org", to="person"),
            SameOrganisation("file", name="clinical_alarm_file_same_org", to="support_file"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="clinical_alarm_reference_once"),
            models.UniqueConstraint(fields=("organisation", "report"), name="clinical_alarm_once_a_report"),
            models.CheckConstraint(condition=Q(latest__gte=F("earliest")), name="clinical_alarm_bounds"),
            models.CheckConstraint(
                condition=Q(state="ringing", taken_by=None, taken_at=None)
                | Q(state="taken", taken_by__isnull=False, taken_at__isnull=False),
                name="clinical_alarm_taken_whole",
            ),
            app="keep",
            worker="keep",
        )
        indexes = [
            models.Index(fields=("organisation", "state", "rung_at"), name="clinical_alarm_open"),
            models.Index(fields=("organisation", "file"), name="clinical_alarm_of_file"),
        ]

    @property
    def certain(self) -> bool:
        """Whether the moment is known, and not only bounded."""
        return self.earliest == self.latest


class ClinicalWindow(TenantModel):
    """One kind of care of an alarm: until when it surely works, until when it may, and what became of it."""

    alarm = TenantForeignKey(ClinicalAlarm, on_delete=models.PROTECT, related_name="windows")
    kind = models.CharField(max_length=30)
    closes_at = models.DateTimeField()
    may_work_until = models.DateTimeField()
    outcome = models.CharField(max_length=15, choices=choices.WindowOutcome.choices, blank=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "alarm", "kind", "closes_at", "may_work_until", "outcome", "recorded_by", "recorded_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "clinical_window"
        constraints = tenant(
            "clinical_window",
            SameOrganisation("alarm", name="clinical_window_alarm_same_org", to="clinical_alarm"),
            models.UniqueConstraint(fields=("organisation", "alarm", "kind"), name="clinical_window_once"),
            models.CheckConstraint(
                condition=Q(outcome="", recorded_by=None, recorded_at=None)
                | ~Q(outcome="") & Q(recorded_by__isnull=False, recorded_at__isnull=False),
                name="clinical_window_recorded_whole",
            ),
            models.CheckConstraint(condition=Q(may_work_until__gte=F("closes_at")), name="clinical_window_bounds"),
            app="keep",
            worker="keep",
        )
