"""The migrated test database, made once for each content of the migrations and copied for every other run.

Migrating takes far longer than most test files. The copy lies in the folder for temporary files, under a name reckoned
from all that decides what the tables become, so a stale one is never found.
"""

import hashlib
import os
import subprocess
import tempfile
from pathlib import Path

import psycopg2
from psycopg2 import sql

from config.launcher.postgres import Cluster

CHECKOUT = Path(__file__).resolve().parent.parent
DECIDES = (
    "*/migrations/*.py",
    "*/fixtures/*.json",
    "core/**/*.py",
    "*/models/*.py",
    "*/apps.py",
    "*/permissions.py",
    "requirements.lock",
)


def copy_of(cluster: Cluster) -> Path:
    """Where the copy for this content and this server lies, or would lie."""
    found = hashlib.sha256(subprocess.check_output([str(cluster.binaries / "postgres"), "--version"]))
    for pattern in DECIDES:
        for path in sorted(CHECKOUT.glob(pattern)):
            if "site-packages" not in path.parts:
                found.update(f"{path.relative_to(CHECKOUT)}\n".encode() + path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"amparo-test-schema-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{found.hexdigest()[:32]}.dump"


def restore(cluster: Cluster, database: str) -> bool:
    """Makes the database from the copy; False if there is none, or it is of no use."""
    copy = copy_of(cluster)
    if not copy.exists():
        return False
    _admin(cluster, sql.SQL("CREATE DATABASE {} OWNER owner TEMPLATE template0"), database)
    done = _run(
        cluster, "pg_restore", "--exit-on-error", "--single-transaction", "-d", cluster.admin_url(database), copy
    )
    if done.returncode:
        _admin(cluster, sql.SQL("DROP DATABASE {}"), database)
        copy.unlink(missing_ok=True)
    return not done.returncode


def keep(cluster: Cluster, database: str) -> None:
    """Keeps a copy of the database as it stands after its migrations, before any test wrote into it."""
    copy = copy_of(cluster)
    fresh = copy.with_suffix(f".{os.getpid()}")
    if _run(cluster, "pg_dump", "--format=custom", "-f", fresh, cluster.admin_url(database)).returncode:
        fresh.unlink(missing_ok=True)
        return
    fresh.rename(copy)


def _run(cluster: Cluster, program: str, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(cluster.binaries / program), *map(str, words)], capture_output=True, check=False, env={"PATH": os.defpath}
    )


def _admin(cluster: Cluster, statement: sql.SQL, database: str) -> None:
    link = psycopg2.connect(cluster.admin_url())
    try:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(statement.format(sql.Identifier(database)))
    finally:
        link.close()
