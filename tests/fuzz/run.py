# SPDX-License-Identifier: MIT
"""
usage: tests/fuzz/run.py SECONDS [fuzz_NAME ...]

Runs the fuzzers, as many at a time as there are processors, each for SECONDS. What they learn is kept in
$BUILD/tests/fuzz/corpus and built upon the next time; an input that breaks something is kept in
$BUILD/tests/fuzz/found, and the program given that file shows it again.
"""

import concurrent.futures
import gzip
import os
import pathlib
import random
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("BUILD", "build"))
FOLDER = BUILD / "tests/fuzz"
MADE = 48  # seeds of random bytes: all but the parsers of files find a meaning in any


def names():
    return sorted(source.stem for source in (TOP / "tests/fuzz").glob("fuzz_*.c"))


def seeds(name):
    """What to begin with: files of the kind a parser is for, else bytes that are the same on every machine."""
    if name == "fuzz_elf_image":
        yield (BUILD / "tests/guest/hello/kernel").read_bytes()
    elif name == "fuzz_inflate":
        for level in (0, 1, 9):
            yield gzip.compress((TOP / "README.md").read_bytes(), level)
            yield gzip.compress(bytes(5000), level)
    elif name == "fuzz_http":
        for request in (b"GET /a%20b?q HTTP/1.1\r\nHost: h\r\nRange: bytes=2-4\r\n\r\n",
                        b"PUT /k HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
                        b"PUT /k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"):
            for step in (b"\x01", b"\x07", b"\xff"):
                yield step + request + request
    else:
        chance = random.Random(name)
        for _ in range(MADE):
            yield chance.randbytes(chance.randrange(20, 600))


def make_seeds(name, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(seeds(name)):
        (folder / f"seed{number:02}").write_bytes(content)
    return folder


def run(name, corpus, *options, timeout=None):
    """One fuzzer on one folder of inputs; its exit status is not 0 when it found something."""
    found = FOLDER / "found"
    found.mkdir(parents=True, exist_ok=True)
    return subprocess.run([FOLDER / name, f"-artifact_prefix={found}/{name}-", *options, corpus], capture_output=True,
                          text=True, errors="replace", timeout=timeout, check=False,
                          env={**os.environ, "LLVM_PROFILE_FILE": "/dev/null"})


def main():
    seconds, chosen = int(sys.argv[1]), sys.argv[2:] or names()
    unknown = sorted(set(chosen) - set(names()))
    if unknown:
        sys.exit(f"no such fuzzer: {' '.join(unknown)}; there are {' '.join(names())}")

    def one(name):
        corpus = make_seeds(name, FOLDER / "corpus" / name)
        return name, run(name, corpus, f"-max_total_time={seconds}", "-max_len=65536", "-print_final_stats=1")

    failed = 0
    jobs = os.cpu_count() or 1
    print(f"{len(chosen)} fuzzers, {jobs} at a time, {seconds} s each", flush=True)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for name, outcome in pool.map(one, chosen):
            runs = re.search(r"number_of_executed_units: *(\d+)", outcome.stderr)
            reached = re.findall(r"cov: (\d+)", outcome.stderr)
            verdict = "found nothing" if outcome.returncode == 0 else "FOUND SOMETHING"
            print(f"  {name:24} {runs[1] if runs else '?':>9} inputs, {reached[-1] if reached else '?':>5} places"
                  f" reached: {verdict}", flush=True)
            if outcome.returncode:
                failed += 1
                print(outcome.stderr[-6000:], flush=True)
                print(f"The input is in {FOLDER}/found; `{FOLDER}/{name} FILE` shows it again.", flush=True)
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
