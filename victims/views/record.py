"""What is written about the person of one file: how to reach her, what support needs to know, a child's steps."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from core.encryption.fields import reveal_fields
from core.errors import DomainError
from core.organisations import Membership
from victims import clinical_rules
from victims.actions import alarms, files, record
from victims.forms.files import AboutForm, ChildForm, ContactForm, HandOverForm, WhenForm
from victims.models import ChildCare
from victims.permissions import Perm
from victims.views.base import FileForm, colleagues


class Contact(FileForm):
    """How to reach the person safely."""

    needs = Perm.WORK
    form_class = ContactForm
    title = _l("How to reach the person safely")
    lead = _l("Sealed. Nobody sees it but whoever supports the person.")
    button = _l("Save")
    done_message = _l("Saved.")

    def initial(self) -> dict[str, Any]:
        found = record.read_contact(self.file, by=self.request.actor, now=self.now)
        return {**found, "do_not_contact": self.file.do_not_contact}

    def act(self, data: dict[str, Any]) -> Any:
        never = data.pop("do_not_contact")
        record.write_contact(self.file, data, do_not_contact=never, by=self.request.actor, now=self.now)


class About(FileForm):
    """What support needs to know."""

    needs = Perm.WORK
    form_class = AboutForm
    title = _l("About the person")
    lead = _l("Only what helps to support them. What they tell of themselves stays in their own words.")
    button = _l("Save")
    done_message = _l("Saved.")

    def initial(self) -> dict[str, Any]:
        file, person = self.file, self.file.person
        words = reveal_fields(file, ["words"], purpose="support", by=self.request.actor)["words"]
        names = ("sex", "age_band", "language", "interpreter_needed")
        return {
            **{name: getattr(person, name) for name in names},
            "displacement": file.displacement,
            "disability": file.disability,
            "words": words,
        }

    def act(self, data: dict[str, Any]) -> Any:
        record.write_about(self.file, **data, by=self.request.actor, now=self.now)


class Child(FileForm):
    """The steps for somebody under 18."""

    needs = Perm.WORK
    form_class = ChildForm
    title = _l("Steps for a child")
    lead = _l("First what is best for the child, then what the child says. No plan and no referral goes out before.")
    button = _l("Save")
    done_message = _l("Saved.")

    def load(self) -> None:
        super().load()
        if not files.is_child(self.file.person):
            raise Http404

    def initial(self) -> dict[str, Any]:
        care = ChildCare.objects.filter(file=self.file).first()
        if care is None:
            return {}
        words = reveal_fields(care, ["best_interest", "carers"], purpose="support", by=self.request.actor)
        return {**words, "assent": care.assent, "reporting_told": care.reporting_told_at is not None}

    def act(self, data: dict[str, Any]) -> Any:
        record.write_child(self.file, **data, by=self.request.actor, now=self.now)


class When(FileForm):
    """From when care that works only for a time is counted."""

    needs = Perm.WORK
    form_class = WhenForm
    title = _l("When did it last happen?")
    lead = _l("Some care works only for a time. It is counted from the earliest moment it can have been.")
    button = _l("Count from then")
    done_message = _l("Care is counted from then.")

    def act(self, data: dict[str, Any]) -> Any:
        day, at = data["day"], data["at"]
        if day and at:
            moment = self.moment(day, at)
            assert moment is not None  # noqa: S101  a day was given
            bounds = clinical_rules.Bounds(moment, moment)
        elif day:
            bounds = clinical_rules.of_days(day, None, now=self.now, zone=self.zone())
            if day > self.now.astimezone(self.zone()).date():
                raise DomainError(_("This day has not come yet. Use today or an earlier day."))
        else:
            found = clinical_rules.of_step(data["step"], told_at=self.now, heard_at=self.now, zone=self.zone())
            if found is None:
                raise DomainError(_("Give a day, or say about when it was."))
            bounds = found
        alarms.from_file(self.file, bounds, by=self.request.actor, now=self.now)


class HandOver(FileForm):
    """Somebody else goes on."""

    needs = Perm.WORK
    form_class = HandOverForm
    title = _l("Give the file to somebody else")
    lead = _l("They go on at once; you can no longer open it.")
    button = _l("Hand over")
    done_message = _l("Handed over.")

    def form_arguments(self) -> dict[str, Any]:
        return {"people": colleagues(self.now, leave_out=self.request.actor.user_id)}

    def act(self, data: dict[str, Any]) -> Any:
        member = Membership.objects.select_related("user").filter(reference=data["to"]).first()
        if member is None:
            raise Http404
        return files.hand_over(self.file, member.user, by=self.request.actor, now=self.now)

    def success_url(self) -> str:
        return self.address("support_files")
