# SPDX-License-Identifier: MIT
"""Each fuzzer for a fixed number of inputs from the same seeds: the same run every time, a few seconds long. `make fuzz`
goes on from there."""

import importlib.util
import pathlib
import re

import pytest

# By path: the suite has another run.py.
_spec = importlib.util.spec_from_file_location("fuzz_run", pathlib.Path(__file__).with_name("run.py"))
fuzz = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz)

RUNS = {"fuzz_page_tables": 3000, "fuzz_grants": 3000,  # each judged by the auditor
        "fuzz_block": 1500, "fuzz_xenstore": 4000}  # each makes a world
RUNS_OTHERS = 10000


@pytest.mark.parametrize("name", fuzz.names())
def test_fuzz(name, tmp_path):
    runs = RUNS.get(name, RUNS_OTHERS)
    outcome = fuzz.run(name, fuzz.make_seeds(name, tmp_path / name), "-seed=1", f"-runs={runs}", "-max_len=65536",
                       timeout=300)
    assert outcome.returncode == 0, outcome.stderr[-6000:]
    done = re.search(r"Done (\d+) runs", outcome.stderr)
    assert done and int(done[1]) >= runs, outcome.stderr
