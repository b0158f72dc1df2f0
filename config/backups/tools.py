"""PostgreSQL's own programs, found where this installation has them and fed through pipes, never through files."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from config.launcher.errors import LauncherError
from config.launcher.places import postgres_binaries

PIECE = 1 << 20


class BackupError(Exception):
    """One sentence for whoever runs the backup."""


def program(name: str, *, server: int) -> Path:
    """pg_dump or pg_restore of at least the server's major version; an older one would leave things out."""
    candidates = []
    with contextlib.suppress(LauncherError):
        candidates.append(postgres_binaries(None) / name)
    if found := shutil.which(name):
        candidates.append(Path(found))
    for candidate in candidates:
        if candidate.exists() and _major(candidate) >= server:
            return candidate
    raise BackupError(
        f"{name} of PostgreSQL {server} or newer is not here: install the client of that version, or name its folder "
        "with AMPARO_POSTGRES_BIN."
    )


def _major(candidate: Path) -> int:
    said = subprocess.run([str(candidate), "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].split(".")[0])


def sign_in(entry: dict[str, Any], database: str) -> dict[str, str]:
    """The environment that makes PostgreSQL's programs sign in as Django's entry says, to `database`."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    env |= {"PGHOST": entry["HOST"], "PGUSER": entry["USER"], "PGPASSWORD": entry["PASSWORD"], "PGDATABASE": database}
    if entry.get("PORT"):
        env["PGPORT"] = str(entry["PORT"])
    for option in ("sslmode", "sslrootcert"):
        if value := entry.get("OPTIONS", {}).get(option):
            env[f"PG{option.upper()}"] = str(value)
    return env


def output_of(command: list[str], env: dict[str, str]) -> Iterator[bytes]:
    """What a program writes, in pieces; raises at the end when it failed, so that a half dump is never kept."""
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=said)
        try:
            while piece := child.stdout.read(PIECE) if child.stdout else b"":
                yield piece
        finally:
            if child.stdout:
                child.stdout.close()
            status = child.wait()
        if status:
            raise BackupError(f"{Path(command[0]).name} failed: {_last_line(said)}")


def feed(command: list[str], env: dict[str, str], pieces: Iterable[bytes]) -> None:
    """Gives a program its input in pieces; raises when it failed or when the pieces end with an error."""
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        try:
            for piece in pieces:
                if child.stdin:
                    child.stdin.write(piece)
        except BrokenPipeError:
            pass  # the program says itself why it stopped reading
        except BaseException:
            child.kill()
            child.wait()
            raise
        finally:
            if child.stdin:
                with contextlib.suppress(BrokenPipeError):
                    child.stdin.close()
        if child.wait():
            raise BackupError(f"{Path(command[0]).name} failed: {_last_line(said)}")


def _last_line(said: Any) -> str:
    said.seek(0)
    lines = [line for line in said.read().decode(errors="replace").splitlines() if "error" in line.lower()]
    return lines[0] if lines else "it gave no reason"
