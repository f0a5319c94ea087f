# SPDX-License-Identifier: MIT
"""Kernels built over guestkit from outside the tree, as docs/porting.md promises they can be."""

import os
import pathlib
import subprocess

import pytest

import machine

ROOT = pathlib.Path(__file__).resolve().parents[2]


def make(folder, *arguments):
    clean = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "BUILD")}
    run = subprocess.run(["make", "-C", folder, f"RINGLET={ROOT}", *arguments], capture_output=True, text=True,
                         check=False, env=clean)
    assert run.returncode == 0, run.stdout + run.stderr


def test_parts_stay_out(tmp_path):
    """A kernel that prints and no more links no part that it did not ask for."""
    make(tmp_path, "-f", ROOT / "tests/guest/hello/Makefile", f"SOURCES={ROOT}/tests/guest/hello/main.c")
    symbols = subprocess.run(["llvm-nm", tmp_path / "hello"], capture_output=True, text=True, check=True).stdout
    assert "console_printf" in symbols
    for part in ("trap_dispatch", "events_dispatch", "frames_init", "page_entry", "heap_alloc", "test_run"):
        assert part not in symbols, f"{part} is in it"


@pytest.mark.parametrize("base", ["0xC0000000", "0x40000000"])
def test_kernel_elsewhere(tmp_path, base):
    """The same kit in a kernel that lives at another address: paging works there too."""
    make(tmp_path, "-f", ROOT / "tests/guest/hello/Makefile", "KERNEL=high",
         f"SOURCES={ROOT}/tests/guest/kit_memory/main.c", f"GUEST_LDFLAGS=--defsym=VIRT_BASE={base}")
    run = machine.boot(tmp_path / "high")
    assert run.result == "success" and not run.trouble, run.output
