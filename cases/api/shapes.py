"""What goes in and out of the API of cases: codes and coarse days, never a sealed field or a row's key."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from cases import choices
from cases.selectors.case_page import CaseFacts
from core.api.base import Paged
from core.deadlines import registry
from core.deadlines.models import State


def words(length: int) -> serializers.CharField:
    """Text that may be missing."""
    return serializers.CharField(required=False, default="", allow_blank=True, max_length=length)


def one_of(kind: Any, **rest: Any) -> serializers.ChoiceField:
    return serializers.ChoiceField(choices=kind.choices, **rest)


def many_of(kind: Any) -> serializers.ListField:
    return serializers.ListField(child=one_of(kind), required=False, default=list, max_length=len(kind.choices))


class ReportSerializer(serializers.Serializer):
    """What somebody told; everything but the account and whether they are safe may be missing."""

    account = serializers.CharField(max_length=50_000, help_text="In their words and their language.")
    safe_now = one_of(choices.YesNoUnknown)
    channel = one_of(choices.Channel, required=False, default=choices.Channel.THIRD_PARTY_REFERRAL)
    language = serializers.RegexField(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", required=False, default="und", max_length=10)
    mode = one_of(choices.Mode, required=False, default=choices.Mode.ANONYMOUS)
    for_whom = one_of(choices.ForWhom, required=False, default=choices.ForWhom.UNKNOWN)
    child = one_of(choices.YesNoUnknown, required=False, default=choices.YesNoUnknown.UNKNOWN)
    last_time = one_of(choices.LastTime, required=False, default="", allow_blank=True)
    affected_knows = one_of(choices.YesNoUnknown, required=False, default="", allow_blank=True)
    affected_wants = one_of(choices.YesNoUnknown, required=False, default="", allow_blank=True)
    subject_name = words(120)
    subject_work = words(300)
    subject_place = words(300)
    must_not_know = words(500)
    wishes = many_of(choices.WishFor)
    wishes_words = words(1000)
    name = words(120)
    contact = words(300)
    safe_way = words(300)
    consents = many_of(choices.Purpose)
    place = words(300)
    office = serializers.CharField(required=False, default="", allow_blank=True, max_length=9)
    incident_from = serializers.DateField(required=False, default=None, allow_null=True)
    incident_until = serializers.DateField(required=False, default=None, allow_null=True)
    told_on = serializers.DateField(required=False, default=None, allow_null=True)
    aware_on = serializers.DateField(required=False, default=None, allow_null=True)
    receipt = serializers.BooleanField(required=False, default=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """What contradicts itself: an anonymous report with a name, a time that ends before it begins."""
        if data["mode"] == choices.Mode.ANONYMOUS and (data["name"] or data["contact"]):
            raise serializers.ValidationError({"name": [_("An anonymous report carries no name and no contact.")]})
        start, end = data["incident_from"], data["incident_until"]
        if start and end and end < start:
            raise serializers.ValidationError({"incident_until": [_("It cannot end before it began.")]})
        return data


class SentSerializer(serializers.Serializer):
    reference = serializers.CharField()
    receipt = serializers.CharField(allow_null=True)
    answer_by = serializers.DateTimeField(allow_null=True)


class CaseFilter(Paged):
    state = one_of(choices.CaseState, required=False)
    stream = one_of(choices.Stream, required=False)
    priority = one_of(choices.Priority, required=False)
    office = serializers.CharField(required=False, max_length=9)
    whose = serializers.ChoiceField(choices=[("mine", "owned by the token's owner")], required=False)


class CaseRow(serializers.Serializer):
    reference = serializers.CharField()
    state = serializers.CharField()
    close_reason = serializers.CharField(allow_blank=True)
    stream = serializers.CharField()
    category = serializers.IntegerField(allow_null=True)
    priority = serializers.CharField()
    priority_reasons = serializers.ListField(child=serializers.CharField())
    office = serializers.CharField(source="office.reference", allow_null=True, default=None)
    owner = serializers.CharField(source="owner.name", allow_null=True, default=None)
    received_on = serializers.SerializerMethodField()
    aware_on = serializers.SerializerMethodField()
    closed_on = serializers.SerializerMethodField()
    next_due = serializers.DateTimeField(allow_null=True)

    # A day alone: the moment of an anonymous report says who was near a telephone then.
    def get_received_on(self, case: Any) -> str:
        return _day(case.received_at)

    def get_aware_on(self, case: Any) -> str:
        return _day(case.aware_at)

    def get_closed_on(self, case: Any) -> str | None:
        return _day(case.closed_at) if case.closed_at else None


class PersonRow(serializers.Serializer):
    code = serializers.CharField()
    part = serializers.CharField()
    standing = serializers.CharField(allow_blank=True)
    personnel = serializers.CharField(allow_blank=True)


class AllegationRow(serializers.Serializer):
    kind = serializers.CharField()
    paternity = serializers.BooleanField()
    withdrawn = serializers.SerializerMethodField()
    affected = serializers.SerializerMethodField()
    named = serializers.SerializerMethodField()

    def get_withdrawn(self, allegation: Any) -> bool:
        return allegation.withdrawn_at is not None

    def get_affected(self, allegation: Any) -> list[str]:
        return self._codes(allegation.affected)

    def get_named(self, allegation: Any) -> list[str]:
        return self._codes(allegation.named)

    def _codes(self, keys: Any) -> list[str]:
        codes = self.context["codes"]
        return sorted(codes[key] for key in keys if key in codes)


class OneCaseSerializer(CaseRow):
    reports = serializers.IntegerField(source="reports_count")
    affected = serializers.IntegerField(source="affected_count")
    people = PersonRow(many=True)
    allegations = AllegationRow(many=True, source="alleged")


class ClockFilter(Paged):
    case = serializers.CharField(required=False, max_length=9)
    state = one_of(State, required=False)


class ClockRow(serializers.Serializer):
    case = serializers.CharField(source="of")
    kind = serializers.CharField()
    title = serializers.SerializerMethodField()
    state = serializers.CharField()
    due_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    missed = serializers.BooleanField()
    owner = serializers.CharField(source="owner.name", allow_null=True, default=None)

    def get_title(self, clock: Any) -> str:
        return str(registry.kind(clock.kind).title)


def people_by_part(facts: CaseFacts) -> list[Any]:
    """The people of a case in a stable order."""
    return sorted(facts.people, key=lambda person: (person.part, person.code))


def _day(moment: Any) -> str:
    return timezone.localdate(moment).isoformat()
