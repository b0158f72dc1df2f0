"""Tables of the clocks: each organisation's terms and days off, the clocks, their pauses, extensions and breaches."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.calendars import CALENDAR_DAYS, HOURS, MINUTES, WORKING_DAYS
from core.organisations import User
from core.tenancy import NoOverlap, SameOrganisation, TenantForeignKey, TenantModel, tenant


class Unit(models.TextChoices):
    """What is counted."""

    MINUTES = MINUTES, _("minutes")
    HOURS = HOURS, _("hours")
    CALENDAR_DAYS = CALENDAR_DAYS, _("calendar days")
    WORKING_DAYS = WORKING_DAYS, _("working days")


class State(models.TextChoices):
    """The life of a clock. A clock that was missed still runs until what it waits for is done."""

    OPEN = "open", _("Running")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Done")
    CANCELLED = "cancelled", _("No longer needed")


RUNNING = (State.OPEN, State.PAUSED)


class Reason(models.TextChoices):
    """Why a clock is paused or extended; words about people never belong here."""

    SURVIVOR_ASKED = "survivor_asked", _("The person concerned asked for time")
    SAFETY = "safety", _("Going on now would put someone in danger")
    INTERPRETER = "interpreter", _("Waits for an interpreter or a translation")
    AUTHORITIES = "authorities", _("Waits for national authorities")
    OTHER_ENTITY = "other_entity", _("Waits for another organisation")
    WITNESS = "witness", _("A person needed for it cannot be reached")
    NO_ACCESS = "no_access", _("The place cannot be reached")
    COMPLEX = "complex", _("There is more to look into than foreseen")


class DeadlineKind(TenantModel):
    """An organisation's own terms for a declared kind of deadline; copied from the defaults when it is created."""

    key = models.CharField(max_length=60)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, choices=Unit.choices)
    roll = models.BooleanField(default=False)
    warn = models.JSONField(default=list)
    ladder = models.JSONField(default=list)
    source = models.TextField(blank=True)

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "key", "amount", "unit", "roll", "warn", "ladder", "source"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "deadline_kind"
        constraints = tenant(
            "deadline_kind",
            models.UniqueConstraint(fields=("organisation", "key"), name="deadline_kind_once"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="deadline_kind_unit"),
            intake="read",
        )


class OwnDay(TenantModel):
    """A day on which the organisation does not work, beside the public holidays of its country."""

    day = models.DateField()
    name = models.CharField(max_length=120, blank=True)

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "day", "name"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "own_day"
        constraints = tenant(
            "own_day",
            models.UniqueConstraint(fields=("organisation", "day"), name="own_day_once"),
            intake="read",
        )


class Deadline(TenantModel):
    """One clock: something about `subject` is due at `due_at`.

    `next_at` is the moment at which the row next needs to be looked at (a warning, the due moment, a rung, the planned
    end of a pause); it is empty when nothing will happen by itself. `rung` counts the steps already taken.
    """

    kind = models.CharField(max_length=60)
    subject = models.UUIDField()
    reference = models.CharField(max_length=20, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, choices=Unit.choices)
    roll = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    rung = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "kind", "subject", "reference", "owner", "started_at", "amount", "unit", "roll", "due_at",
        "next_at", "rung", "state", "ended_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "deadline"
        constraints = tenant(
            "deadline",
            models.UniqueConstraint(
                fields=("organisation", "kind", "subject"),
                condition=Q(state__in=("open", "paused")),
                name="deadline_one_open",
            ),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="deadline_unit"),
            models.CheckConstraint(condition=Q(due_at__gte=F("started_at")), name="deadline_due_after_start"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "paused"), ended_at=None)
                | Q(state__in=("met", "cancelled"), ended_at__isnull=False, next_at=None),
                name="deadline_ended_is_quiet",
            ),
            app="keep",
            intake="insert",
            intake_check="state = 'open' AND rung = 0 AND owner_id IS NULL",
        )
        indexes = [
            # The sweep looks across organisations, through a function that returns keys only.
            models.Index(fields=("next_at",), condition=Q(next_at__isnull=False), name="deadline_next"),
            models.Index(fields=("organisation", "subject"), name="deadline_of_subject"),
            models.Index(
                fields=("organisation", "owner", "due_at"),
                condition=Q(state__in=("open", "paused")),
                name="deadline_of_owner",
            ),
        ]


class Pause(TenantModel):
    """A stretch in which a clock stands still, from its start (inclusive) to its end (exclusive)."""

    deadline = TenantForeignKey(Deadline, on_delete=models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    paused_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    resumed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "deadline", "started_at", "until", "ended_at", "reason", "paused_by", "resumed_by",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "deadline_pause"
        constraints = tenant(
            "deadline_pause",
            SameOrganisation("deadline", name="deadline_pause_same_org", to="deadline"),
            NoOverlap("deadline", since="started_at", until="ended_at", name="deadline_pause_no_overlap"),
            models.UniqueConstraint(
                fields=("organisation", "deadline"), condition=Q(ended_at=None), name="deadline_pause_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="deadline_pause_forward"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("started_at")), name="deadline_pause_until_later"
            ),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="deadline_pause_reason"),
            app="keep",
        )


class Extension(TenantModel):
    """More time, asked for by one person and given or refused by another."""

    deadline = TenantForeignKey(Deadline, on_delete=models.PROTECT, related_name="extensions")
    more = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "deadline", "more", "reason", "asked_by", "asked_at", "decided_by", "decided_at",
        "approved",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "deadline_extension"
        constraints = tenant(
            "deadline_extension",
            SameOrganisation("deadline", name="deadline_extension_same_org", to="deadline"),
            models.UniqueConstraint(
                fields=("organisation", "deadline"), condition=Q(decided_at=None), name="deadline_extension_one_open"
            ),
            models.CheckConstraint(condition=Q(more__gt=0), name="deadline_extension_more"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="deadline_extension_reason"),
            # Nobody approves their own act.
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="deadline_extension_two_people"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, approved=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False),
                name="deadline_extension_decided_whole",
            ),
            app="keep",
        )


class Breach(TenantModel):
    """The permanent fact that a clock was missed: due at `due_at`, found at `found_at`. Never changed or removed."""

    deadline = TenantForeignKey(Deadline, on_delete=models.PROTECT, related_name="breaches")
    due_at = models.DateTimeField()
    found_at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "deadline", "due_at", "found_at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "deadline_breach"
        constraints = tenant(
            "deadline_breach",
            SameOrganisation("deadline", name="deadline_breach_same_org", to="deadline"),
            models.UniqueConstraint(fields=("organisation", "deadline"), name="deadline_breach_once"),
            models.CheckConstraint(condition=Q(found_at__gt=F("due_at")), name="deadline_breach_after_due"),
            app="append",
            worker="append",
        )
