# SPDX-License-Identifier: MIT
"""What a guest test asks for. Its main.c says so in lines of its opening comment:

    run-cpu: qemu64 max            processor models, one boot each (default: both)
    run-memory: 256 6144           MiB, one boot each (default 256)
    run-options: loglvl=all        more for the hypervisor's command line
    run-cmdline: one two           the guest's command line
    run-initrd: README.md          a file to pass as the second module
    run-qemu: -device ...          more for QEMU
    run-limit: 60                  seconds
    run-expect: success            or skip; or crash: the hypervisor must end the domain
    run-log: regular expression    must appear in the serial log; may be given more than once
"""

import itertools
import os
import pathlib
import re

import machine

DEFAULTS = {"cpu": "qemu64 max", "memory": "256", "options": "", "cmdline": "", "initrd": "", "qemu": "",
            "limit": "60", "expect": "success"}
FOLDER = pathlib.Path(__file__).resolve().parent / "guest"


class Case:
    """One boot of one guest test."""

    def __init__(self, name, settings, log, cpu, memory):
        self.name = name
        self.cpu = cpu
        self.memory = memory
        self.log = log
        self.options = settings["options"]
        self.cmdline = settings["cmdline"]
        self.initrd = settings["initrd"] or None
        self.qemu = settings["qemu"]
        self.limit = float(settings["limit"])
        self.expect = settings["expect"]
        self.kernel = os.path.join(machine.BUILD, "tests/guest", name, "kernel")

    def __str__(self):
        return f"{self.name}-{self.cpu}-{self.memory}"


def read(main):
    """The settings and log patterns in one main.c; a key that nobody knows stops the run."""
    settings, log = dict(DEFAULTS), []
    for key, value in re.findall(r"^[ /*]*run-([\w-]+):[ \t]*(.*?)[ \t]*(?:\*/)?$", main.read_text(), re.MULTILINE):
        if key == "log":
            log.append(value)
        elif key in settings:
            settings[key] = value
        else:
            raise ValueError(f"{main}: unknown setting run-{key}")
    if settings["expect"] not in ("success", "skip", "crash"):
        raise ValueError(f"{main}: run-expect is success, skip or crash")
    return settings, log


def cases():
    found = []
    for main in sorted(FOLDER.glob("*/main.c")):
        settings, log = read(main)
        for cpu, memory in itertools.product(settings["cpu"].split(), settings["memory"].split()):
            found.append(Case(main.parent.name, settings, log, cpu, memory))
    return found
