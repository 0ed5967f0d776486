"""Prepare a machine to run Ampyard: system libraries, .venv, locked packages.

Standard library only, because nothing else is there yet. Every step says what
it does; a stamp in .venv makes the second time quick.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCKS = ROOT / "packaging" / "lock"

# What QtWidgets loads, by the package that brings it on Debian and Ubuntu.
# Found with ldd and by running PySide6 6.11.3 in a minimal Debian 12.
QT_OFFSCREEN = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libX11.so.6": "libx11-6",
}
QT_WINDOW = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
LIBRARIES = {"none": {}, "offscreen": QT_OFFSCREEN, "window": QT_OFFSCREEN | QT_WINDOW}
# The full lock contains the runtime lock, so it satisfies both stamps.
CONTAINS = {"run": ("run",), "test": ("test", "run")}


def say(text: str) -> None:
    """Print one step at once, also into a pipe."""
    print(f"ampyard: {text}", flush=True)


def prepare(lock: str, display: str) -> Path:
    """Make .venv hold the packages of a lock and return its Python.

    Parameters
    ----------
    lock
        "run" or "test", a file of packaging/lock.
    display
        What Qt will do: "window", "offscreen", or "none" where only files are
        written, which needs none of Qt's system libraries.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may have an older one
        stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    see_to_system(display)
    python = venv_python()
    if stamp_path(lock).is_file() and stamp_path(lock).read_text() == stamp(lock) and works(python):
        say(f"environment {VENV.name} is up to date")
        return python
    make_venv(python)
    install(python, lock)
    for name in CONTAINS[lock]:
        stamp_path(name).write_text(stamp(name))
    return python


def stop(reason: str) -> None:
    """End with one line on stderr."""
    sys.exit(f"ampyard: {reason}")


def missing_packages(display: str) -> list[str]:
    """Debian packages without which the environment or Qt cannot start."""
    packages = [package for library, package in LIBRARIES[display].items() if not loads(library)]
    # Debian ships venv without ensurepip, which fails only half way through.
    if importlib.util.find_spec("ensurepip") is None and not works(venv_python()):
        packages.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    return packages


def loads(library: str) -> bool:
    """Tell whether the dynamic linker finds a library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def see_to_system(display: str) -> None:
    """Install missing system packages as root on Debian, else print the line to run."""
    if not sys.platform.startswith("linux"):
        return
    debian = shutil.which("apt-get") is not None
    if os.geteuid() == 0 and debian:
        # Everything at once, so that a later start with a display needs nothing more.
        apt_get(missing_packages("window"))
        return
    packages = missing_packages(display)
    if not packages:
        say("the system packages needed here are in place")
        return
    names = " ".join(packages)
    if not debian:
        stop(f"install with your package manager what Debian calls: {names}")
    stop(
        "system packages are missing; run this line once, then start again:\n"
        f"  sudo apt-get update && sudo apt-get install -y --no-install-recommends {names}"
    )


def apt_get(packages: list[str]) -> None:
    """Install Debian packages, quietly and without questions."""
    if not packages:
        say("system packages are in place")
        return
    say(f"installing system packages: {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    started = time.monotonic()
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        if run(command, env=quiet, stdout=subprocess.DEVNULL):
            stop(f"'{' '.join(command)}' failed; see the lines above")
    say(f"system packages installed in {time.monotonic() - started:.0f} s")


def venv_python() -> Path:
    """Path of the environment's interpreter on this system."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def works(python: Path) -> bool:
    """Tell whether an environment's Python starts, is this version and has pip."""
    probe = "import sys, pip; print(*sys.version_info[:2])"
    try:
        found = subprocess.run(
            [str(python), "-c", probe], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return found.stdout.split() == [str(part) for part in sys.version_info[:2]]


def make_venv(python: Path) -> None:
    """Create .venv, or create it anew where it does not work."""
    if works(python):
        return
    say(f"creating {VENV}")
    if run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        stop("the environment could not be created; see the lines above")


def install(python: Path, lock: str) -> None:
    """Install the locked packages and Ampyard itself in editable form."""
    path = LOCKS / f"{lock}.txt"
    count = sum("==" in text for text in path.read_text(encoding="utf-8").splitlines())
    say(f"installing up to {count} packages of {path.relative_to(ROOT)} (some minutes at first)")
    started = time.monotonic()
    pip = [str(python), "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    if not sys.stdout.isatty():
        pip.append("--quiet")
    if run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", str(path)]):
        stop("the locked packages could not be installed; see the lines above")
    # hatchling comes with the lock, so nothing is downloaded to build the link.
    if run([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)]):
        stop("Ampyard could not be installed; see the lines above")
    say(f"packages installed in {time.monotonic() - started:.0f} s")


def stamp_path(lock: str) -> Path:
    """Path of the note of what was last installed from a lock."""
    return VENV / f"ampyard-{lock}.stamp"


def stamp(lock: str) -> str:
    """Fingerprint of all that an environment depends on."""
    digest = hashlib.sha256(f"{ROOT} {sys.version_info[:3]}".encode())
    for path in (LOCKS / f"{lock}.txt", ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def run(command: list[str], *, env: dict[str, str] | None = None, stdout: int | None = None) -> int:
    """Run a command in the repository and return its exit code."""
    return subprocess.run(
        command, cwd=ROOT, env=env, stdout=stdout, stdin=subprocess.DEVNULL, check=False
    ).returncode
