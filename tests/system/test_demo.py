# SPDX-License-Identifier: MIT
"""The demo unikernel, on its own and through `make run`."""

import calendar
import hashlib
import os
import random
import re
import subprocess
import time

import pytest

import demo
import machine


def ended_well(run):
    assert not run.timed_out and not run.trouble and run.status == 0, run.output
    return run


def test_greeting():
    run = ended_well(demo.boot("poweroff"))
    assert re.search(r"domain\s+0, the initial domain, on xen-3\.0-x86_32p", run.output)
    assert re.search(r"ring\s+1, read from CS", run.output)
    assert re.search(r"memory\s+\d+ MiB", run.output)
    assert re.search(r"boot\s+\d+\.\d{3} s", run.output)


def test_hypercall_trace():
    """The option prints each call; without it there is none."""
    assert re.search(r"\(d0v0\) sched_op\(", demo.boot("poweroff", options="hypercall_trace").output)
    assert "(d0v0)" not in demo.boot("poweroff").output


@pytest.mark.parametrize("cpu", ["qemu64", "max"])
@pytest.mark.parametrize("memory", [128, 192, 256, 1024, 2048, 3072, 3584, 4096, 5120, 6144])
def test_memory_sizes(memory, cpu):
    """Nearly all of the machine's memory is the demo's, below, around and above the hole under 4 GiB."""
    run = ended_well(demo.boot("mem; poweroff", memory=memory, cpu=cpu))
    owned = int(re.search(r"frames owned now\s+(\d+)", run.output).group(1)) // 256
    assert memory * 0.85 - 16 <= owned < memory, run.output


SIZES = [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 511, 512, 513, 4095, 4096, 4097, 65536 + 1, 3 * 1024 * 1024 + 7]


@pytest.mark.parametrize("form", ["gnu", "posix"])
def test_hashes_of_files_never_seen(tmp_path, form):
    chance = random.Random()
    folder = tmp_path / "files"
    (folder / "sub/deeper").mkdir(parents=True)
    names = [f"f{size}" for size in SIZES]
    names += ["sub/deeper/x", "n" * 99, "m" * 100, "l" * 101, "sub/" + "k" * 200, "with space", "käse"]
    if form == "gnu":
        names.append("sub/deeper/" + "j" * 250)
    for i, name in enumerate(names):
        (folder / name).write_bytes(chance.randbytes(SIZES[i] if i < len(SIZES) else chance.randrange(5000)))
    words = " ".join(f'"{name}"' for name in names)
    for part in [names[i:i + 6] for i in range(0, len(names), 6)]:
        words = " ".join(f'"{name}"' for name in part)
        run = ended_well(demo.boot(f"sha256sum {words}; poweroff",
                                   initrd=demo.archive(folder, tmp_path / "files.tar", form)))
        for name in part:
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            assert f"{digest}  {name}" in run.output.split("\n"), run.output


