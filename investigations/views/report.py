"""The report: read, written, reviewed; and the other ways an investigation ends."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from core import audit
from core.encryption.fields import reveal_each
from core.ui import Cell, Table
from investigations.actions import reporting
from investigations.forms import work as forms
from investigations.permissions import Perm
from investigations.selectors.inquiry import drafts_of, inquiry_of
from investigations.views.base import FormPage, InInquiry

PURPOSE = "investigation"


class ReportPage(InInquiry):
    """The newest draft with its findings; opening it is recorded."""

    needs = Perm.READ
    template_name = "investigations/report.html"

    def context(self) -> dict[str, Any]:
        facts = inquiry_of(self.case, self.now)
        actor = self.request.actor
        draft = facts.draft
        words = reveal_each([draft], "body", "remarks", purpose=PURPOSE, by=actor)[0] if draft else {}
        found = list(facts.findings.values())
        told = dict(
            zip([row.pk for row in found], reveal_each(found, "reasoning", purpose=PURPOSE, by=actor), strict=True)
        )
        rows, weighed = [], []
        for pair in facts.pairs:
            row = facts.findings.get((pair.allegation_id, pair.participant_id))
            rows.append(
                [
                    Cell(pair.allegation.get_kind_display(), small=pair.participant.code),
                    Cell(row.get_result_display(), state="done") if row else Cell(_("None yet"), state="ring"),
                    Cell(row.get_standard_display() if row else "–"),
                ]
            )
            if row:
                what = f"{pair.allegation.get_kind_display()} · {pair.participant.code}"
                weighed.append({"what": what, "text": told[row.pk]["reasoning"]})
        audit.record("investigations.read", by=actor, about=self.inquiry, reference=self.case.reference)
        heads = [_("Allegation"), _("Finding"), _("Standard of proof")]
        return {
            **super().context(),
            "draft": draft,
            "words": words,
            "weighed": weighed,
            "findings": Table.of(_("Findings"), heads, rows) if rows else None,
            "may_review": draft is not None
            and not draft.verdict
            and self.can(Perm.REVIEW)
            and draft.written_by_id != actor.user_id,
        }


class WriteReport(FormPage):
    needs = Perm.WORK
    form_class = forms.DraftForm

    def heading(self) -> str:
        return _("Draft report")

    def button(self) -> str:
        return _("Send it to review")

    def lead(self) -> str:
        return _("Somebody who did not write it reviews it. Each allegation needs a finding for each person first.")

    def initial(self) -> dict[str, Any]:
        last = drafts_of(self.inquiry).first()
        if last is None:
            return {}
        return {"body": last.reveal("body", purpose=PURPOSE, by=self.request.actor)}

    def act(self, form: Any) -> str:
        reporting.submit(self.inquiry, **form.cleaned_data, by=self.request.actor, now=self.now)
        return _("The draft waits for review.")


class ReviewReport(FormPage):
    needs = Perm.REVIEW
    form_class = forms.VerdictForm

    def heading(self) -> str:
        return _("Review the draft report")

    def button(self) -> str:
        return _("Decide")

    def act(self, form: Any) -> str:
        draft = drafts_of(self.inquiry).first()
        if draft is None:
            raise Http404
        accepted = form.cleaned_data["answer"] == "yes"
        reporting.review(
            draft, accepted=accepted, remarks=form.cleaned_data["remarks"], by=self.request.actor, now=self.now
        )
        return _("The draft is accepted.") if accepted else _("The draft went back.")


class EndEarly(FormPage):
    needs = Perm.MANAGE
    form_class = forms.EndForm

    def heading(self) -> str:
        return _("End without a full report")

    def button(self) -> str:
        return _("End it")

    def lead(self) -> str:
        return _("Whatever has no finding yet gets this one. Findings that are there stay as they are.")

    def act(self, form: Any) -> str:
        reporting.end_early(self.inquiry, **form.cleaned_data, by=self.request.actor, now=self.now)
        return _("The investigation has ended.")


class HandOver(FormPage):
    needs = Perm.MANAGE
    form_class = forms.HandOverForm

    def heading(self) -> str:
        return _("Hand over to another body")

    def button(self) -> str:
        return _("Hand it over")

    def act(self, form: Any) -> str:
        reporting.hand_over(self.inquiry, **form.cleaned_data, by=self.request.actor, now=self.now)
        return _("Another body has it now. The case is followed there.")
