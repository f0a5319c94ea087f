# SPDX-License-Identifier: MIT
"""The listings of docs/porting.md, built as a reader would build them: in a folder of their own, with one make."""

import os
import pathlib
import re
import subprocess

import machine

ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTING = re.compile(r"<!-- listing: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)


def listings():
    return dict(LISTING.findall((ROOT / "docs/porting.md").read_text()))


def test_hello_listing(tmp_path):
    found = listings()
    assert len(found) == 2
    for path, text in found.items():
        assert text == (ROOT / path).read_text(), f"docs/porting.md shows another {path}"
        (tmp_path / pathlib.Path(path).name).write_text(text)
    assert len((tmp_path / "main.c").read_text().splitlines()) < 30
    assert len((tmp_path / "Makefile").read_text().splitlines()) <= 5

    build = subprocess.run(["make", "-C", tmp_path, f"RINGLET={ROOT}"], capture_output=True, text=True, check=False,
                           env={k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "BUILD")})
    assert build.returncode == 0, build.stdout + build.stderr
    run = machine.boot(tmp_path / "hello", guest_args="/lib/rary")
    assert run.result == "success" and not run.trouble, run.output
    assert re.search(r"^hello from ring 1, \d+ MiB, command line: /lib/rary$", run.output, re.MULTILINE), run.output