def test_a_file_of_64_mib(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    content = random.randbytes(64 << 20)
    (folder / "big").write_bytes(content)
    run = ended_well(demo.boot("sha256sum big; poweroff", initrd=demo.archive(folder, tmp_path / "big.tar"),
                               limit=120))
    assert f"{hashlib.sha256(content).hexdigest()}  big" in run.output


def test_file_commands(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    text = "one two\nthree\n\n  four,five\tsix\n"
    (folder / "a").write_text(text)
    (folder / "no-newline").write_text("end")
    run = ended_well(demo.boot("ls; wc a no-newline; cat a no-newline; cat missing; sha256sum; poweroff",
                               initrd=demo.archive(folder, tmp_path / "a.tar")))
    told = demo.answers(run)
    assert re.search(rf"^ *{len(text)}  a$", told, re.MULTILINE), told
    count = subprocess.run(["wc", str(folder / "a")], capture_output=True, text=True, check=True).stdout.split()
    assert re.search(rf"^ *{count[0]} +{count[1]} +{count[2]} a$", told, re.MULTILINE), told
    assert text + "end\n" in told
    assert "cat: missing: no such file" in told
    assert "usage: sha256sum file..." in told


def test_without_files():
    run = ended_well(demo.boot("ls; cat a; poweroff"))
    assert "ls: no files" in run.output and "cat: a: no such file" in run.output


def test_damaged_archive(tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "a").write_bytes(b"a" * 2000)
    (folder / "b").write_bytes(b"b" * 2000)
    whole = demo.archive(folder, tmp_path / "whole.tar").read_bytes()
    cut = tmp_path / "cut.tar"
    cut.write_bytes(whole[:len(whole) - 10240 + 5000] if len(whole) > 10240 else whole[:5000])
    run = ended_well(demo.boot("ls; sha256sum a; poweroff", initrd=cut))
    assert "the archive is damaged after this" in run.output
    assert hashlib.sha256(b"a" * 2000).hexdigest() in run.output


def test_uptime_knows_the_date():
    run = ended_well(demo.boot("uptime; poweroff"))
    up, date = re.search(r"up (\d+\.\d{3}) s; (.*)", run.output).groups()
    assert 0 < float(up) < run.seconds + 1
    assert abs(calendar.timegm(time.strptime(date.strip())) - time.time()) < run.seconds + 5


def test_why_and_provoke():
    run = ended_well(demo.boot("why; provoke; why 3; poweroff"))
    assert "nothing was refused yet" in run.output
    assert "WAS ALLOWED" not in run.output
    assert "Everything was refused, and the demo is still here." in run.output
    assert re.search(r"^pin a page I can write to as a page table +E\w+\n#\d+ at \d+ us, ip [0-9a-f]{8}: mmuext_op ",
                     run.output, re.MULTILINE), run.output
    assert 'is in use as type "writable page" and cannot be type "L1 table"' in run.output, run.output


def test_traps_counts():
    run = ended_well(demo.boot("traps; cost; traps; poweroff"))
    counts = [int(n) for n in re.findall(r"^ *(\d+)  hypercalls ", run.output, re.MULTILINE)]
    bounced = [int(n) for n in re.findall(r"^ *(\d+)  traps_bounced ", run.output, re.MULTILINE)]
    # cost makes 200 calls for each of several rows, and as many undefined instructions.
    assert len(counts) == 2 and counts[1] - counts[0] > 1600, run.output
    assert len(bounced) == 2 and bounced[1] - bounced[0] >= 200, run.output


def test_cost_is_exact_under_icount():
    """With icount a tick is an instruction: the least figures are equal from run to run."""
    tables = []
    for _ in range(2):
        run = ended_well(demo.boot("cost; poweroff", extra=["-icount", "shift=0,sleep=off"]))
        tables.append(re.findall(r"^(\S.*?) +(\d+) +\d+$", demo.answers(run), re.MULTILINE))
    assert tables[0] == tables[1]
    figures = {name: int(least) for name, least in tables[0]}
    assert len(figures) >= 10, figures
    assert 0 < figures["a function call"] < figures["hypercall that does nothing (xen_version)"] < 1000, figures


def test_editing_a_line():
    """Backspace, Ctrl-A, Ctrl-E, Ctrl-U, Ctrl-W, arrows and history work on the console."""
    run = demo.boot(feed=[(demo.PROMPT, "helpp\x7f\r"), ("cost .*\n", ""), (demo.PROMPT, "xuptim\x05e\x01\x1b[3~\r"),
                          (r"up \d", ""), (demo.PROMPT, "garbage here\x15\x1b[A\r"), (r"up \d", ""),
                          (demo.PROMPT, "poweroff nonsense\x17\r")])
    ended_well(run)
    assert len(re.findall(r"^up \d", run.output, re.MULTILINE)) == 2
    assert "no such command" not in run.output


def test_unknown_command():
    run = ended_well(demo.boot("frobnicate 1; ; 'poweroff'"))
    assert "frobnicate: no such command" in run.output


def make_run(*settings, **options):
    return subprocess.run(["make", "--no-print-directory", "run", *settings], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False, **options)


def test_make_run_with_commands(tmp_path):
    content = random.randbytes(100000)
    (tmp_path / "a").write_bytes(content)
    (tmp_path / "x,y").write_bytes(b"comma")
    run = make_run(f"FILES={tmp_path}", "CMD=sha256sum a x,y; poweroff")
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{hashlib.sha256(content).hexdigest()}  a" in run.stdout.replace("\r", "")
    assert f"{hashlib.sha256(b'comma').hexdigest()}  x,y" in run.stdout.replace("\r", "")


def test_make_run_shows_the_docs():
    run = make_run("CMD=ls; poweroff")
    assert run.returncode == 0 and "getting-started.md" in run.stdout


def test_make_run_without_the_folder():
    run = make_run("FILES=/no/such/folder")
    assert run.returncode != 0 and "FILES=/no/such/folder is not a folder" in run.stderr


def test_start_to_prompt():
    """0.6 s from starting QEMU to the prompt; the best of ten, since other tests run beside this one."""
    best = min(demo.boot(until=demo.PROMPT).seconds for _ in range(10))
    print(f"start to prompt: {best:.2f} s")
    assert best < 0.6
