# SPDX-License-Identifier: MIT
"""What the Makefile promises besides building: gcc, the debugger, and telling what it can do."""

import os
import re
import subprocess

import machine


def make(*arguments, **options):
    clean = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MFLAGS", "CC", "BUILD")}
    return subprocess.run(["make", "--no-print-directory", *arguments], capture_output=True, text=True, check=False,
                          env=clean, timeout=900, **options)


def test_gcc_builds_it_too(monkeypatch):
    """A hypervisor, a kit and a guest by gcc: they build without a warning, and boot."""
    folder = os.path.join(machine.BUILD, "gcc")
    newlib = os.environ.get("NEWLIB", os.path.join(machine.BUILD, "newlib"))
    fetched = os.path.abspath(machine.BUILD)
    run = make("-j2", "CC=gcc", f"BUILD={folder}", f"NEWLIB={os.path.abspath(newlib)}",
               f"LLHTTP={fetched}/llhttp/usr/share", f"LWIP={fetched}/lwip/src", "all")
    assert run.returncode == 0 and "warning" not in run.stderr, run.stdout + run.stderr
    monkeypatch.setattr(machine, "RINGLET", os.path.join(folder, "ringlet"))
    hello = machine.boot(os.path.join(folder, "tests/guest/hello/kernel"), guest_args="/lib/rary")
    assert hello.result == "success" and not hello.timed_out, hello.output


def test_debug_has_symbols():
    run = make("debug", input="hbreak hypervisor_main\ncontinue\nbacktrace 1\nkill\nquit\n")
    assert re.search(r"^Breakpoint 1, hypervisor_main \(", run.stdout, re.MULTILINE), run.stdout + run.stderr


def test_help_names_each_target():
    listed = make("help").stdout
    with open("Makefile", encoding="utf-8") as file:
        targets = re.search(r"^\.PHONY: all (.*) FORCE$", file.read(), re.MULTILINE).group(1).split()
    assert len(targets) > 8
    missing = [target for target in targets if f"make {target}" not in listed]
    assert not missing, missing


def test_setup_names_what_is_missing(tmp_path):
    """Where there is no apt-get it installs nothing, says what it misses, and how to point at it."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "cut", "id", "find", "ls", "env"):
        found = subprocess.run(["which", name], capture_output=True, text=True, check=True).stdout.strip()
        (tools / name).symlink_to(found)
    run = subprocess.run(["tools/setup", "qemu"], capture_output=True, text=True, check=False,
                         env={"PATH": str(tools), "PYTHON": "/nonexistent/python3"})
    assert run.returncode == 1
    assert re.search(r"qemu-system-x86: the machine Ringlet runs on \(make QEMU=path\)", run.stderr), run.stderr
    assert "python3" in run.stderr
