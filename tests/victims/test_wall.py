"""The wall: nothing of the support side hangs on an investigation, in imports, in fields, or in words of a query."""

import ast
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
ABOVE = {"investigations", "screening", "reporting", "config"}
#: What only the other side of the wall knows of a case.
THEIRS = {
    "findings",
    "allegations",
    "Allegation",
    "AllegationSubject",
    "AllegationVictim",
    "in_investigation",
    "IN_INVESTIGATION",
}


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_the_support_side_imports_no_investigation_and_no_investigation_imports_it() -> None:
    for file in (ROOT / "victims").rglob("*.py"):
        assert not imported(file) & ABOVE, file
    for app in ("investigations", "cases", "partners", "core"):
        for file in (ROOT / app).rglob("*.py"):
            assert "victims" not in imported(file), file


def test_no_table_of_the_support_side_points_at_anything_an_investigation_decides() -> None:
    for model in apps.get_app_config("victims").get_models():
        targets = {field.related_model._meta.label for field in model._meta.get_fields() if field.many_to_one}
        allowed = {
            "cases.Person", "cases.Case", "cases.Report", "cases.Consent", "core.User", "core.Office",
            "core.Organisation", "victims.SupportFile", "victims.ClinicalAlarm", "victims.Provider",
            "victims.Fund", "victims.Item",
        }  # fmt: skip
        assert targets <= allowed, model._meta.label


def test_no_line_of_the_support_side_asks_how_a_case_stands() -> None:
    """A call belongs to a case so that the shut out never hear of it; its state is asked nowhere."""
    for file in (ROOT / "victims").rglob("*.py"):
        if "migrations" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute | ast.Name):
                assert (node.attr if isinstance(node, ast.Attribute) else node.id) not in THEIRS, file
            if isinstance(node, ast.Attribute) and node.attr in ("state", "close_reason", "closed_at", "stream"):
                assert not (isinstance(node.value, ast.Attribute) and node.value.attr == "case"), file
            if isinstance(node, ast.keyword) and node.arg:
                assert not node.arg.startswith(("case__state", "case__stream", "case__close")), file
