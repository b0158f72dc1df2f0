"""Tables of keys: the wrapped ones in the vault, a schema with its own backups that can move to another database.

No foreign key leads in or out of the vault, so that it can move. Public halves and search tokens lie outside.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import RowSecurity, TenantManager, TenantModel, current_organisation_id, new_id, tenant


class Purpose(models.TextChoices):
    """What an organisation's key is for."""

    KEK = "kek", "wraps data keys"
    SEALING = "sealing", "opens what intake sealed to the public half"
    INDEX = "index", "keys the blind index"
    DATA = "data", "no key: marks a renewal of all data keys"


class VaultModel(models.Model):
    """A row of the vault: it belongs to an organisation without referring to its row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField(default=current_organisation_id, editable=False)

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"


class OrganisationKey(VaultModel):
    """One version of one key of an organisation, wrapped by the root; empty once it was destroyed."""

    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    version = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    # When everything older had been brought under this version; empty while a rotation is under way.
    finished_at = models.DateTimeField(null=True)
    shredded_at = models.DateTimeField(null=True)

    PRIVATE = {"wrapped"}
    PUBLIC = {"id", "organisation_id", "purpose", "version", "created_at", "finished_at", "shredded_at"}

    class Meta(VaultModel.Meta):
        abstract = False
        db_table = "organisation_key"
        constraints = [
            # The web process founds an organisation's first keys and reads; only the worker renews and destroys.
            RowSecurity(name="organisation_key_rows", app="append", app_check="version = 1"),
            models.UniqueConstraint(fields=("organisation_id", "purpose", "version"), name="organisation_key_once"),
            models.CheckConstraint(
                condition=Q(shredded_at=None) | Q(wrapped=b""), name="organisation_key_destroyed_is_empty"
            ),
            models.CheckConstraint(
                condition=~Q(shredded_at=None) | ~Q(wrapped=b"") | Q(purpose="data"),
                name="organisation_key_empty_is_told",
            ),
        ]


class DataKey(VaultModel):
    """One generation of the key of one subject (a person, a case, a mailbox); empty once it was shredded."""

    subject = models.UUIDField()
    generation = models.PositiveIntegerField()
    wrapped_by = models.CharField(max_length=10, choices=Purpose.choices)
    key_version = models.PositiveIntegerField()
    wrapped = models.BinaryField()
    # A receipt holds this key as well: a new generation would lock its owner out.
    pinned = models.BooleanField(default=False)
    superseded_at = models.DateTimeField(null=True)
    shredded_at = models.DateTimeField(null=True)

    PRIVATE = {"wrapped"}
    PUBLIC = {
        "id", "organisation_id", "subject", "generation", "wrapped_by", "key_version", "pinned", "superseded_at",
        "shredded_at",
    }  # fmt: skip

    class Meta(VaultModel.Meta):
        abstract = False
        db_table = "data_key"
        constraints = [
            RowSecurity(
                name="data_key_rows",
                app="keep",
                worker="all",
                intake="insert",
                intake_check="wrapped_by = 'sealing' AND generation = 1 AND shredded_at IS NULL",
            ),
            models.UniqueConstraint(fields=("organisation_id", "subject", "generation"), name="data_key_once"),
            models.CheckConstraint(
                condition=(Q(shredded_at=None) & ~Q(wrapped=b"")) | (Q(shredded_at__isnull=False) & Q(wrapped=b"")),
                name="data_key_shredded_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(wrapped_by__in=("kek", "sealing")), name="data_key_wrapped_by_a_wrapping_key"
            ),
        ]
        indexes = [
            models.Index(
                fields=("organisation_id", "wrapped_by", "key_version"),
                condition=Q(shredded_at=None),
                name="data_key_by_wrapping",
            )
        ]


class SealingKey(TenantModel):
    """The public half of an organisation's key pair: whoever may only write seals data keys to it.

    `seal` is keyed with the pepper: whoever can write this table and nothing else cannot put another key here.
    """

    version = models.PositiveIntegerField()
    public = models.BinaryField()
    seal = models.BinaryField(default=b"")

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "version", "public", "seal"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "sealing_key"
        constraints = tenant(
            "sealing_key",
            models.UniqueConstraint(fields=("organisation", "version"), name="sealing_key_once"),
            app="append",
            app_check="version = 1",
            intake="read",
        )


class Kind(models.TextChoices):
    """What may be searched for exactly."""

    PERSON = "person", _("full name and year of birth")
    EMAIL = "email", _("e-mail address")
    PHONE = "phone", _("telephone number")
    DOCUMENT = "document", _("document number")


class BlindToken(TenantModel):
    """A subject can be found by the value behind this token, by whoever holds the organisation's index key."""

    kind = models.CharField(max_length=10, choices=Kind.choices)
    token = models.BinaryField()
    subject = models.UUIDField()
    key_version = models.PositiveIntegerField()

    PRIVATE = {"token"}
    PUBLIC = {"id", "organisation", "kind", "subject", "key_version"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "blind_token"
        constraints = tenant(
            "blind_token",
            models.UniqueConstraint(fields=("organisation", "kind", "token", "subject"), name="blind_token_once"),
        )
        indexes = [models.Index(fields=("organisation", "subject"), name="blind_token_of_subject")]
