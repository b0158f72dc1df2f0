"""The decision about one person: who decides, which measures, their proof, the appeal."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from core.organisations import User
from investigations.actions import deciding, interim
from investigations.forms import people as forms
from investigations.forms.work import DecisionMakerForm
from investigations.models import Measure, Proceeding
from investigations.permissions import Perm
from investigations.views.base import Act, FormPage
from investigations.views.people import OfSubject


class NameDecisionMaker(FormPage):
    needs = Perm.MANAGE
    form_class = DecisionMakerForm

    def heading(self) -> str:
        return _("Hand the decision over")

    def button(self) -> str:
        return _("Hand it over")

    def lead(self) -> str:
        return _("They read the report and decide about measures. They learn no name of anybody affected.")

    def arguments(self) -> dict[str, Any]:
        return {"case": self.case, "now": self.now}

    def act(self, form: Any) -> str:
        user = User.objects.get(mark=form.cleaned_data["who"])
        deciding.name_decision_maker(self.inquiry, user, by=self.request.actor, now=self.now)
        return _("%(name)s decides now.") % {"name": user.name}


class OfProceeding(OfSubject):
    """Only where a proceeding is open or was."""

    abstract = True

    def load(self) -> None:
        super().load()
        row = (
            Proceeding.objects.filter(investigation=self.inquiry, subject=self.person)
            .select_related("decision_maker")
            .first()
        )
        if row is None:
            raise Http404
        row.case, row.investigation, row.subject = self.case, self.inquiry, self.person
        self.proceeding = row


class Decide(OfProceeding, FormPage):
    needs = Perm.DECIDE
    form_class = forms.DecisionForm

    def heading(self) -> str:
        return _("Decide about %(code)s") % {"code": self.person.code}

    def button(self) -> str:
        return _("Decide")

    def lead(self) -> str:
        return _("A sanction waits for the answer about safety. The time to appeal and the clock of execution begin.")

    def arguments(self) -> dict[str, Any]:
        return {"personnel": self.person.personnel}

    def act(self, form: Any) -> str:
        actor, reasons = self.request.actor, form.cleaned_data["reasons"]
        if form.cleaned_data["outcome"] == "none":
            deciding.leave_unsanctioned(self.proceeding, reasons=reasons, by=actor, now=self.now)
        else:
            deciding.sanction(self.proceeding, form.wanted(), reasons=reasons, by=actor, now=self.now)
        return _("The decision is on record.")


class OfMeasure(OfSubject):
    """One measure about one person, interim or decided."""

    abstract = True

    def load(self) -> None:
        super().load()
        rows = Measure.objects.filter(investigation=self.inquiry, subject=self.person)
        row = rows.select_related("proceeding").filter(reference=self.kwargs["measure"].upper()).first()
        if row is None:
            raise Http404
        row.case, row.investigation, row.subject = self.case, self.inquiry, self.person
        if row.proceeding is not None:
            row.proceeding.case, row.proceeding.investigation = self.case, self.inquiry
        self.measure = row


class CarriedOut(OfMeasure, FormPage):
    needs = Perm.MEASURES
    form_class = forms.CarriedOutForm

    def heading(self) -> str:
        return _("%(measure)s: carried out") % {"measure": self.measure.get_kind_display()}

    def button(self) -> str:
        return _("Record it")

    def act(self, form: Any) -> str:
        deciding.carried_out(self.measure, **form.cleaned_data, by=self.request.actor, now=self.now)
        return _("Recorded.")


class Interim(OfSubject, FormPage):
    needs = Perm.MANAGE
    form_class = forms.InterimForm

    def heading(self) -> str:
        return _("Interim measure about %(code)s") % {"code": self.person.code}

    def button(self) -> str:
        return _("Decide")

    def lead(self) -> str:
        return _("It waits for the answer about safety, and a clock runs until it is carried out.")

    def arguments(self) -> dict[str, Any]:
        return {"personnel": self.person.personnel}

    def act(self, form: Any) -> str:
        reasons = form.cleaned_data["reasons"]
        interim.impose(self.inquiry, self.person, form.wanted(), reasons=reasons, by=self.request.actor, now=self.now)
        return _("The measure is decided.")


class Lift(OfMeasure, Act):
    needs = Perm.MANAGE

    def act(self) -> str:
        interim.lift(self.measure, by=self.request.actor, now=self.now)
        return _("The measure is lifted.")


class Appeal(OfProceeding, Act):
    """An appeal was filed, or none was in time."""

    needs = Perm.MEASURES

    def act(self) -> str:
        if self.request.POST.get("act") == "none":
            deciding.close_window(self.proceeding, by=self.request.actor, now=self.now)
            return _("Noted: no appeal was filed in time.")
        deciding.appeal(self.proceeding, by=self.request.actor, now=self.now)
        return _("Noted: an appeal was filed.")


class EndAppeal(OfProceeding, FormPage):
    needs = Perm.MEASURES
    form_class = forms.AppealEndForm

    def heading(self) -> str:
        return _("What became of the appeal")

    def button(self) -> str:
        return _("Record it")

    def act(self, form: Any) -> str:
        data = form.cleaned_data
        deciding.end_appeal(
            self.proceeding,
            upheld=data["outcome"] == "upheld",
            words=data["words"],
            by=self.request.actor,
            now=self.now,
        )
        return _("Recorded.")
