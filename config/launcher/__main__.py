"""`python -m config.launcher run`: everything on this machine. `… bench-env -- COMMAND`: a command on fresh servers."""

import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from config.launcher import keys, places, secret_files
from config.launcher.errors import LauncherError
from config.launcher.postgres import Cluster
from config.launcher.roles import LOGINS
from config.launcher.run import CHECKOUT, Run, variable
from config.launcher.valkey import Broker


def main(argv: list[str]) -> int:
    """Exit status; every refusal is one sentence on the error output."""
    try:
        if argv == ["run"]:
            return Run(os.environ, state=Path(os.environ.get("AMPARO_STATE") or CHECKOUT / ".amparo").resolve()).run()
        if argv[:2] == ["bench-env", "--"] and len(argv) > 2:
            return bench(argv[2:])
        if argv[:2] == ["dry-env", "--"] and len(argv) > 2:
            return dry(argv[2:])
        if argv[:1] == ["secrets"] and len(argv) == 2:
            secret_files.write(Path(argv[1]))
            return 0
    except LauncherError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(
        "Usage: python -m config.launcher run | bench-env -- COMMAND … | dry-env -- COMMAND … | secrets FOLDER",
        file=sys.stderr,
    )
    return 2


def bench(command: list[str]) -> int:
    """Runs `command` on servers of its own that are as safe (and as slow) as real ones, with all tables made."""
    with contextlib.ExitStack() as ends:
        place = ends.enter_context(places.throw_away())
        state = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="amparo-state-")))
        keys.make_keys(state / "keys")
        keys.passwords(state)
        cluster = Cluster(place.data / "postgres", place.sockets, account=place.account)
        ends.callback(cluster.stop)
        cluster.start()
        broker = Broker(place.data / "valkey", place.sockets, account=place.account)
        ends.callback(broker.stop)
        broker.start()
        servers = {variable(role): url for role, url in cluster.urls().items()} | {"REDIS_URL": broker.url}
        settings = {"AMPARO_STATE": str(state), "DJANGO_SETTINGS_MODULE": "config.settings"}
        env = {**os.environ, **servers, **settings}
        # The command fills the tables itself.
        empty = {**env, "AMPARO_DEMO": "false"}
        subprocess.run([sys.executable, "-m", "config.launcher.prepare"], env=empty, cwd=CHECKOUT, check=True)
        return subprocess.call(command, env=env, cwd=CHECKOUT)


def dry(command: list[str]) -> int:
    """Runs `command`, which reads the settings but asks no server, where there are none."""
    with tempfile.TemporaryDirectory(prefix="amparo-state-") as name:
        keys.make_keys(Path(name) / "keys")
        nowhere = {variable(role): f"postgresql://{role}:none@/amparo?host={name}" for role in LOGINS}
        settings = {
            "AMPARO_STATE": name,
            "REDIS_URL": f"unix://{name}/none",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        return subprocess.call(command, env={**os.environ, **nowhere, **settings}, cwd=CHECKOUT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
