"""The number: shown after the report is saved, to be copied, printed, kept as a file; and typed back by who likes."""

import io
from datetime import datetime
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cases.actions import drafts
from cases.public import guard
from cases.public.base import PublicPage, elsewhere
from cases.public.forms import AgainForm
from core.encryption.codes import grouped


def qr(code: str) -> SafeString:
    """The digits, and nothing else, as a drawing for a phone's camera."""
    drawn = io.BytesIO()
    segno.make(code, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, svgns=False, svgclass="qr", lineclass=None, omitsize=True, border=0, nl=False
    )
    return mark_safe(drawn.getvalue().decode())  # noqa: S308  drawn from twenty digits of ours


def neutral_address(organisation: Any) -> str:
    """The address that may stand on a slip of paper: only one that names nobody."""
    return organisation.neutral_host or ""


class WithNumber(PublicPage):
    """A page that shows the number of the open draft."""

    abstract = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.draft is None or "mailbox" in self.draft.answers:
            return self.gone()
        if not self.may_show(self.draft):
            return self.go("receipt" if self.draft.sent_at else "review")
        return self.show(self.draft)

    def may_show(self, draft: drafts.OpenDraft) -> bool:
        return draft.sent_at is not None

    def show(self, draft: drafts.OpenDraft) -> HttpResponse:
        raise NotImplementedError

    def slip(self, draft: drafts.OpenDraft) -> dict[str, Any]:
        return {"digits": draft.code, "qr": qr(draft.code), "address": neutral_address(self.site.organisation)}


class Receipt(WithNumber):
    """Shown only for a draft that is marked as sent, which the database says only when the report is there."""

    template_name = "public/receipt.html"

    def show(self, draft: drafts.OpenDraft) -> HttpResponse:
        return self.page(draft, AgainForm())

    def page(self, draft: drafts.OpenDraft, form: AgainForm, *, right: bool = False, status: int = 200) -> HttpResponse:
        told = draft.answers.get("answer_by")
        context = {
            **self.slip(draft),
            "form": form,
            "right": right,
            "answer_by": timezone.localdate(datetime.fromisoformat(told)) if told else None,
            "action": self.site.url("receipt"),
        }
        return self.render(context, status=status)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Typing back changes nothing about what was saved; finishing only closes this page."""
        draft = self.draft
        if draft is None or draft.sent_at is None or not self.sent_from_here() or "mailbox" in draft.answers:
            return self.gone()
        if "kept" in request.POST:
            drafts.forget(draft)
            response = self.render(template="public/done.html")
            guard.take_back(response)
            return response
        form = AgainForm(request.POST)
        if form.is_valid() and form.cleaned_data["again"] != draft.code:
            form.add_error("again", self.other_number())
        if form.is_valid():
            return self.page(draft, AgainForm(), right=True)
        return self.page(draft, form, status=422)

    def other_number(self) -> str:
        return _("This is another number than the one above. Please look at it once more.")


class PutAway(WithNumber):
    """Stop for now: the draft is kept under the number shown here."""

    template_name = "public/later.html"

    def may_show(self, draft: drafts.OpenDraft) -> bool:
        return draft.saved and draft.sent_at is None

    def show(self, draft: drafts.OpenDraft) -> HttpResponse:
        return self.render({**self.slip(draft), "days": drafts.PUT_AWAY.days, "action": self.site.url("later")})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = self.draft
        if draft is None or not self.sent_from_here() or "mailbox" in draft.answers:
            return self.gone()
        if draft.sent_at is not None:
            return self.go("receipt")
        drafts.leave(draft, now=self.now)
        response = self.away(elsewhere())
        guard.take_back(response)
        return response


class Sheet(WithNumber):
    """The slip alone, for printing: browsers put address and title of a page on the paper."""

    template_name = "public/sheet.html"

    def may_show(self, draft: drafts.OpenDraft) -> bool:
        return True

    def show(self, draft: drafts.OpenDraft) -> HttpResponse:
        return self.render(self.slip(draft))


class Notes(WithNumber):
    """The slip as a text file with an everyday name."""

    def may_show(self, draft: drafts.OpenDraft) -> bool:
        return True

    def show(self, draft: drafts.OpenDraft) -> HttpResponse:
        address = neutral_address(self.site.organisation)
        lines = [grouped(draft.code), *([address] if address else [])]
        response = HttpResponse("\r\n".join(lines) + "\r\n", content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="notes.txt"'
        return response
