# SPDX-License-Identifier: MIT
"""Prints what the hot paths cost, in instructions, beside the goal and what Xen 4.17 takes for the same kernel.

Boots tests/bench under `-icount shift=0,sleep=off`, where a tick of the time-stamp counter is one instruction. The
figures are exact: a different one means different code. `--write` puts them into docs/cost-lab.md, and a test fails
when that page promises less than is true.
"""

import os
import pathlib
import re
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import machine  # noqa: E402  (the path above is where it is)

# key, what it is, goal, Xen 4.17 (release build with 32-bit PV, this kernel, counted the same way)
ROWS = [
    ("null", "null hypercall (xen_version)", 80, 313),
    ("multicall", "multicall of 64, each null entry", 40, 213),
    ("va_same", "update_va_mapping, same mapping, INVLPG", 160, 707),
    ("va_protect", "update_va_mapping, RW to RO or back", 200, 999),
    ("va_map", "update_va_mapping, unmap or map", 190, 869),
    ("mmu_one", "mmu_update, one entry", 180, 814),
    ("mmu_batch", "mmu_update, each entry of a batch of 128", 100, 663),
    ("pte_write", "trapped and emulated PTE write", 400, 1763),
    ("pin", "pin and unpin an empty L1 table", 2600, 19184),
    ("invlpg", "INVLPG of one address (mmuext_op)", 110, 655),
    ("flush", "TLB flush, local", 110, 665),
    ("new_root", "new_baseptr, same table", 180, 1006),
    ("stack_switch", "stack_switch", 75, 290),
    ("task_switch", "fpu_taskswitch", 75, 284),
    ("set_timer", "set_timer_op", 150, 418),
    ("descriptor", "update_descriptor", 150, 646),
    ("read_cr0", "emulated read of CR0", 250, 1558),
    ("clts", "emulated CLTS", 230, 1419),
    ("cpuid", "CPUID with the forced-emulation prefix", 200, 446),
    ("rdmsr", "emulated RDMSR (EFER)", 250, 1446),
    ("undefined", "#UD: the guest's handler and back", 260, 853),
    ("user", "into ring 3 by iret, INT back", 250, 791),
    ("send", "event channel send (upcall masked)", 150, 438),
    ("yield", "sched_op yield, alone", 250, 2066),
    ("grant_copy_64", "grant copy, 64 bytes", 350, 1863),
    ("grant_copy_4096", "grant copy, 4096 bytes", 880, 2367),
    ("grant_map", "grant map and unmap, together", 700, 2935),
    ("round_trip", "event to another domain and back", 2000, 10696),
]

PAGE = "docs/cost-lab.md"
TABLE = r"<!-- figures -->\n(.*?)\n<!-- end -->"


def code_lines(folder):
    """Lines that are neither blank nor comment, roughly: what opens with a comment counts as one."""
    count, inside = 0, False
    for path in pathlib.Path(folder).rglob("*.[chS]"):
        for line in path.read_text(encoding="utf-8").split("\n"):
            text = line.strip()
            if inside:
                inside = "*/" not in text
            elif text.startswith("/*"):
                inside = "*/" not in text
            elif text and not text.startswith("//"):
                count += 1
    return count


def start_to_first_line():
    """Seconds from starting QEMU to the guest's first line, best of five; not under icount."""
    kernel = os.path.join(machine.BUILD, "tests/guest/hello/kernel")
    return min(machine.boot(kernel, memory=512, until="^hello").seconds for _ in range(5))


def count():
    """What each row takes now, by key, and the run."""
    run = machine.boot(os.path.join(machine.BUILD, "tests/bench/kernel"), limit=120, memory=512, options="dom0_mem=256M",
                       extra=["-icount", "shift=0,sleep=off"], until=r"^bench: done$")
    return {key: int(value) for key, value in re.findall(r"^bench (\w+) (\d+)$", run.output, re.MULTILINE)}, run


def on_the_page():
    """The figures in docs/cost-lab.md, by key."""
    named = {what: key for key, what, _, _ in ROWS}
    with open(PAGE, encoding="utf-8") as file:
        table = re.search(TABLE, file.read(), re.DOTALL).group(1)
    return {named[what]: int(figure) for what, figure in re.findall(r"^\| (.*?) \| (\d+) \|", table, re.MULTILINE)}


def write(figures):
    lines = ["| operation | Ringlet | Xen 4.17 | goal |", "| --- | ---: | ---: | ---: |"]
    lines += [f"| {what} | {figures[key]} | {reference} | {goal} |" for key, what, goal, reference in ROWS]
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(re.sub(TABLE, lambda _: "<!-- figures -->\n" + "\n".join(lines) + "\n<!-- end -->", page, flags=re.DOTALL))


def main():
    began = time.monotonic()
    figures, run = count()
    beyond = 0
    print(f"{'instructions, the guest included':<44} {'Ringlet':>8} {'goal':>8} {'Xen 4.17':>9}")
    for key, what, goal, reference in ROWS:
        found = figures.get(key)
        over = found is None or found > goal
        beyond += over
        print(f"{what:<44} {'-' if found is None else found:>8} {goal:>8} {reference:>9}{'  beyond the goal' if over else ''}")
    if len(figures) < len(ROWS) or run.timed_out or run.trouble:
        print(f"\nNot all rows could be counted:\n{run.output}")
        return 1
    if "--write" in sys.argv:
        write(figures)
    print()
    print(f"{'start of QEMU to the guest (TCG), seconds':<44} {start_to_first_line():>8.2f} {0.40:>8.2f} {1.10:>9.2f}")
    print(f"{'image, bytes':<44} {os.path.getsize(machine.RINGLET):>8} {256 * 1024:>8} {2500000:>9}")
    print(f"{'lines of code in ring 0':<44} {code_lines('hypervisor'):>8} {9000:>8} {251000:>9}")
    halved = sum(figures[key] <= reference / 2 for key, _, _, reference in ROWS)
    print(f"\n{len(ROWS) - beyond} of {len(ROWS)} within their goals, {halved} at most half of Xen's ({time.monotonic() - began:.1f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
