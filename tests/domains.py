# SPDX-License-Identifier: MIT
"""The root domain, booted with an archive of configurations and kernels, and commands for its shell."""

import os
import shutil
import subprocess

import machine

KERNEL = os.path.join(machine.BUILD, "root-domain/kernel")
PROMPT = "ringlet> "
ENDS = os.path.join(machine.BUILD, "tests/guest/ends/kernel")
DEMO = os.path.join(machine.BUILD, "demo-guest/kernel")


def archive(folder, files):
    """Packs what `files` gives names to: text if it has a line end, else the path of a file."""
    inside = folder / "archive"
    inside.mkdir()
    for name, content in files.items():
        if "\n" in content:
            (inside / name).write_text(content)
        else:
            shutil.copyfile(content, inside / name)
    packed = folder / "boot.tar"
    subprocess.run(["tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-cf", str(packed),
                    "-C", str(inside), *sorted(files)], check=True)
    return packed


def boot(folder, files, commands=None, words="", memory=256, limit=60, **more):
    """Boots the root domain on 64 MiB of the machine; with commands it runs those."""
    arguments = " ".join(part for part in (words, f"cmd={commands}" if commands else "") if part)
    return machine.boot(KERNEL, guest_args=arguments, initrd=archive(folder, files), memory=memory, limit=limit,
                        options="dom0_mem=64M", **more)


def answers(run):
    """What the shell printed after the line with its commands, without the hypervisor's own lines."""
    told = run.output.split(PROMPT, 1)[-1].split("\n", 1)[-1]
    return "".join(line + "\n" for line in told.split("\n")[:-1] if not line.startswith("(ringlet)"))
