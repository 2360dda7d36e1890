"""Surroundings in which Jupyter touches nothing of the user's: all of its folders lie in one temporary folder."""

from __future__ import annotations

import os
from pathlib import Path

NO_NEWS = '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}'
"""Else a notice covers the page."""
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    "IPYTHONDIR": "ipython",
    "XDG_DATA_HOME": "share",  # the quiz keeps progress there
    "MPLCONFIGDIR": "matplotlib",
}


def surroundings(folder: Path) -> dict[str, str]:
    """The environment for a Jupyter whose files all lie in `folder`."""
    home = folder / ".jupyter-of-the-test"
    notices = home / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    notices.parent.mkdir(parents=True, exist_ok=True)
    notices.write_text(NO_NEWS, encoding="utf-8")
    settings = {"MPLBACKEND": "agg", "JUPYTER_PLATFORM_DIRS": "1", "PYTHONWARNINGS": "default"}
    return {**os.environ, **settings, **{name: str(home / folder_) for name, folder_ in FOLDERS.items()}}
