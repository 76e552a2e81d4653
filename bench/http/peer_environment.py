"""The Python environment of the FastAPI peer."""

import pathlib
import shutil
import subprocess
import sys

REQUIREMENTS = pathlib.Path(__file__).with_name("requirements.txt")


def made_of():
    """What an environment is made of: another text, another environment."""
    return f"# Python {sys.version}\n{REQUIREMENTS.read_text()}"


def is_current(folder):
    stamp = folder / "made_of.txt"
    return stamp.exists() and stamp.read_text() == made_of()


def make(folder):
    """Makes it, or makes it anew when requirements.txt or Python changed since."""
    if is_current(folder):
        return
    shutil.rmtree(folder, ignore_errors=True)
    print(f"installing FastAPI into {folder}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin/pip", "--disable-pip-version-check"]
    # --no-deps: only what is pinned. `pip check` fails when something that is needed is not.
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "-r", REQUIREMENTS], check=True)
    subprocess.run([*pip, "check"], check=True)
    (folder / "made_of.txt").write_text(made_of())


def version(package):
    for line in REQUIREMENTS.read_text().splitlines():
        name, _, pinned = line.partition("==")
        if name == package:
            return pinned
    raise KeyError(package)
