# SPDX-License-Identifier: MIT
"""One QEMU machine: started, watched through its serial line, and always ended.

Every test that boots something goes through `boot`. It never waits longer than its limit, and the
QEMU process is gone when it returns, whatever happened.
"""

import os
import re
import selectors
import signal
import subprocess
import sys
import time

BUILD = os.environ.get("BUILD", "build")
QEMU = os.environ.get("QEMU", "qemu-system-x86_64")
ACCEL = os.environ.get("ACCEL", "tcg")
RINGLET = os.environ.get("RINGLET", os.path.join(BUILD, "ringlet"))

# What the hypervisor says when it is broken itself: no run may print it, however well the guest says it did.
BROKEN = re.compile(r"^.*(\bpanic\b|\bPANIC\b|invariant broken|audit: difference|auditor found).*$", re.MULTILINE)
# Its report when it ends a domain: wrong unless the test is about that.
CRASHED = re.compile(r"^.*\bdomain \d+ crash.*$", re.MULTILINE | re.IGNORECASE)


class Run:
    """What became of one machine: its serial output, how it ended and when things were said."""

    def __init__(self, output, status, seconds, timed_out):
        self.output = output
        self.status = status
        self.seconds = seconds
        self.timed_out = timed_out

    @property
    def broken(self):
        found = BROKEN.search(self.output)
        return found.group(0) if found else None

    @property
    def trouble(self):
        found = BROKEN.search(self.output) or CRASHED.search(self.output)
        return found.group(0) if found else None

    @property
    def result(self):
        """The guest's own verdict; silence and contradictions are errors."""
        verdicts = re.findall(r"TEST RESULT: (\w+)", self.output)
        return verdicts[0].lower() if len(verdicts) == 1 else "error"


def _die_with_parent():
    """Runs in the child: a killed test run must not leave machines behind."""
    import ctypes

    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def command_line(kernel, guest_args="", initrd=None, memory="256", cpu="qemu64", options="", extra=()):
    """The QEMU command for one machine; commas in the guest's command line are doubled, as -initrd wants."""
    modules = str(kernel) + (" " + guest_args.replace(",", ",,") if guest_args else "")
    if initrd:
        modules += "," + str(initrd)
    # The machine is told to end on a reset, so that a triple fault shows.
    command = [QEMU, "-accel", ACCEL, "-cpu", cpu, "-m", str(memory), "-display", "none", "-nodefaults",
               "-no-reboot", "-serial", "stdio", "-kernel", RINGLET,
               "-append", ("console=com1 com1=115200 loglvl=all guest_loglvl=all " + options).strip()]
    if kernel:
        command += ["-initrd", modules]
    return command + list(extra)


def boot(kernel, limit=60, until=None, feed=(), **machine):
    """Boots `kernel` and returns a Run when the machine ends, `until` (a regular expression) is seen, or
    `limit` seconds are over.

    `feed` is a list of (pattern, text): once the pattern is seen after the place the last one was seen
    at, the text is typed.
    """
    feed = list(feed)
    seen = 0
    started = time.monotonic()
    child = subprocess.Popen(command_line(kernel, **machine), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, preexec_fn=_die_with_parent)
    data = bytearray()
    timed_out = True
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdout, selectors.EVENT_READ)
            while (left := started + limit - time.monotonic()) > 0:
                if not selector.select(left):
                    break
                chunk = os.read(child.stdout.fileno(), 65536)
                if not chunk:
                    timed_out = False
                    break
                data += chunk
                text = data.decode(errors="replace").replace("\r", "")
                while feed and (match := re.search(feed[0][0], text[seen:], re.MULTILINE)):
                    seen += match.end()
                    child.stdin.write(feed.pop(0)[1].encode())
                    child.stdin.flush()
                if until and re.search(until, text, re.MULTILINE):
                    timed_out = False
                    break
        if not timed_out and not until:
            child.wait(timeout=5)
    except (BrokenPipeError, subprocess.TimeoutExpired):
        pass
    finally:
        child.kill()
        child.wait()
        child.stdin.close()
        child.stdout.close()
    output = data.decode(errors="replace").replace("\r", "")
    return Run(output, child.returncode, time.monotonic() - started, timed_out)


if __name__ == "__main__":
    # For trying one kernel by hand: [LIMIT=seconds] tests/machine.py KERNEL [command line]
    finished = boot(sys.argv[1], guest_args=" ".join(sys.argv[2:]), limit=float(os.environ.get("LIMIT", "60")))
    print(finished.output, end="")
    print(f"[{finished.result}, {finished.seconds:.2f} s{', timed out' if finished.timed_out else ''}]")
    sys.exit(finished.result != "success" or finished.trouble is not None)
