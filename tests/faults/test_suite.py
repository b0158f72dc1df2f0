"""The suite notices what would otherwise pass by."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import CHECKOUT

HOOK = """
import pytest
from django.db import transaction

def fail():
    raise ValueError("a hook that fails")

@pytest.mark.django_db(transaction=True)
def test_it():
    with transaction.atomic():
        transaction.on_commit(fail, robust=True)
"""
SKIP = """
import pytest

def test_it():
    pytest.skip("not today")
"""


def run(code: str, *, ci: str) -> subprocess.CompletedProcess[str]:
    """The suite's own configuration over one file that stands in the suite for a moment."""
    file = Path(__file__).with_name(f"test_of_the_suite_{os.getpid()}.py")
    file.write_text(code)
    # Servers of its own: with ours it would drop our test database when it ends.
    ours = ("DATABASE_", "REDIS_", "AMPARO_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    try:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)],
            cwd=CHECKOUT, env={**kept, "CI": ci}, capture_output=True, text=True,
        )  # fmt: skip
    finally:
        file.unlink()


def test_a_hook_after_commit_that_raises_fails_the_test():
    done = run(HOOK, ci="false")
    assert done.returncode == 1
    assert "in on_commit()" in done.stdout


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("false", 0)])
def test_a_skipped_test_fails_the_run_under_ci_alone(ci, status):
    assert run(SKIP, ci=ci).returncode == status
