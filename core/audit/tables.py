"""What is written, what the sealer adds, and how far it has come."""

from typing import ClassVar

from django.db import models
from django.db.models.expressions import RawSQL

from core.audit.events import Outcome
from core.tenancy import TenantManager, TenantModel, tenant

#: Nobody writes in a colleague's name: a person's event is the event of whoever is signed in here.
IN_ONES_OWN_NAME = (
    "CASE WHEN actor_kind = 'user' THEN actor = nullif(current_setting('amparo.user', true), '')::uuid "
    "ELSE actor IS NULL END"
)


class EventManager(TenantManager):
    """Events of the organisation in scope."""

    def timed(self) -> models.QuerySet:
        """Each event with `at`, the moment the database itself noted (UTC)."""
        return self.get_queryset().annotate(
            at=RawSQL('"audit_event"."at"', (), output_field=models.DateTimeField())  # noqa: S611  a constant
        )


class AuditEvent(TenantModel):
    """One thing somebody did or read. No private text: codes, ids and labels alone.

    Two further columns are the database's own and can be set by nobody: `xid`, the transaction, and `at`, the moment.
    """

    action = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=20)
    actor = models.UUIDField(null=True)
    acting_for = models.UUIDField(null=True)
    session = models.CharField(max_length=80, blank=True)
    about = models.UUIDField(null=True)
    about_type = models.CharField(max_length=80, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    purpose = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    fields = models.JSONField(default=list)
    hashes = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)

    objects: ClassVar[EventManager] = EventManager()

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "action", "actor_kind", "actor", "acting_for", "session", "about", "about_type",
        "reference", "purpose", "outcome", "fields", "hashes", "facts",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "audit_event"
        constraints = tenant(
            "audit_event",
            models.CheckConstraint(
                condition=models.Q(outcome__in=("done", "refused", "failed")), name="audit_event_outcome"
            ),
            app="append",
            app_check=IN_ONES_OWN_NAME,
            worker="append",
            worker_check=IN_ONES_OWN_NAME,
            intake="insert",
            intake_check="actor IS NULL AND actor_kind <> 'user'",
            sealer="read",
            auditor="read",
            everywhere=("sealer", "auditor"),
        )
        indexes = [
            models.Index(fields=("organisation", "about", "id"), name="audit_event_about"),
            models.Index(fields=("organisation", "actor", "id"), name="audit_event_actor"),
        ]


class AuditLeaf(TenantModel):
    """An event's place in its organisation's tree; `number` counts from 1 without a gap."""

    number = models.BigIntegerField()
    event = models.UUIDField()
    leaf = models.BinaryField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "number", "event", "leaf"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "audit_leaf"
        constraints = tenant(
            "audit_leaf",
            models.UniqueConstraint(fields=("organisation", "number"), name="audit_leaf_place_once"),
            models.UniqueConstraint(fields=("organisation", "event"), name="audit_leaf_event_once"),
            app="read",
            worker=None,
            sealer="append",
            auditor="read",
            everywhere=("sealer", "auditor"),
        )


class AuditCheckpoint(TenantModel):
    """A signed head of one organisation's tree; `position` is its place, from 0, in the log over all of them."""

    size = models.BigIntegerField()
    root = models.BinaryField()
    frontier = models.BinaryField()
    note = models.TextField()
    position = models.BigIntegerField(unique=True)
    sealed_at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "size", "root", "frontier", "note", "position", "sealed_at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "audit_checkpoint"
        constraints = tenant(
            "audit_checkpoint",
            models.UniqueConstraint(fields=("organisation", "size"), name="audit_checkpoint_size_once"),
            app="read",
            worker=None,
            sealer="append",
            auditor="read",
            everywhere=("sealer", "auditor"),
        )


class AuditSeal(models.Model):
    """A signed head of the log over all organisations' checkpoints; says nothing about any of them."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    frontier = models.BinaryField()
    note = models.TextField()
    sealed_at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"size", "root", "frontier", "note", "sealed_at"}

    class Meta:
        db_table = "audit_seal"


class AuditCursor(models.Model):
    """How far the sealer has looked: one row. Only a short cut; the verifier does not believe it."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    horizon = models.BigIntegerField()
    looked_at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "horizon", "looked_at"}

    class Meta:
        db_table = "audit_cursor"
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_cursor_one_row")]
