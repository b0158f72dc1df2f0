"""The secrets of a deployment as files, one for each, for `docker-compose.yml` or whatever mounts them."""

import secrets
from pathlib import Path
from urllib.parse import quote

from config.launcher.errors import LauncherError
from config.launcher.keys import make_keys
from config.launcher.places import write_private
from config.launcher.roles import LOGINS


def write(folder: Path, *, database_host: str = "database", broker_host: str = "broker") -> None:
    """Makes every file docker-compose.yml names; refuses a folder that holds something: they cannot be made again."""
    if folder.exists() and any(folder.iterdir()):
        raise LauncherError(f"{folder} is not empty: secrets are made once, losing them loses the data.")
    make_keys(folder)
    admin = secrets.token_urlsafe(24)
    files = {
        "database_admin_password": admin,
        "database_admin_url": f"postgresql://postgres:{quote(admin)}@{database_host}:5432/postgres",
    }
    for role in LOGINS:
        name = "database_url" if role == "app" else f"database_url_{role}"
        files[name] = f"postgresql://{role}:{secrets.token_urlsafe(24)}@{database_host}:5432/amparo"
    broker = secrets.token_urlsafe(24)
    files["redis_url"] = f"redis://:{broker}@{broker_host}:6379/0"
    files["valkey.conf"] = f"requirepass {broker}\nappendonly yes\nmaxmemory-policy noeviction\ndir /data"
    files["email_password"] = ""  # for the operator to fill in, where the mail server asks for one
    for name, text in files.items():
        write_private(folder / name, text + "\n")
    # The broker's image reads it as a user of its own; the folder around it is closed to everybody else.
    (folder / "valkey.conf").chmod(0o644)
