"""``python -m planner``: the command line where Qt is not installed."""

import sys

from planner.cli import main

sys.exit(main())
