"""Rules of the house that a reader of one file cannot see: a mistake made twice becomes one of them.

Each names the files it looks at and, where there is one, the place that is allowed to do it and why.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.catalogues import KEYWORDS

ROOT = Path(__file__).resolve().parent.parent
APPS = ("config", "core", "cases", "victims", "investigations", "partners", "screening", "reporting")
LONGEST = 400


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def product_files() -> list[Path]:
    return [file for file in python_files(*APPS) if "migrations" not in file.parts]


def short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def found(pattern: str, files: list[Path] | None = None, *, allowed: tuple[str, ...] = ()) -> list[str]:
    """Where the pattern stands in code (comments and texts apart), outside the allowed files."""
    rule = re.compile(pattern)
    places = []
    for file in product_files() if files is None else files:
        if short(file).startswith(allowed or ("?",)):
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            code = line.partition("  #")[0]
            if rule.search(code) and not code.lstrip().startswith("#"):
                places.append(f"{short(file)}:{number}: {line.strip()}")
    return places


def room(name: str) -> list[Path]:
    """The files of a room in every app: `views.py` or the folder `views/`."""
    return [file for file in product_files() if file.stem == name or name in file.parent.parts[len(ROOT.parts) :]]


# --- who may see what ---


def test_guardians_wide_questions_are_never_asked() -> None:
    """Its defaults opened every organisation's cases: grants are asked by our own EXISTS."""
    assert found(r"get_objects_for_(user|group)|(assign|remove)_perm\(|ObjectPermissionBackend") == []


def test_djangos_own_permissions_are_never_asked() -> None:
    """Rights come from roles and grants, through core.permissions."""
    places = found(r"\.has_perms?\(|permission_required|user_passes_test|PermissionRequiredMixin|is_staff|is_superuser")
    assert [place for place in places if not place.startswith("core/organisations.py")] == []


def test_pages_ask_selectors_and_never_all_rows() -> None:
    files = room("views") + room("api") + room("pages")
    # The front page, outside any organisation, asks for one's own memberships.
    assert found(r"\.objects\.all\(\)|_base_manager|\.own\.", files, allowed=("core/pages.py",)) == []


def test_only_named_files_go_through_every_organisation() -> None:
    allowed = (
        "core/organisations.py",  # says what it is
        "cases/tasks.py",  # work done by the clock, for each organisation in turn
        "victims/tasks.py",
        "investigations/tasks.py",
        "core/tasks.py",
        "core/audit/sealing.py",  # seals each organisation's own tree
        "core/people/actions.py",  # tells the owner of an account everywhere that it was reset
        "core/management/commands/",
        "config/management/commands/",
        "config/demo_state.py",  # whether all of them are demo
    )
    assert found(r"every_organisation\(", allowed=allowed) == []


def test_the_settings_of_the_database_session_are_set_in_one_place() -> None:
    """A setting for the session survives the request and leaks to whoever gets the connection next."""
    allowed = ("core/tenancy.py", "config/launcher/")
    assert found(r"(?i)set_config\(|\bSET (SESSION|ROLE|LOCAL)\b|\bRESET ROLE\b", allowed=allowed) == []


def test_nobody_reads_the_address_of_a_visitor() -> None:
    assert found(r"REMOTE_ADDR|X_FORWARDED_FOR|X-Forwarded-For") == []


# --- where things live ---


def test_cryptography_is_imported_in_its_rooms_alone() -> None:
    allowed = ("core/encryption/", "core/audit/", "config/launcher/keys.py", "config/backups/")
    assert found(r"^\s*(from|import) cryptography", allowed=allowed) == []


def test_no_file_is_called_utils_or_helpers() -> None:
    assert [short(file) for file in python_files(*APPS, "tests") if file.stem in ("utils", "helpers", "misc")] == []


def test_every_file_can_be_read_in_one_sitting() -> None:
    files = [*product_files(), *python_files("tests", "benchmarks", "assets")]
    lengths = {short(file): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_no_rule_hides_in_a_signal_or_a_save() -> None:
    """The two listeners there are belong to Django's migrations and to the log of failed sign-ins."""
    places = found(r"@receiver|(post|pre)_(save|delete|init)\b|m2m_changed", allowed=("core/guessing.py",))
    assert places == []
    for file in room("models") + room("tables"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.FunctionDef) and node.name == "save"), short(file)


