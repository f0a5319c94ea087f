# SPDX-License-Identifier: MIT
"""docs/abi-reference.md is what abi/ says now, and every implemented call has its contract."""

import os
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = os.environ.get("BUILD", "build")


def test_reference_page_is_fresh(tmp_path):
    run = subprocess.run(["tools/build-docs", str(tmp_path)], cwd=TOP, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "abi-reference.md").read_text() == (TOP / "docs/abi-reference.md").read_text(), \
        "docs/abi-reference.md is stale: run `make docs`"


def test_generator_wants_contracts(tmp_path):
    """Without the headers nothing implemented has a contract; with a stray one there is a contract of nothing."""
    generator = TOP / BUILD / "tools/abi_reference"
    subprocess.run(["tools/build-docs", str(tmp_path)], cwd=TOP, check=True)
    run = subprocess.run([generator], capture_output=True, text=True, check=False)
    assert run.returncode == 1 and "implemented, but there is no contract: xen_version" in run.stderr
    stray = tmp_path / "stray.h"
    stray.write_text("/*\n * @sched_op.sleep\n *   effect  sleeps\n */\n")
    headers = sorted((TOP / "abi").glob("*.h"))
    run = subprocess.run([generator, *headers, stray], capture_output=True, text=True, check=False)
    assert run.returncode == 1 and run.stderr.count("\n") == 1 and "sched_op.sleep" in run.stderr
