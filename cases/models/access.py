"""Who may open a case: grants made one by one, exclusions that stand above any role, and doors broken open."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from cases import choices
from cases.models.case import Case
from cases.models.people import Person
from core.encryption.fields import SealedField, SealedModel
from core.organisations import Office
from core.tenancy import SameOrganisation, SameRow, TenantForeignKey, TenantModel, tenant

USER = settings.AUTH_USER_MODEL


class CaseDuty(TenantModel):
    """What somebody has once been in a case: investigator, support officer or decision maker; never a second of them.

    Never changed or removed, so that a grant given, ended and given anew cannot lead one person from one to the other.
    """

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="duties")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    duty = models.CharField(max_length=15, choices=choices.GrantLevel.choices)
    since = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "case", "user", "duty", "since"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "case_duty"
        constraints = tenant(
            "case_duty",
            SameOrganisation("case", name="case_duty_case_same_org", to="case_file"),
            models.UniqueConstraint(fields=("organisation", "case", "user"), name="case_duty_one_for_ever"),
            models.UniqueConstraint(fields=("organisation", "case", "user", "duty"), name="case_duty_said"),
            models.CheckConstraint(
                condition=Q(duty__in=("investigate", "support", "decide")), name="case_duty_kept_apart"
            ),
            app="append",
            worker="append",
        )


class CaseGrant(TenantModel, UserObjectPermissionBase):  # type: ignore[misc]  # both bring `objects`; ours wins
    """One user may open one case, for a purpose, from a moment to a moment (the end is exclusive).

    `identities` lists, comma-separated, the parts (victim, subject, …) whose identity may be asked for at all.
    """

    content_object = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="grants")
    level = models.CharField(max_length=15, choices=choices.GrantLevel.choices)
    identities = models.CharField(max_length=60, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # A door broken open: reading only, whatever the level says.
    break_glass = models.BooleanField(default=False)
    # Filled by the database: the level where it is one of those kept apart; it must stand in case_duty.
    duty = models.GeneratedField(
        expression=models.Case(
            models.When(level__in=("investigate", "support", "decide"), then=F("level")), default=models.Value(None)
        ),
        output_field=models.CharField(max_length=15, null=True),
        db_persist=True,
    )

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "user", "permission", "content_object", "level", "identities", "starts_at", "ends_at",
        "granted_by", "break_glass", "duty",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "case_grant"
        constraints = tenant(
            "case_grant",
            SameOrganisation("content_object", name="case_grant_case_same_org", to="case_file"),
            SameRow(
                ("content_object", "user", "duty"),
                name="case_grant_duty_is_taken",
                to="case_duty",
                columns=("case_id", "user_id", "duty"),
            ),
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=F("user")), name="case_grant_by_somebody_else"
            ),
            models.UniqueConstraint(
                fields=("organisation", "user", "permission", "content_object"), name="case_grant_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="case_grant_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(break_glass=False)
                | Q(ends_at__lte=F("starts_at") + models.Value("04:00:00", output_field=models.DurationField()))
                & Q(ends_at__isnull=False, granted_by__isnull=False, level="read"),
                name="case_grant_glass_ends",
            ),
        )
        indexes = [models.Index(fields=("organisation", "content_object"), name="case_grant_of_case")]


class PersonGrant(TenantModel):
    """One user may know one person who has no case: a survivor who came for help alone."""

    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="grants")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    granted_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "person", "user", "starts_at", "ends_at", "granted_by"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "person_grant"
        constraints = tenant(
            "person_grant",
            SameOrganisation("person", name="person_grant_person_same_org", to="person"),
            models.UniqueConstraint(fields=("organisation", "person", "user"), name="person_grant_once"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="person_grant_ends_after_start"
            ),
        )


class Exclusion(TenantModel):
    """To this user the case does not exist: no role, grant or broken door gets past it."""

    WHY = [
        ("accused", "is the person it is about"),
        ("part", "has a part in the case"),
        ("line", "stands above or below the person named"),
        ("named", "was named as someone who must not know"),
        ("office", "works in an office that must not know"),
        ("declared", "declared a conflict of interest"),
        ("doubt", "may be someone named; a person decides"),
    ]

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="exclusions")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    why = models.CharField(max_length=10, choices=WHY)
    since = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "case", "user", "why", "since"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "exclusion"
        constraints = tenant(
            "exclusion",
            SameOrganisation("case", name="exclusion_case_same_org", to="case_file"),
            models.UniqueConstraint(fields=("organisation", "case", "user"), name="exclusion_once"),
        )
        indexes = [models.Index(fields=("organisation", "user"), name="exclusion_of_user")]


class ExcludedOffice(TenantModel):
    """An office that must not know of a case: whoever comes to work there later must not know either."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="excluded_offices")
    office = TenantForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "case", "office", "since"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "excluded_office"
        constraints = tenant(
            "excluded_office",
            SameOrganisation("case", name="excluded_office_case_same_org", to="case_file"),
            SameOrganisation("office", name="excluded_office_office_same_org", to="office"),
            models.UniqueConstraint(fields=("organisation", "case", "office"), name="excluded_office_once"),
            app="append",
            worker="append",
        )
        indexes = [models.Index(fields=("organisation", "office"), name="excluded_office_of_office")]


