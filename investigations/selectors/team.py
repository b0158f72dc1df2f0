"""To which case a row of an investigation belongs, so that clocks, news and audit know who must not hear of it."""

from cases.selectors import hidden, team
from investigations import models


def declare() -> None:
    """Called once when the app is ready."""
    for name in models.__all__:
        hidden.add_rows(getattr(models, name), "case")
    for model in (
        models.Investigation, models.Measure, models.Proceeding, models.ScreeningDuty, models.SubjectStep,
        models.Withdrawal,
    ):  # fmt: skip
        team.add_owner(model, "case_id")
