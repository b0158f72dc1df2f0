"""A supervisor decides a plan or a closure somebody else put forward: without a name, and without how to reach her."""

from typing import Any

from django.utils.translation import gettext_lazy as _l

from core.encryption.fields import reveal_each
from core.views import ActionView
from victims.actions import closing, files, planning
from victims.choices import ANSWERS, CHECKLIST, FileState
from victims.forms.planning import DecideForm
from victims.permissions import Perm
from victims.selectors import work
from victims.selectors.files import access_review
from victims.views.base import RISKS, SupportPage


class Decide(SupportPage, ActionView):
    """What the decision needs, and two buttons."""

    needs = Perm.APPROVE
    form_class = DecideForm
    template_name = "victims/decide.html"
    done_message = _l("Decided. The officer is told.")

    def load(self) -> None:
        self.file = access_review(self.request.actor, self.kwargs["file"])
        files.open_review(self.file, by=self.request.actor, now=self.now)

    def context(self) -> dict[str, Any]:
        file, by = self.file, self.request.actor
        asked = work.open_closure(file)
        answers = dict(ANSWERS)
        lines = [(text, answers.get(asked.checklist.get(key), "–")) for key, text in CHECKLIST] if asked else []
        return {
            "file": file,
            "risk": (RISKS[file.risk], file.get_risk_display()) if file.risk else None,
            "risk_words": file.show("risk_words", purpose="decision", by=by) or "",
            "needs": self.worded(work.needs(file)),
            "goals": self.worded(work.goals(file)),
            "plan": work.last_plan(file) if file.state == FileState.PLAN_REVIEW else None,
            "closure": asked,
            "closure_words": asked.show("words", purpose="decision", by=by) if asked else "",
            "checklist": lines,
        }

    def worded(self, rows: list[Any]) -> list[tuple[Any, str]]:
        """Rows with the words sealed in them, opened together as one reading."""
        words = reveal_each(rows, "words", purpose="decision", by=self.request.actor) if rows else []
        return [(row, str(found["words"] or "")) for row, found in zip(rows, words, strict=True)]

    def act(self, data: dict[str, Any]) -> Any:
        approved, by = data["decision"] == "approve", self.request.actor
        if self.file.state == FileState.PLAN_REVIEW:
            return planning.decide_plan(self.file, approved=approved, remark=data["remark"], by=by, now=self.now)
        return closing.decide(self.file, approved=approved, by=by, now=self.now)

    def success_url(self) -> str:
        return self.address("support_desk")
