"""Write the frozen sample of the present schema; never for a schema already released."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))
sys.path.insert(0, str(HERE.parent / "benchmarks"))

from large_project import large_project  # noqa: E402

from planner.store.project_file import pack  # noqa: E402
from planner.store.upgrades import SCHEMA  # noqa: E402

if __name__ == "__main__":
    target = HERE / f"schema-{SCHEMA}.ampyard"
    target.write_bytes(pack(large_project(40, 2, 6, 672), 1))
    print(target.name, target.stat().st_size, "bytes")
