# SPDX-License-Identifier: MIT
"""Runs the unit test programs: each cmocka test is one item, and so is each program's clean end (a leak or an
undefined operation shows there)."""

import functools
import os
import pathlib
import re
import subprocess

import pytest

import machine

FOLDER = pathlib.Path(__file__).resolve().parent
LISTED = re.compile(r"^\s*cmocka_unit_test\w*\(\s*(\w+)", re.MULTILINE)


def programs():
    return [source.stem for source in sorted(FOLDER.glob("test_*.c"))]


def items():
    return [(name, test) for name in programs() for test in LISTED.findall((FOLDER / f"{name}.c").read_text())]


@functools.lru_cache(maxsize=None)
def outcome(name):
    """Runs one program, once a process: its exit status, its output, and the verdict on each test."""
    run = subprocess.run([os.path.join(machine.BUILD, "tests/unit", name)], capture_output=True, text=True,
                         timeout=300, check=False,
                         env={**os.environ, "CMOCKA_MESSAGE_OUTPUT": "TAP",
                              "ASAN_OPTIONS": "abort_on_error=0:detect_leaks=1", "UBSAN_OPTIONS": "print_stacktrace=1"})
    output = run.stdout + run.stderr
    verdicts = {test: mark for mark, test in re.findall(r"^(ok|not ok) \d+ - (\w+)", output, re.MULTILINE)}
    return run.returncode, output, verdicts


@pytest.mark.parametrize("name,test", items())
def test_unit(name, test):
    _, output, verdicts = outcome(name)
    assert verdicts.get(test) == "ok", output


@pytest.mark.parametrize("name", programs())
def test_program_ends_cleanly(name):
    status, output, verdicts = outcome(name)
    assert status == 0 and verdicts, output
