# SPDX-License-Identifier: MIT
"""abi/ says what Xen's public headers say, for both guest widths, and the comparison would notice if it did not."""

import pathlib
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import compare  # noqa: E402


@pytest.fixture(scope="module")
def exclusions():
    return compare.Exclusions()


def test_equals_reference(exclusions):
    assert compare.REFERENCE.is_dir(), "the reference headers are missing: install libxen-dev"
    for width in (32, 64):
        result = compare.compare(width, exclusions=exclusions)
        print(result.summary())
        assert not result.findings(), "\n".join(result.findings())
        # A comparison that loses sight of the reference must not pass.
        assert result.counts["constant"] > 900 and result.counts["member"] > 1400
    assert not exclusions.stale(), "exclusions that match nothing: " + ", ".join(exclusions.stale())


BREAKS = [
    ("mmu.h", "#define MMUEXT_SET_LDT 13", "#define MMUEXT_SET_LDT 14", "DIFFERENT constant MMUEXT_SET_LDT"),
    ("sched.h", "#define SCHEDOP_poll 3\n", "", "MISSING constant SCHEDOP_poll"),
    ("io_protocols.h", '"x86_64-abi"', '"x86-64-abi"', "DIFFERENT string XEN_IO_PROTO_ABI_X86_64"),
    ("version.h", "XEN_CHANGESET_INFO_LEN 64", "XEN_CHANGESET_INFO_LEN 32", "DIFFERENT type xen_changeset_info_t"),
    ("event_channel.h", "uint8_t _pad[7];", "uint8_t _pad[15];", "DIFFERENT structure evtchn_init_control"),
    ("vcpu.h", "    int32_t state; /* RUNSTATE_ */\n", "    int64_t state; /* RUNSTATE_ */\n",
     "DIFFERENT member vcpu_runstate_info.state"),
    # Right for the guest, wrong for a hypervisor of the other width.
    ("io_blkif.h", "    abi_u64_32 id; /* comes back in the response */", "    uint64_t id;",
     "DIFFERENT member seen from the other width blkif_request.id"),
]


def test_notices_what_is_broken(tmp_path):
    shutil.copytree(compare.TOP / "abi", tmp_path / "abi")
    types = tmp_path / "abi/types.h"
    # The headers' own assertions would stop the compiler first.
    types.write_text(types.read_text().replace("_Static_assert(", "_Static_assert(1 || "))
    for file, right, wrong, _ in BREAKS:
        header = tmp_path / "abi" / file
        assert right in header.read_text(), f"{file} no longer has: {right}"
        header.write_text(header.read_text().replace(right, wrong))
    findings = compare.compare(32, abi=tmp_path / "abi").findings()
    unnoticed = [expected for *_, expected in BREAKS if not any(f.startswith(expected) for f in findings)]
    assert not unnoticed, f"not noticed: {unnoticed}"


def test_own_assertions_stop_the_compiler(tmp_path):
    shutil.copytree(compare.TOP / "abi", tmp_path / "abi")
    header = tmp_path / "abi/memory.h"
    header.write_text(header.read_text().replace("uint32_t extent_order;", "uint64_t extent_order;"))
    with pytest.raises(RuntimeError, match="size of struct xen_memory_reservation_32"):
        compare.our_side(32, tmp_path / "abi")


@pytest.mark.parametrize("width", (32, 64))
def test_usable_from_assembly(width):
    """Each header leaves nothing but constants when an assembler reads it, and the constants are what they are in C."""
    headers = "".join(f"#include <abi/{path.name}>\n" for path in sorted((compare.TOP / "abi").glob("*.h")))
    source = headers + ".globl value\nvalue: .long __HYPERVISOR_mmuext_op, FLAT_KERNEL_CS, SIF_INITDOMAIN, UVMF_ALL\nXEN_CPUID\n"
    run = subprocess.run(["clang", f"-m{width}", f"-I{compare.TOP}", "-c", "-xassembler-with-cpp", "-", "-o", "/dev/null"],
                         input=source, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
