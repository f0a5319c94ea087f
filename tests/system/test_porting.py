# SPDX-License-Identifier: MIT
"""The listings of docs/porting.md, built as a reader would build them: in a folder of their own, with one make."""

import os
import pathlib
import re
import subprocess

import pytest

import machine

ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTING = re.compile(r"<!-- listing: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)


def listings():
    return dict(LISTING.findall((ROOT / "docs/porting.md").read_text()))


def make(folder, *arguments):
    clean = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "BUILD")}
    run = subprocess.run(["make", "-C", folder, f"RINGLET={ROOT}", *arguments], capture_output=True, text=True,
                         check=False, env=clean)
    assert run.returncode == 0, run.stdout + run.stderr


def test_hello_listing(tmp_path):
    found = listings()
    assert len(found) == 2
    for path, text in found.items():
        assert text == (ROOT / path).read_text(), f"docs/porting.md shows another {path}"
        (tmp_path / pathlib.Path(path).name).write_text(text)
    assert len((tmp_path / "main.c").read_text().splitlines()) < 30
    assert len((tmp_path / "Makefile").read_text().splitlines()) <= 5

    make(tmp_path)
    run = machine.boot(tmp_path / "hello", guest_args="/lib/rary")
    assert run.result == "success" and not run.trouble, run.output
    assert re.search(r"^hello from ring 1, \d+ MiB, command line: /lib/rary$", run.output, re.MULTILINE), run.output

    symbols = subprocess.run(["llvm-nm", tmp_path / "hello"], capture_output=True, text=True, check=True).stdout
    for part in ("trap_dispatch", "events_dispatch", "frames_init", "page_entry", "heap_alloc", "test_run"):
        assert part not in symbols, f"a kernel that prints and no more has {part} in it"


@pytest.mark.parametrize("base", ["0xC0000000", "0x40000000"])
def test_kernel_elsewhere(tmp_path, base):
    """The same kit in a kernel that lives at another address: paging works there too."""
    make(tmp_path, "-f", ROOT / "tests/guest/hello/Makefile", "KERNEL=high",
         f"SOURCES={ROOT}/tests/guest/kit_memory/main.c", f"GUEST_LDFLAGS=--defsym=VIRT_BASE={base}")
    run = machine.boot(tmp_path / "high")
    assert run.result == "success" and not run.trouble, run.output
