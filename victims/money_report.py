"""The report of the funds as a sheet, for a trust fund or a donor: sums and counts, nobody's row."""

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from core import phrases
from victims.selectors.money import used
from victims.selectors.work import FEWEST

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sheet(organisation: str, funds: Iterable[Any], *, by: str, at: datetime) -> bytes:
    """An XLSX file; texts are texts (never formulas), amounts are numbers, each beside its currency."""
    body = BytesIO()
    book = xlsxwriter.Workbook(body, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    about, by_help = book.add_worksheet(_("Funds")[:31]), book.add_worksheet(_("Kinds of help")[:31])
    about.write_string(0, 0, organisation, bold)
    about.write_string(1, 0, _("Made on %(day)s by %(name)s") % {"day": phrases.exact(at), "name": by})
    heads = (
        _("Fund"), _("Where the money comes from"), _("First day"), _("Last day"), _("Currency"), _("Budget"),
        _("Set aside"), _("Paid"), _("What is left"),
    )  # fmt: skip
    about.write_row(3, 0, heads, bold)
    by_help.write_row(0, 0, (_("Fund"), _("Kind of help"), _("People"), _("Currency"), _("Planned"), _("Paid")), bold)
    line, few = 1, _("fewer than %(number)d") % {"number": FEWEST}
    for place, fund in enumerate(funds, start=4):
        about.write_row(place, 0, (fund.name, str(fund.get_source_display())))
        for column, date in ((2, fund.opens_on), (3, fund.closes_on)):
            if date is not None:
                about.write_datetime(place, column, date, day)
        about.write_string(place, 4, fund.currency)
        about.write_number(place, 5, fund.amount, amount)
        for column, number in enumerate((fund.aside, fund.spent, fund.left), start=6):
            if 0 < fund.people < FEWEST:  # what one or two people were given is nobody's figure
                about.write_string(place, column, few)
            else:
                about.write_number(place, column, number, amount)
        for each in used(fund):
            by_help.write_row(line, 0, (fund.name, each.service))
            if each.people is None:
                by_help.write_string(line, 2, few)
            else:
                by_help.write_number(line, 2, each.people)
                by_help.write_string(line, 3, fund.currency)
                by_help.write_number(line, 4, each.planned, amount)
                by_help.write_number(line, 5, each.paid, amount)
            line += 1
    for page, widths in ((about, (32, 32, 12, 12, 10, 14, 14, 14, 14)), (by_help, (32, 32, 16, 10, 14, 14))):
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
    book.close()
    return body.getvalue()
