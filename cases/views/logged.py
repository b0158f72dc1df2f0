"""What I wrote down: each with its code and how far it is; open to read for as long as the rule says."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.permissions import Perm
from cases.selectors.logged import logged_by
from core import phrases
from core.ui import Cell, Pager, Table
from core.views import ListPage


class LoggedPage(ListPage):
    """Every complaint one wrote down for somebody."""

    needs = Perm.CASE_LOG
    template_name = "cases/logged.html"

    def rows(self) -> Any:
        return logged_by(self.request.actor, self.now)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        page = self.page_of_rows()
        pager = Pager(page.number, self.per_page, page.paginator.count, request.GET)
        return self.render({"table": self.table(list(page.object_list)), "pager": pager, "total": pager.total})

    def table(self, cases: list[Any]) -> Table | None:
        slug = self.request.organisation.slug
        heads = [_("Reference"), _("Told to you"), _("How far it is")]
        rows = [
            [
                Cell(
                    case.reference, reference=True,
                    url=reverse("case", args=[slug, case.reference]) if case.may_read else "",
                ),
                Cell(phrases.day(case.told_at.date())),
                Cell(case.get_state_display(), state="done" if case.state == "closed" else "step"),
            ]
            for case in cases
        ]  # fmt: skip
        return Table.of(_("What you wrote down"), heads, rows) if rows else None
