"""Run the whole default test suite without a display, whatever is installed so far.

python3 packaging/test.py [pytest options]; `-n 0` runs all in one process.
"""

from __future__ import annotations

import os
import sys

import bootstrap

# One process per core; beyond four, what each prepares for itself outweighs the gain.
SPREAD = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")


def main(arguments: list[str]) -> int:
    """Prepare the environment and run pytest in it."""
    python = bootstrap.prepare("test", display="offscreen")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    bootstrap.say("running the tests")
    return bootstrap.run([str(python), "-m", "pytest", *SPREAD, *arguments], env=environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
