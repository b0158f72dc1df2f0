"""Which processes make up Amparo on one machine."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from config.launcher.errors import LauncherError
from config.launcher.postgres import Cluster
from config.launcher.processes import spawn
from config.launcher.supervise import Service
from config.launcher.valkey import Broker

LONGEST_LOG = 5 * 1024 * 1024


def database(cluster: Cluster) -> Service:
    """The embedded PostgreSQL."""

    def start() -> subprocess.Popen[bytes]:
        cluster.start()
        return _begun(cluster.process)

    return Service("The database", start, ends_with=signal.SIGINT, seconds=60, server=True)


def broker(server: Broker) -> Service:
    """The embedded Valkey."""

    def start() -> subprocess.Popen[bytes]:
        server.start()
        return _begun(server.process)

    return Service("The broker", start, seconds=20, server=True)


def _few() -> str:
    """How many processes share the processors."""
    return str(min(max(2, os.cpu_count() or 2), 4))


def web_command(port: int) -> list[str]:
    """What Python is given to serve the pages on that port of this machine."""
    web = ["-m", "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{port}", "--workers", _few()]
    # A slow line holds a thread for as long as it sends: enough of them that a few do not keep the others out.
    web += ["--threads=16", "--preload", "--graceful-timeout=10", "--timeout=60", "--no-control-socket"]
    return [*web, "--log-level=warning"]


def product(checkout: Path, state: Path, *, port: int, env: Mapping[str, str]) -> list[Service]:
    """Web, worker, sealer of the audit, and beat, each under the database role it needs."""
    few, web = _few(), web_command(port)
    celery = ["-m", "celery", "--app=config"]
    worker = [*celery, "worker", "--concurrency", few, "--without-gossip", "--without-mingle", "--loglevel=warning"]
    beat = [*celery, "beat", "--pidfile=", "--loglevel=warning"]

    def child(name: str, file: str, argv: list[str], role: str) -> Service:
        log = log_file(state, file)

        def start() -> subprocess.Popen[bytes]:
            return spawn([sys.executable, *argv], env={**env, "AMPARO_ROLE": role}, log=log, cwd=checkout)

        return Service(name, start)

    children = [child("The web process", "web", web, "app")]
    if (checkout / "config" / "celery.py").exists():
        children.append(child("The worker", "worker", worker, "worker"))
        children.append(child("The clock of the worker", "beat", beat, "worker"))
    if (checkout / "core" / "management" / "commands" / "seal_audit.py").exists():
        children.append(child("The sealer of the audit", "sealer", ["manage.py", "seal_audit", "--loop"], "sealer"))
    return children


def log_file(state: Path, name: str) -> Path:
    """Where a child writes; a long one is set aside once."""
    folder = state / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / f"{name}.log"
    if file.exists() and file.stat().st_size > LONGEST_LOG:
        file.replace(folder / f"{name}.log.1")
    return file


def _begun(process: subprocess.Popen[bytes] | None) -> subprocess.Popen[bytes]:
    if process is None:
        raise LauncherError("A server did not start.")
    return process
