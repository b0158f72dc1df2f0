class LauncherError(Exception):
    """Something the operator must put right; the message is one plain sentence for the terminal."""
