"""Organisations, their offices, and the people who work in them."""

import secrets
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.permissions import Role
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, new_id, organisation, tenant

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """A random public reference such as K7TF-29QM: says nothing of time or number."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _position in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def new_mark() -> str:
    """A random name for addresses, so long that no two ever meet: says nothing of time, number or content."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _position in range(16))


class LegalRegime(models.TextChoices):
    """Whose internal justice decides the standard of proof (domain reference §3.4)."""

    UN_SECRETARIAT = "un_secretariat", _("United Nations Secretariat family")
    ILOAT = "iloat", _("Organisations under the ILO Administrative Tribunal")
    NATIONAL = "national", _("National law and own rules")


class Organisation(models.Model):
    """One organisation of the installation; every column here may be published on its public form."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    languages = models.JSONField(default=list)
    country = models.CharField(max_length=2, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    legal_regime = models.CharField(max_length=20, choices=LegalRegime.choices, default=LegalRegime.UN_SECRETARIAT)
    weekend = models.JSONField(default=list)
    neutral_path = models.SlugField(max_length=40, unique=True, null=True, blank=True)
    neutral_host = models.CharField(max_length=120, unique=True, null=True, blank=True)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "slug", "name", "languages", "country", "time_zone", "legal_regime", "weekend", "neutral_path",
        "neutral_host", "demo", "created_at",
    }  # fmt: skip

    class Meta:
        db_table = "organisation"


def every_organisation() -> Iterator[Organisation]:
    """Each organisation in turn, in a scope and a transaction of its own: never a way round the rules."""
    for found in Organisation.objects.order_by("slug"):
        with organisation(found.id):
            yield found


class UserManager(BaseUserManager["User"]):
    """Users by e-mail address, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **rest: Any) -> "User":
        user = self.model(email=email.strip().lower(), **rest)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A member of staff, perhaps of several organisations; holds no right by itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # What stands for the account in a link to choose a password.
    mark = models.CharField(max_length=16, default=new_mark, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Set by a reset of password or second factor: until then no identity is revealed to this account.
    reveals_held_until = models.DateTimeField(null=True, blank=True)
    # Part of what a session is bound to: raised when all of them must end.
    session_epoch = models.PositiveIntegerField(default=0)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    is_staff = False
    is_superuser = False

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "mark", "email", "name", "language", "is_active", "created_at", "reveals_held_until", "password",
        "last_login", "session_epoch",
    }  # fmt: skip

    class Meta:
        db_table = "user_account"
        constraints = [models.UniqueConstraint(Lower("email"), name="user_account_email_any_case")]

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def get_session_auth_hash(self) -> str:
        """A session lives as long as password and epoch stay as they were when it began."""
        return salted_hmac("core.User.session", f"{self.password}:{self.session_epoch}", algorithm="sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """None: this product has one secret key at a time."""
        return iter(())

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Never: rights come from memberships and grants, asked through core.permissions."""
        return False

    def has_module_perms(self, label: str) -> bool:
        return False


class Office(TenantModel):
    """A place of the organisation; the tree says who stands above whom."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, blank=True)
    parent = TenantForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    headquarters = models.BooleanField(default=False)

    PRIVATE: set[str] = set()
    PUBLIC = {"id", "organisation", "reference", "name", "country", "parent", "headquarters"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "office"
        constraints = tenant(
            "office",
            SameOrganisation("parent", name="office_parent_same_org", to="office"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="office_reference_once"),
            models.UniqueConstraint(fields=("organisation", "name"), name="office_name_once"),
            models.UniqueConstraint(
                fields=("organisation",), condition=models.Q(headquarters=True), name="office_one_headquarters"
            ),
            models.CheckConstraint(condition=~models.Q(parent=models.F("id")), name="office_not_own_parent"),
            intake="read",
        )


OWN_OR_ORGANISATION = (
    "(organisation_id = nullif(current_setting('amparo.organisation', true), '')::uuid"
    " OR (nullif(current_setting('amparo.organisation', true), '') IS NULL"
    " AND user_id = nullif(current_setting('amparo.user', true), '')::uuid))"
)


class Membership(TenantModel):
    """A user's place in an organisation, from a day to a day (the end is exclusive)."""

    reference = models.CharField(max_length=9, default=new_reference, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    office = TenantForeignKey(Office, on_delete=models.PROTECT, related_name="memberships")
    supervisor = TenantForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="supervises")
    post = models.CharField(max_length=120, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    away_from = models.DateTimeField(null=True, blank=True)
    away_until = models.DateTimeField(null=True, blank=True)

    own = models.Manager()  # outside any organisation, together with core.tenancy.as_user: the person's own rows

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "reference", "user", "office", "supervisor", "post", "starts_at", "ends_at", "away_from",
        "away_until",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "membership"
        default_manager_name = "objects"  # `own` is asked for by name alone, never by a relation
        constraints = tenant(
            "membership",
            SameOrganisation("office", name="membership_office_same_org", to="office"),
            SameOrganisation("supervisor", name="membership_supervisor_same_org", to="membership"),
            models.UniqueConstraint(fields=("organisation", "reference"), name="membership_reference_once"),
            models.UniqueConstraint(fields=("organisation", "user"), name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(supervisor=None) | ~models.Q(supervisor=models.F("id")),
                name="membership_not_own_supervisor",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="membership_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(away_from=None, away_until=None)
                | models.Q(away_from__isnull=False, away_until__gt=models.F("away_from")),
                name="membership_away_pair",
            ),
            read_as=OWN_OR_ORGANISATION,
        )
        indexes = [models.Index(fields=("user",), name="membership_of_user")]


class RoleGrant(TenantModel):
    """A role of a membership: proposed by one person, given only when a second one approves (the demo's are seeded)."""

    membership = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=40, choices=Role.choices)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    approved_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "membership", "role", "proposed_by", "proposed_at", "approved_by", "approved_at",
        "ended_by", "ended_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "role_grant"
        constraints = tenant(
            "role_grant",
            SameOrganisation("membership", name="role_grant_membership_same_org", to="membership"),
            models.UniqueConstraint(
                fields=("organisation", "membership", "role"),
                condition=models.Q(ended_at=None),
                name="role_grant_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None, approved_at=None)
                | models.Q(approved_by__isnull=False, approved_at__isnull=False),
                name="role_grant_approved_pair",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_by=None, ended_at=None)
                | models.Q(ended_by__isnull=False, ended_at__isnull=False),
                name="role_grant_ended_pair",
            ),
            # Nobody approves their own act.
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("proposed_by")),
                name="role_grant_two_people",
            ),
            app="keep",
        )
