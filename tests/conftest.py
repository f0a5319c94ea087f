# SPDX-License-Identifier: MIT
"""What all tests share: the closing line, the coverage report, and where the tree is."""

import os
import pathlib
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TOP / "tests"), str(TOP / "tests/bench")]


@pytest.fixture(scope="session")
def top():
    return TOP


def pytest_sessionstart(session):
    # Every path in the tests, and in what they print, is relative to the top of the tree.
    os.chdir(TOP)


def is_controller(config):
    return not hasattr(config, "workerinput")


def pytest_terminal_summary(terminalreporter, config):
    config.ringlet_counts = {
        # A set-up or tear-down that breaks, and a test file that cannot be read, are failures too.
        "failed": sum(len(terminalreporter.stats.get(key, [])) for key in ("failed", "error")),
        "passed": len(terminalreporter.stats.get("passed", [])),
    }


def pytest_unconfigure(config):
    counts = getattr(config, "ringlet_counts", None)
    if counts is None or not is_controller(config) or config.option.collectonly:
        return
    report = TOP / "tests/unit/coverage"
    if os.environ.get("RINGLET_COVERAGE"):
        subprocess.run([str(report)], check=False)
    print("{passed} passed, {failed} failed".format(**counts), flush=True)
