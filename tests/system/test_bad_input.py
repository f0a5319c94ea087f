# SPDX-License-Identifier: MIT
"""Bad input gets one clear sentence and a stop, and never a triple fault.

With `noreboot` the hypervisor halts after it has spoken, so a machine that ends by itself is one that was reset:
QEMU is told to end on a reset.
"""

import gzip
import os
import re
import struct
import subprocess

import pytest

import machine

HELLO = os.path.join(machine.BUILD, "tests/guest/hello/kernel")
SENTENCE = r"^\(ringlet\) cannot start: (.+)$"


def refused(kernel, expected, options="", **more):
    """There must be exactly one sentence, and the machine must stand still after it."""
    run = machine.boot(kernel, limit=3, options="noreboot " + options, **more)
    sentences = re.findall(SENTENCE, run.output, re.MULTILINE)
    assert len(sentences) == 1, run.output
    assert run.timed_out, "the machine was reset" + run.output
    assert "PANIC" not in run.output and "TEST RESULT" not in run.output, run.output
    assert re.search(expected, sentences[0], re.IGNORECASE), sentences[0]
    assert sentences[0].rstrip().endswith("."), sentences[0]


def written(path, data):
    path.write_bytes(data)
    return path


def program_header(elf, number=0):
    """Offset of a 32-bit program header."""
    return struct.unpack_from("<I", elf, 28)[0] + 32 * number


@pytest.fixture(name="hello")
def _hello():
    with open(HELLO, "rb") as file:
        return file.read()


def test_no_module():
    refused(None, "no kernel")


@pytest.mark.parametrize("size", [0, 1, 4, 51, 52, 100, 1000, 5000])
def test_truncated_elf(tmp_path, hello, size):
    refused(written(tmp_path / "kernel", hello[:size] or b"\0"), "ELF|cut|trunc|end|short|image|file")


def test_not_an_elf(tmp_path):
    refused(written(tmp_path / "kernel", b"This is a text file.\n" * 500), "ELF")


def test_an_elf_without_notes(tmp_path):
    source = tmp_path / "plain.c"
    source.write_text("void _start(void) { for (;;) ; }")
    subprocess.run(["clang", "--target=i686-unknown-none-elf", "-c", "-o", tmp_path / "plain.o", source], check=True)
    subprocess.run(["ld.lld", "-m", "elf_i386", "-o", tmp_path / "plain", tmp_path / "plain.o"], check=True)
    refused(tmp_path / "plain", "note|PV|Xen")


def test_a_64_bit_kernel(tmp_path):
    source = tmp_path / "wide.c"
    source.write_text("void _start(void) { for (;;) ; }")
    subprocess.run(["clang", "--target=x86_64-unknown-none-elf", "-c", "-o", tmp_path / "wide.o", source], check=True)
    subprocess.run(["ld.lld", "-o", tmp_path / "wide", tmp_path / "wide.o"], check=True)
    refused(tmp_path / "wide", "64-bit|x86-64")


def test_a_kernel_for_another_machine(tmp_path, hello):
    refused(written(tmp_path / "kernel", hello[:18] + struct.pack("<H", 40) + hello[20:]), "machine|processor|x86|i386|386")


@pytest.mark.parametrize("bytes_in_memory", [0x20000000, 0x7fffffff, 0xffffffff])
def test_a_kernel_too_large(tmp_path, hello, bytes_in_memory):
    changed = bytearray(hello)
    count = struct.unpack_from("<H", hello, 44)[0]
    loads = [n for n in range(count) if struct.unpack_from("<I", hello, program_header(hello, n))[0] == 1]
    struct.pack_into("<I", changed, program_header(hello, loads[-1]) + 20, bytes_in_memory)
    refused(written(tmp_path / "kernel", bytes(changed)), "large|memory|fit|overlap|segment|lies|reaches")


def test_too_little_memory_asked_for(tmp_path):
    run = machine.boot(HELLO, limit=4, options="noreboot dom0_mem=64K")
    assert len(re.findall(SENTENCE, run.output, re.MULTILINE)) == 1 and run.timed_out, run.output


def test_an_initrd_too_large(tmp_path):
    initrd = tmp_path / "initrd"
    with open(initrd, "wb") as file:
        file.truncate(70 << 20)
    refused(HELLO, "memory|large|fit", initrd=initrd, options="dom0_mem=64M")


@pytest.mark.parametrize("word", ["bogus", "bogus=1", "console=vga", "com1=fast", "dom0_mem=lots", "maxcpus=none",
                                  "x" * 300])
def test_a_bad_option_is_named_and_passed_over(word):
    run = machine.boot(HELLO, options=word)
    assert run.result == "success" and not run.timed_out, run.output
    assert re.search(rf"option.*{word[:40]}", run.output), run.output


def test_a_gzip_kernel(tmp_path, hello):
    run = machine.boot(written(tmp_path / "kernel.gz", gzip.compress(hello)))
    assert run.result == "success" and not run.timed_out, run.output


@pytest.mark.parametrize("damage", ["truncated", "checksum", "stream", "length"])
def test_a_damaged_gzip_kernel(tmp_path, hello, damage):
    packed = bytearray(gzip.compress(hello))
    if damage == "truncated":
        packed = packed[:len(packed) // 2]
    else:
        packed[{"checksum": -8, "length": -4, "stream": len(packed) // 2}[damage]] ^= 0x55
    refused(written(tmp_path / "kernel.gz", bytes(packed)), "gzip|packed")
