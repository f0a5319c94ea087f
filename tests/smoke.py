# SPDX-License-Identifier: MIT
"""Boots the hello guest, if there is one yet: the quickest proof that a tree is not broken."""

import os
import sys

import machine

kernel = os.path.join(machine.BUILD, "tests/guest/hello/kernel")
if not (os.path.exists(kernel) and os.path.exists(machine.RINGLET)):
    print("smoke: built; there is no hello guest or no hypervisor to boot yet")
    sys.exit(0)

run = machine.boot(kernel, limit=20)
if run.result != "success" or run.trouble or run.timed_out:
    print(run.output)
    sys.exit(f"smoke: {run.trouble or run.result}{', timed out' if run.timed_out else ''} in {run.seconds:.1f} s")
print(f"smoke: hello booted in {run.seconds:.1f} s")
