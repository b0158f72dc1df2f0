"""A person is a code; the identity lies apart, and the database itself refuses it without a grant."""

import secrets

from django.conf import settings
from django.db import models

from cases import choices
from cases.models.case import Case
from core.encryption.fields import SealedField, SealedModel
from core.organisations import REFERENCE_ALPHABET
from core.tenancy import SameOrganisation, TenantForeignKey, TenantModel, tenant


def new_person_code() -> str:
    """Eight random symbols: two people never meet in one, even among millions."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _position in range(8))


class Person(TenantModel):
    """Someone a report speaks of, or who came by themselves; each has one data key and is erased alone."""

    code = models.CharField(max_length=8, default=new_person_code, editable=False)
    sex = models.CharField(max_length=10, choices=choices.Sex.choices, default=choices.Sex.UNKNOWN)
    age_band = models.CharField(max_length=10, choices=choices.AgeBand.choices, default=choices.AgeBand.UNKNOWN)
    language = models.CharField(max_length=10, blank=True)
    interpreter_needed = models.BooleanField(default=False)
    staff_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    PRIVATE: set[str] = set()
    PUBLIC = {
        "id", "organisation", "code", "sex", "age_band", "language", "interpreter_needed", "staff_user", "created_at",
        "erased_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "person"
        constraints = tenant(
            "person",
            models.UniqueConstraint(fields=("organisation", "code"), name="person_code_once"),
            app="keep",
            worker="keep",
            intake="insert",
            intake_check="staff_user_id IS NULL AND erased_at IS NULL",
        )
        indexes = [models.Index(fields=("organisation", "staff_user"), name="person_of_staff")]


class Participant(SealedModel, TenantModel):
    """A person's part in one case: affected, named, witness or reporter."""

    case = TenantForeignKey(Case, on_delete=models.PROTECT, related_name="participants")
    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(max_length=10, choices=choices.Part.choices)
    standing = models.CharField(max_length=15, choices=choices.Standing.choices, blank=True)
    personnel = models.CharField(max_length=30, choices=choices.Personnel.choices, blank=True)
    senior = models.BooleanField(default=False)
    identified = models.CharField(
        max_length=10, choices=choices.YesNoUnknown.choices, default=choices.YesNoUnknown.UNKNOWN
    )
    employer = SealedField(label="participant.employer", key="person_id")
    description = SealedField(label="participant.description", key="person_id")
    # Who tells this person what changes, where it is not the support side.
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    created_at = models.DateTimeField()

    PRIVATE = {"employer", "description"}
    PUBLIC = {
        "id", "organisation", "case", "person", "part", "standing", "personnel", "senior", "identified", "contact",
        "created_at",
    }  # fmt: skip

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "participant"
        constraints = tenant(
            "participant",
            SameOrganisation("case", name="participant_case_same_org", to="case_file"),
            SameOrganisation("person", name="participant_person_same_org", to="person"),
            models.UniqueConstraint(fields=("organisation", "case", "person", "part"), name="participant_once"),
            models.CheckConstraint(
                condition=models.Q(contact=None) | models.Q(part="victim"), name="participant_contact_of_victim"
            ),
            app="keep",
            worker="keep",
            intake="insert",
            intake_check="contact_id IS NULL",
        )
        indexes = [models.Index(fields=("organisation", "person"), name="participant_of_person")]

    @property
    def code(self) -> str:
        """The person's code with the letter of this part, for example V-8H2PK7TF."""
        return f"{choices.PART_LETTER[choices.Part(self.part)]}-{self.person.code}"


GRANTED = """
EXISTS (
    SELECT 1 FROM participant p
    JOIN case_grant g ON g.organisation_id = p.organisation_id AND g.content_object_id = p.case_id
    WHERE p.organisation_id = identity.organisation_id AND p.person_id = identity.person_id
      AND g.user_id = nullif(current_setting('amparo.user', true), '')::uuid
      AND p.part = ANY (string_to_array(g.identities, ','))
      AND g.starts_at <= now() AND (g.ends_at IS NULL OR g.ends_at > now())
      AND NOT EXISTS (
          SELECT 1 FROM exclusion x
          WHERE x.organisation_id = p.organisation_id AND x.case_id = p.case_id AND x.user_id = g.user_id)
) OR EXISTS (
    SELECT 1 FROM person_grant h
    WHERE h.organisation_id = identity.organisation_id AND h.person_id = identity.person_id
      AND h.user_id = nullif(current_setting('amparo.user', true), '')::uuid
      AND h.starts_at <= now() AND (h.ends_at IS NULL OR h.ends_at > now())
)
"""


class Identity(SealedModel, TenantModel):
    """Name and ways to reach one person: sealed, and visible to no account without a grant in force."""

    person = TenantForeignKey(Person, on_delete=models.PROTECT, related_name="identities")
    name = SealedField(label="identity.name", key="person_id")
    contact = SealedField(label="identity.contact", key="person_id")
    safe_way = SealedField(label="identity.safe_way", key="person_id")
    details = SealedField(label="identity.details", key="person_id")
    changed_at = models.DateTimeField()

    PRIVATE = {"name", "contact", "safe_way", "details"}
    PUBLIC = {"id", "organisation", "person", "changed_at"}

    class Meta(TenantModel.Meta):
        abstract = False
        db_table = "identity"
        constraints = tenant(
            "identity",
            SameOrganisation("person", name="identity_person_same_org", to="person"),
            models.UniqueConstraint(fields=("organisation", "person"), name="identity_once"),
            app="keep",
            app_using=GRANTED,
            app_check="",
            worker="keep",
            intake="insert",
        )
