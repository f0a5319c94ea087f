# SPDX-License-Identifier: MIT
"""Boots every guest test, one folder each, on each machine that its main.c asks for."""

import os
import re
import shlex

import pytest

import guest_spec
import machine


@pytest.mark.parametrize("case", guest_spec.cases(), ids=str)
def test_guest(case):
    if not os.path.exists(case.kernel):
        pytest.fail(f"{case.kernel} was not built")
    run = machine.boot(case.kernel, limit=case.limit, guest_args=case.cmdline, initrd=case.initrd,
                       memory=case.memory, cpu=case.cpu, options=case.options,
                       extra=shlex.split(case.qemu))

    story = f"\n{run.output}\n[{case}: {run.seconds:.1f} s]"
    assert not run.timed_out, f"no end within {case.limit} s{story}"
    if case.expect == "crash":
        assert case.log, "a test that expects a crash says with run-log: which report it expects"
        assert run.result == "error", f"the guest went on after what should have ended it{story}"
        assert not run.broken, f"{run.broken}{story}"
    else:
        assert not run.trouble, f"{run.trouble}{story}"
        assert run.result == case.expect, f"result: {run.result}, expected: {case.expect}{story}"
    for pattern in case.log:
        assert re.search(pattern, run.output, re.MULTILINE), f"not in the log: {pattern}{story}"