class IntakeRoute(TenantModel):
    """Who gets new reports, as the organisation named them: for one office, or for all; the lowest step first."""

    office = TenantForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.PositiveSmallIntegerField(default=1)
    oversight = models.BooleanField(default=False)  # the configured route for reports against oversight or the head

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "office", "user", "step", "oversight"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "intake_route"
        constraints = tenant(
            "intake_route",
            SameOrganisation("office", name="intake_route_office_same_org", to="office"),
            models.UniqueConstraint(
                fields=("organisation", "office", "user", "oversight"),
                nulls_distinct=False,
                name="intake_route_once",
            ),
        )


class Handover(TenantModel):
    """A case offered by one person to another; it moves only when the receiver confirms."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    giver = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    receiver = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    offered_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "case", "giver", "receiver", "offered_at", "confirmed_at", "declined_at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "handover"
        constraints = tenant(
            "handover",
            SameOrganisation("case", name="handover_case_same_org", to="case_file"),
            models.UniqueConstraint(
                fields=("organisation", "case"),
                condition=Q(confirmed_at=None, declined_at=None),
                name="handover_one_open",
            ),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="handover_two_people"),
            models.CheckConstraint(condition=Q(confirmed_at=None) | Q(declined_at=None), name="handover_one_answer"),
            app="keep",
        )


class BreakGlass(SealedModel, TenantModel):
    """An emergency reading of one case: asked by one person, allowed by another, over within four hours, reviewed."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="broken_doors")
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    reason = SealedField(label="break_glass.reason", key="case_id")
    allowed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    allowed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reviewed_at = models.DateTimeField(null=True)
    review = SealedField(label="break_glass.review", key="case_id")

    PRIVATE = {"reason", "review"}
    PUBLIC = {
        "id", "organisation", "case", "asked_by", "asked_at", "allowed_by", "allowed_at", "refused_at", "ends_at",
        "reviewed_by", "reviewed_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "break_glass"
        constraints = tenant(
            "break_glass",
            SameOrganisation("case", name="break_glass_case_same_org", to="case_file"),
            models.CheckConstraint(
                condition=Q(allowed_by=None) | ~Q(allowed_by=F("asked_by")), name="break_glass_two_people"
            ),
            models.CheckConstraint(
                condition=Q(allowed_by=None, allowed_at=None, ends_at=None)
                | Q(allowed_by__isnull=False, allowed_at__isnull=False, ends_at__isnull=False)
                | Q(allowed_by__isnull=False, refused_at__isnull=False),
                name="break_glass_allowed_whole",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None)
                | Q(ends_at__lte=F("allowed_at") + models.Value("04:00:00", output_field=models.DurationField())),
                name="break_glass_four_hours",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("asked_by")), name="break_glass_reviewed_by_other"
            ),
            app="keep",
        )