def test_rules_know_neither_requests_nor_pages() -> None:
    """Http404 is how selectors say "it does not exist for you"."""
    layers = room("models") + room("actions") + room("selectors") + room("states")
    asked = r"\brequest\.(user|POST|GET|META|session|FILES|path)"
    assert found(rf"HttpResponse|HttpRequest|\brender\(|rest_framework|{asked}", layers) == []


def test_rules_are_told_the_time() -> None:
    """Time is an argument: domain code never reads the clock."""
    layers = room("actions") + room("selectors") + room("states")
    assert found(r"timezone\.now\(\)|datetime\.now\(|date\.today\(|localdate\(\)", layers) == []


def test_no_key_that_points_at_anything() -> None:
    assert found(r"GenericForeignKey|GenericRelation") == []


# --- what makes things slow or lost ---


def test_rows_are_never_drawn_by_lot() -> None:
    assert found(r"order_by\(\s*[\"']\?") == []


def test_whatever_runs_after_the_commit_is_robust_and_a_plain_function() -> None:
    """A failing hook must not turn what is saved into an error page; a partial is not robust in this Django."""
    places = found(r"on_commit\(")
    hooks = [place for place in places if "def " not in place and "delay_on_commit" not in place]
    assert hooks
    assert [place for place in hooks if "robust=True" not in place] == []
    assert found(r"on_commit\(\s*(functools\.)?partial|on_commit\(\s*lambda") == []


def test_no_legal_term_hangs_on_a_queue() -> None:
    """A flushed queue would lose a deadline: no task with a time of its own."""
    assert found(r"apply_async\(.*(eta|countdown)|\beta=|countdown=") == []


# --- what pages may say ---


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def test_no_title_of_a_page_says_whom_or_what_it_is_about() -> None:
    """Titles stay in the history of a browser: no name on any page, and on a reporter's not even the matter."""
    names = r"\{\{[^}]*(name|email|person|user)"
    matter = r"\babuse|\brape|sexual|exploit|survivor|victim|complain|harass|perpetrator|\breport"
    for file in templates():
        text = file.read_text(encoding="utf-8")
        rule = f"{names}|{matter}" if 'extends "public_base.html"' in text else names
        for title in re.findall(r"{% block title %}(.*?){% endblock", text, re.DOTALL):
            assert not re.search(rule, title, re.IGNORECASE), f"{short(file)}: {title}"


def test_no_template_runs_or_styles_in_place_or_marks_text_as_safe() -> None:
    """The content policy would stop it; a text marked as safe would be the hole in it."""
    rule = re.compile(
        r"\son[a-z]+=\"|<style|\sstyle=\"|<script(?![^>]*\bsrc=)[^>]*>|\|safe\b|autoescape off|javascript:"
    )
    allowed = {"application/json"}
    for file in templates():
        for match in rule.finditer(file.read_text(encoding="utf-8")):
            assert any(kind in match.group(0) for kind in allowed), f"{short(file)}: {match.group(0)}"


def test_no_page_loads_anything_from_elsewhere() -> None:
    rule = re.compile(r"(src|href|action)=\"(https?:)?//")
    assert [short(file) for file in templates() if rule.search(file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("word", ["print", "breakpoint", "pdb"])
def test_nothing_is_left_over_from_looking_for_a_mistake(word: str) -> None:
    allowed = ("config/launcher/", "core/audit/verify", "config/management/", "config/catalogues")
    assert found(rf"^\s*{word}\(|import {word}$", allowed=allowed) == []


# --- what people read ---


def test_every_name_gettext_is_given_is_one_the_catalogues_look_for() -> None:
    """Sentences under another name would be in no catalogue, and nobody would miss them."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in product_files())
    names = set(re.findall(r"gettext(?:_lazy|_noop)? as (\w+)", text))
    assert names - set(KEYWORDS) == set()


def test_no_sentence_to_translate_stands_inside_an_f_string() -> None:
    """The catalogues do not look there."""
    assert found(r"""\bf["'].*\{(_|_l|_t|gettext\w*)\(""") == []
