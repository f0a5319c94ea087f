# SPDX-License-Identifier: MIT
"""The demo guest, booted with commands and a folder of files."""

import os
import subprocess

import machine

KERNEL = os.path.join(machine.BUILD, "demo-guest/kernel")
PROMPT = "ringlet> "


def archive(folder, path, form="gnu"):
    """The tar archive that tools/run makes of a folder, in one of tar's formats."""
    subprocess.run(["tar", "--sort=name", f"--format={form}", "--owner=0", "--group=0", "--numeric-owner",
                    "-cf", str(path), "-C", str(folder), "."], check=True)
    return path


def boot(commands=None, initrd=None, memory="512", limit=30, **more):
    """Boots the demo; with commands it runs those, and must end by itself if poweroff is among them."""
    return machine.boot(KERNEL, guest_args=f"cmd={commands}" if commands else "", initrd=initrd, memory=memory,
                        limit=limit, **more)


def answers(run):
    """What the demo printed after the line with its commands."""
    return run.output.split(PROMPT, 1)[-1].split("\n", 1)[-1]
