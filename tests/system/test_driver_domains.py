# SPDX-License-Identifier: MIT
"""Driver domains: real devices of the machine, served to other domains."""

import os
import random
import re

import domains
import machine

DISK = os.path.join(machine.BUILD, "driver-domains/disk/kernel")
CLIENT = os.path.join(machine.BUILD, "tests/guest/disk_client/kernel")
DRIVER = "name = 'driver'\nkernel = 'disk'\nmemory = 16\ndriver = 'block'\ndevice = ['00:04.0']\n"
PATTERN = bytes((i * 7 + i // 4096) % 256 for i in range(37 * 4096))


def fnv(data):
    total = 2166136261
    for byte in data:
        total = (total ^ byte) * 16777619 & 0xffffffff
    return total


def client(name, words, access="w"):
    return (f"name = '{name}'\nkernel = 'client'\nmemory = 8\nextra = '{words}'\ndisk = ['disk,raw,xvda,{access}']\n"
            "on_poweroff = 'preserve'\n")


def boot(folder, clients, commands, image):
    files = {"disk": DISK, "client": CLIENT, "driver.cfg": DRIVER} | clients
    extra = ["-drive", f"file={image},if=none,format=raw,id=d",
             "-device", "virtio-blk-pci,disable-legacy=on,drive=d,addr=4"]
    run = domains.boot(folder, files, commands, words="nocreate", extra=extra)
    assert not run.timed_out and not run.broken and run.status == 0, run.output
    return domains.answers(run)


def make_image(folder):
    data = random.Random(1).randbytes(1 << 20)
    image = folder / "disk.img"
    image.write_bytes(data)
    return image, data


def test_disk(tmp_path):
    """One client writes what the host then finds in the file; two more, one of them read-only, see it too."""
    image, before = make_image(tmp_path)
    told = boot(tmp_path, {"a.cfg": client("a", "at=3"), "b.cfg": client("b", "keep at=100"), "c.cfg": client("c", "read", "r")},
                "create driver.cfg; create a.cfg; wait a; console --log a; create b.cfg; wait b; console --log b; "
                "create c.cfg; wait c; console --log c; why driver; console --log driver; poweroff", image)
    once = bytearray(before)
    once[3 * 4096:40 * 4096] = PATTERN
    twice = bytearray(once)
    twice[100 * 4096:137 * 4096] = PATTERN
    assert re.findall(r"^sum (\w+)$", told, re.MULTILINE) == [f"{fnv(data):08x}" for data in (before, once, twice)], told
    assert told.count("2048 sectors of 512 bytes, flush\n") == 2, told
    assert told.count("written and read back\n") == 2 and told.count("TEST RESULT: success") == 3, told
    assert "driver was refused nothing." in told and "read only" in told, told
    assert image.read_bytes() == twice


def test_clients_at_once(tmp_path):
    image, before = make_image(tmp_path)
    told = boot(tmp_path, {f"{name}.cfg": client(name, f"keep at={page}") for name, page in (("a", 0), ("b", 40), ("c", 219))},
                "create driver.cfg; create a.cfg; create b.cfg; create c.cfg; wait a; wait b; wait c; "
                "console --log a; console --log b; console --log c; destroy a; destroy b; destroy c; "
                "console --log driver; poweroff", image)
    after = bytearray(before)
    for page in (0, 40, 219):
        after[page * 4096:(page + 37) * 4096] = PATTERN
    assert told.count("written and read back\n") == 3 and told.count("TEST RESULT: success") == 3, told
    assert image.read_bytes() == after


def test_driver_killed_under_load(tmp_path):
    """A driver domain that is killed and made anew: its client sees a pause, and not one wrong byte."""
    image, before = make_image(tmp_path)
    told = boot(tmp_path, {"a.cfg": client("a", "again=800 at=5")},
                "create driver.cfg; create a.cfg; wait 1s; destroy driver; wait 1s; list a; create driver.cfg; wait 1s; "
                "destroy driver; create driver.cfg; wait a; console --log a; console --log driver; poweroff", image)
    after = bytearray(before)
    after[5 * 4096:42 * 4096] = PATTERN
    sums = re.findall(r"^sum (\w+)$", told, re.MULTILINE)
    assert set(sums) == {f"{fnv(before):08x}"} and len(sums) == 801, told
    assert "written and read back\n" in told and "TEST RESULT: success" in told, told
    assert "a (domain 2) powered off" in told.split("driver is domain 4")[1], "it was over before the driver was killed"
    assert image.read_bytes() == after


def test_driver_of_another_device(tmp_path):
    """A driver domain that is given no disk says so and ends."""
    run = domains.boot(tmp_path, {"disk": DISK, "driver.cfg": DRIVER + "on_crash = 'preserve'\n"},
                       "wait driver; console --log driver; poweroff", extra=["-device", "virtio-rng-pci,disable-legacy=on,addr=4"])
    assert "there is no virtio disk: error -19" in domains.answers(run), run.output
