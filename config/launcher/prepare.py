"""What must be done before the first page: tables, static files, a demo in an empty database, and who may sign in."""

import hashlib
import io
import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from config.launcher.places import write_private


def main() -> None:
    """Prints one line for each thing done; leaves `$AMPARO_STATE/demo.json` for the launcher."""
    django.setup()
    state = Path(settings.STATE_DIR)
    _tables(state)
    _static_files(state)
    _demo(state)


def _tables(state: Path) -> None:
    # Rights are given after the migrations: only a run that came to its end counts, not an empty plan alone.
    executor = MigrationExecutor(connection)
    leaves = repr(sorted(executor.loader.graph.leaf_nodes()))
    mark = state / "migrated"
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connection.close()
    if not plan and mark.exists() and mark.read_text() == leaves:
        return
    print("Bringing the tables up to date …", flush=True)
    mark.unlink(missing_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    write_private(mark, leaves)


def _static_files(state: Path) -> None:
    seen = hashlib.sha256()
    for folder in settings.STATICFILES_DIRS:
        for file in sorted(Path(folder).rglob("*")):
            found = file.stat()
            seen.update(f"{file}{found.st_size}{found.st_mtime_ns}".encode())
    seen.update(repr(sorted(settings.INSTALLED_APPS)).encode())
    mark = state / "static.mark"
    if Path(settings.STATIC_ROOT).exists() and mark.exists() and mark.read_text() == seen.hexdigest():
        return
    print("Collecting style sheets and scripts …", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, stdout=io.StringIO())
    write_private(mark, seen.hexdigest())


def _demo(state: Path) -> None:
    from config import demo_state  # noqa: PLC0415  models need django.setup() first

    wanted = settings.DEMO and os.environ.get("AMPARO_ENV") != "production"
    if wanted and demo_state.is_empty():
        if "seed_demo" in get_commands():
            print("Filling the empty database with fictional cases …", flush=True)
            call_command("seed_demo", verbosity=0)
        else:
            print("The database is empty and there is no demo to fill it with.", flush=True)
    found = demo_state.describe() if demo_state.only_demo() else None
    write_private(state / "demo.json", json.dumps(found))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, os.getcwd())
    main()
