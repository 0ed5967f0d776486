"""Every case of the shared list is a data-only case of ours, or named with its reason."""

import json
import re
from pathlib import Path

CASES = Path(__file__).parents[1] / "cases"
# Where ours do not carry the id of the list, the case is found by these words.
NAMED = {
    "SC-04": "two parallel transformers, maximum",
    "SC-05": "two parallel transformers, minimum",
    "PF-01": "two buses, unbalanced load",
    "PF-03": "CIGRE LV benchmark",
}
ELSEWHERE = {
    "SC-11": "a guard test: test_network_cases.test_only_dyn_is_safe_from_the_scale_of_mag0",
    "PF-04": "test_benchmark_networks, through our own build and unbalanced power flow",
}


def ours() -> list[str]:
    files = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(CASES.rglob("*.json"))]
    return [case["id"] for file in files for case in file["cases"]]


def test_every_case_of_the_list_is_covered(shared: Path) -> None:
    path = shared / "reference" / "electrical_cases.json"
    wanted = [c["id"] for c in json.loads(path.read_text(encoding="utf-8"))["cases"]]
    missing = [
        key for key in wanted
        if key not in ELSEWHERE
        and not any(re.match(rf"{key}\b", i) or i.startswith(NAMED.get(key, "\0")) for i in ours())
    ]  # fmt: skip
    assert len(wanted) > 40
    assert missing == []


def test_cases_name_their_source() -> None:
    for path in CASES.rglob("*.json"):
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            assert case["source"], (path.name, case["id"])
