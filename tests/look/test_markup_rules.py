"""Rules every template and style sheet keeps, whoever writes it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*.html")
    if "email" not in path.relative_to(ROOT / "templates").parts[:1]
)
SHEETS = sorted((ROOT / "assets" / "css").glob("*.css"))

PHYSICAL = re.compile(
    r"(?<![-\w])(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
    r"|(?<![-\w])(?:left|right|top|bottom|width|height|min-width|max-width|min-height|max-height)\s*:"
    r"|text-align\s*:\s*(?:left|right)|(?:float|clear)\s*:\s*(?:left|right)"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_carries_no_inline_style_or_handler(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"<style\b", text), "inline style sheet"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline handler"
    assert "javascript:" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_script_is_a_file_of_ours_or_plain_data(path: Path) -> None:
    for tag in re.findall(r"<script\b[^>]*>", path.read_text()):
        assert " src=" in tag or 'type="application/json"' in tag, tag


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_fetches_nothing_from_another_host(path: Path) -> None:
    for attribute in re.findall(r"\b(?:src|href|action|srcset|poster)=\"([^\"]*)\"", path.read_text()):
        assert not re.match(r"(?:https?:)?//", attribute), attribute


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_a_style_sheet_knows_start_and_end_but_not_left_and_right(path: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    rules = re.sub(r"@media[^{]*", "", rules)
    found = PHYSICAL.findall(rules)
    assert not found, found


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_a_style_sheet_fetches_nothing(path: Path) -> None:
    text = path.read_text()
    assert "@import" not in text
    assert "url(" not in text
    assert "@font-face" not in text


def test_a_colour_is_written_in_the_tokens_alone() -> None:
    allowed = {"tokens.css", "public_parts.css", "staff_more.css"}  # the ground of a picture for cameras must be white
    for path in SHEETS:
        if path.name not in allowed:
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b", path.read_text()), name(path)


def test_the_built_files_are_those_of_the_sources() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "assets" / "build.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


def test_what_a_reporter_loads_first_is_small() -> None:
    import brotli

    css = (ROOT / "static" / "css" / "public.css").read_bytes()
    script = (ROOT / "static" / "js" / "public.js").read_bytes()
    assert len(brotli.compress(css)) + len(brotli.compress(script)) < 8 * 1024
