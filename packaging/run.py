"""Open Ampyard on its sample site, whatever is installed so far.

python3 packaging/run.py            the window, or files in build/demo without a display
python3 packaging/run.py --help     the options of the demo
"""

from __future__ import annotations

import os
import sys

import bootstrap


def has_display() -> bool:
    """Tell whether a window can be opened."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(arguments: list[str]) -> int:
    """Prepare the environment and start the demo."""
    window = has_display() and not arguments
    python = bootstrap.prepare("run", display="window" if window else "none")
    demo = [str(python), "-m", "ui.launch", "demo", *arguments]
    if window or arguments:
        bootstrap.say("opening the sample site")
        return bootstrap.run(demo)
    folder = bootstrap.ROOT / "build" / "demo"
    bootstrap.say(f"no display: writing the sample site's documents to {folder}")
    code = bootstrap.run([*demo, "--out", str(folder), "--quiet"])
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        print(f"{path.stat().st_size / 1000:10,.1f} kB  {path.relative_to(bootstrap.ROOT)}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
