# SPDX-License-Identifier: MIT
"""The root domain: creates domains from an archive, looks after them, and answers at its shell."""

import json
import os
import re
import subprocess

import pytest

import domains
import machine

PCI_FRONT = os.path.join(machine.BUILD, "tests/guest/pci_front/kernel")
GRUB = os.path.join(machine.BUILD, "grub-xen/usr/lib/grub-xen/grub-i386-xen.bin")


def config(name, extra, memory=4, **keys):
    more = "".join(f"{key} = {value!r}\n" for key, value in keys.items())
    return f"name = '{name}'\nkernel = 'ends'\nmemory = {memory}\nextra = '{extra}'\n{more}"


def files(*configs):
    return {"ends": domains.ENDS} | {re.search(r"name = '(.*?)'", text)[1] + ".cfg": text for text in configs}


def ended_well(run):
    assert not run.timed_out and not run.broken and run.status == 0, run.output
    return domains.answers(run)


def times_out(text):
    """Without what differs from run to run: processor times, at the ends of lines."""
    return re.sub(r" +\d+\.\d$", " T", text, flags=re.MULTILINE)


def test_list_and_log(tmp_path):
    run = domains.boot(tmp_path, files(config("a", "echo", 4), config("b", "echo x", 8, maxmem=9)),
                       "wait 2s; list; list b; console --log b; poweroff")
    assert times_out(ended_well(run)) == """\
Name                        ID    Mem  VCPUs    State T
Domain-0                     0     64      1   r----- T
a                            1      4      1   ------ T
b                            2      8      1   ------ T
Name                        ID    Mem  VCPUs    State T
b                            2      8      1   ------ T
this domain has 8 MiB; its command line: echo x
TEST RESULT: success
""".replace("State T", "State   Time(s)")


def test_list_as_json(tmp_path):
    run = domains.boot(tmp_path, files(config("a", "echo", vcpus=2)), "wait 2s; list --json; uptime --json; poweroff")
    lists = [json.loads(part) for part in re.findall(r"^\[.*?\]$", ended_well(run), re.MULTILINE | re.DOTALL)]
    assert [{key: domain[key] for key in ("name", "id", "memory_mib")} for domain in lists[0]] == [
        {"name": "Domain-0", "id": 0, "memory_mib": 64}, {"name": "a", "id": 1, "memory_mib": 4}]
    assert lists[0][0]["state"] == "running" and lists[0][0]["cpu_seconds"] > 0
    assert 0.5 < lists[1][1]["uptime_seconds"] < 60


def test_info_and_empty_listings(tmp_path):
    told = ended_well(domains.boot(tmp_path, files(), "info; info --json; block-list; network-list --json; ls; poweroff"))
    assert re.search(r"^hypervisor +: Ringlet$", told, re.MULTILINE), told
    facts = json.loads(re.search(r"^\{.*\}$", told, re.MULTILINE)[0])
    assert facts["capabilities"] == "xen-3.0-x86_32p" and facts["processors"] == 1
    assert 250 <= facts["total_memory_mib"] <= 256 and 100 < facts["free_memory_mib"] < 192, facts
    assert re.search(r"^Domain +Vdev Name +RW State BE +Target$", told, re.MULTILINE), told
    assert re.search(r"^\[\]$", told, re.MULTILINE) and re.search(r"^ *\d+ ends$", told, re.MULTILINE), told


def test_create_and_destroy(tmp_path):
    told = ended_well(domains.boot(tmp_path, files(config("a", "echo")) | {"no.cfg": "name = 'no'\nkernel = 'x'\n"},
                                   "create a.cfg; create a.cfg; create no.cfg; create none; list; destroy a; destroy a; "
                                   "destroy 0; list; create -p a.cfg; wait 2s; list; unpause a; unpause a; wait 2s; "
                                   "console --log a; pause a; list a; poweroff", words="nocreate"))
    assert times_out(told) == """\
a is domain 1
create: there is a domain called a already.
create: the kernel x is not in the boot archive.
create: there is no file none in the boot archive.
Name                        ID    Mem  VCPUs    State   Time(s)
Domain-0                     0     64      1   r----- T
a                            1      4      1   ------ T
destroy: there is no domain a.
destroy: Domain-0 is the root domain itself.
Name                        ID    Mem  VCPUs    State   Time(s)
Domain-0                     0     64      1   r----- T
a is domain 2, paused
Name                        ID    Mem  VCPUs    State   Time(s)
Domain-0                     0     64      1   r----- T
a                            2      4      1   --p--- T
unpause: a is not paused.
this domain has 4 MiB; its command line: echo
TEST RESULT: success
Name                        ID    Mem  VCPUs    State   Time(s)
a                            2      4      1   --p--- T
"""


@pytest.mark.parametrize("how,key,action,told,left", [
    ("poweroff", "on_poweroff", "destroy", "a (domain 1) powered off: destroy.", []),
    ("poweroff", "on_poweroff", "preserve", "a (domain 1) powered off: preserve.", [("a", 1, "---s--")]),
    ("crash", "on_crash", "preserve", "a (domain 1) crashed: preserve.", [("a", 1, "---sc-")]),
    ("crash", "on_crash", "destroy", "a (domain 1) crashed: destroy.", []),
    ("reboot", "on_reboot", "destroy", "a (domain 1) rebooted: destroy.", []),
])
def test_what_ends_do(tmp_path, how, key, action, told, left):
    run = domains.boot(tmp_path, files(config("a", how, **{key: action})), "wait a; list; poweroff")
    text = ended_well(run)
    assert text.startswith(told + "\n"), text
    found = re.findall(r"^(\w\S*) +(\d+) .* ([-rbpscd]{6}) ", text, re.MULTILINE)
    assert [(name, int(domid), state) for name, domid, state in found][1:] == left, text


def test_restart_not_for_ever(tmp_path):
    """A domain that ends at once is restarted a few times, each time a new one, and then left alone."""
    run = domains.boot(tmp_path, files(config("a", "reboot")), "wait a; console --log a; list; poweroff")
    text = ended_well(run)
    assert text.count("rebooted: restart.") == 4, text
    assert "a (domain 5) rebooted again; it ended 5 times within a second of its start, so it stays as it is." in text
    assert text.count("this domain has 4 MiB") == 5, "the console's history lives on"
    assert re.search(r"^a +5 +4 +1 +---s-- ", text, re.MULTILINE), text


def test_rename_restart(tmp_path):
    run = domains.boot(tmp_path, files(config("a", "crash", on_crash="rename-restart")), "wait 2s; list; poweroff")
    assert re.search(r"^a-1 +1 .*---sc-.*\na-2 +2 ", ended_well(run), re.MULTILINE), run.output


def test_console(tmp_path):
    """Attached, a console takes all keys but Ctrl-]; what it printed before is shown first."""
    run = domains.boot(tmp_path, files(config("a", "echo")), feed=[
        (domains.PROMPT, "console a\r"), (r"TEST RESULT", "hello"), ("hello", "\x1d"), (domains.PROMPT, "rename a b\r"),
        (domains.PROMPT, "console b\r"), (r"Ctrl-\] leaves", "again!"), ("powered off", ""), (domains.PROMPT, "poweroff\r")])
    text = ended_well(run)
    assert "This is the console of a; Ctrl-] leaves it.\nthis domain has 4 MiB" in text, text
    assert "TEST RESULT: success\nhello\n" + domains.PROMPT in text
    assert "This is the console of b; Ctrl-] leaves it.\nagain!\n" in text
    assert "b (domain 1) powered off: destroy." in text


def test_store(tmp_path):
    told = ended_well(domains.boot(tmp_path, files(config("a", "echo")),
                                   "store read /local/domain/1/name; rename a b; store read /local/domain/1/name; "
                                   "store write /x/y 'a b'; store ls /x; store ls --json /x; store rm /x; store ls /x; "
                                   "store read x//y; shutdown b; store read /local/domain/1/control/shutdown; destroy b; "
                                   "store ls /local; poweroff"))
    assert told == """\
a
b
y = "a b"
[{"path": "/x/y", "value": "a b"}]
store: there is no node /x.
store: x//y is no path that the store allows.
poweroff
domain = ""
 0 = ""
  domid = "0"
  name = "Domain-0"
"""


def test_store_watch(tmp_path):
    run = domains.boot(tmp_path, files(config("a", "echo")), feed=[
        (domains.PROMPT, "store watch /local/domain/1/name\r"), (r'name = "a"', "x"),
        (domains.PROMPT, "poweroff\r")])
    assert 'Any key ends this.\n/local/domain/1/name = "a"\n' in ended_well(run), run.output


def test_refusals_of_another_domain(tmp_path):
    told = ended_well(domains.boot(tmp_path, files(config("a", "refused echo")), "why 0; wait 2s; why a; poweroff"))
    assert told.startswith("0 was refused nothing.\n"), told
    assert re.search(r"^#1 at \d+ us, ip [0-9a-f]{8}: sched_op: ENOSYS$", told, re.MULTILINE), told


def test_dmesg(tmp_path):
    told = domains.boot(tmp_path, files(), "dmesg; poweroff").output.split("dmesg; poweroff\n")[1]
    assert "Ringlet, a paravirtualized microhypervisor" in told, told


def test_bad_configurations_are_told(tmp_path):
    bad = {"one.cfg": "name = 'one'\nkernel = 'ends'\nvfb = []\nmemory = 'x'\n", "two.cfg": "name = 'two'\nkernel = 'boot'\n",
           "boot": "this is no kernel\n", "big.cfg": config("big", "", 4000)}
    text = domains.boot(tmp_path, files(config("a", "echo")) | bad, "list a; poweroff").output
    for sentence in ("one.cfg:3: vfb: this key is not known here and has no effect.",
                     "one.cfg:4: memory: the value should be a number.", "one.cfg was not understood.",
                     "two was not created: the kernel is not an ELF file; a PV kernel's ELF image is needed, plain or gzip.",
                     "big was not created: there are no 4000 MiB of memory free."):
        assert sentence in text.split("\n"), text
    assert re.search(r"^a +\d+ +4 ", text, re.MULTILINE), text


def test_packed_kernel(tmp_path):
    packed = tmp_path / "ends.gz"
    with open(packed, "wb") as out:
        subprocess.run(["gzip", "-c", domains.ENDS], stdout=out, check=True)
    run = domains.boot(tmp_path, {"a.cfg": config("a", "echo"), "ends": str(packed)}, "wait 2s; console --log a; poweroff")
    assert "this domain has 4 MiB; its command line: echo" in ended_well(run)


def test_unknown_commands_and_wrong_words(tmp_path):
    told = ended_well(domains.boot(tmp_path, files(), "frobnicate; destroy; list a b; help wait; poweroff"))
    assert told == """\
frobnicate: there is no such command; help lists them.
usage: destroy DOM
usage: list [--json] [DOM]
  wait          DOM | 5s                 go on when a domain has ended, or later; any key ends it
"""


def test_many_domains_leave_nothing(tmp_path):
    """Created and destroyed again and again; the free memory is the same after them."""
    once = "create a.cfg; destroy a; "
    told = ended_well(domains.boot(tmp_path, files(config("a", "echo")),
                                   once * 3 + "info --json; " + once * 30 + "info --json; poweroff", words="nocreate"))
    before, after = [json.loads(line)["free_memory_mib"] for line in re.findall(r"^\{.*\}$", told, re.MULTILINE)]
    assert told.count("a is domain") == 33 and before == after, told


def test_make_run_domains():
    run = subprocess.run(["make", "--no-print-directory", "run-domains", "CMD=wait 2s; list; console --log demo; poweroff"],
                         stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0 and "Ringlet demo: a unikernel on Ringlet" in run.stdout, run.stdout + run.stderr


def test_grub(tmp_path):
    """Debian's GRUB for Xen, unchanged: reaches its prompt over our console and answers there."""
    boot = {"grub.cfg": "name = 'grub'\nkernel = 'grub'\nmemory = 64\n", "grub": GRUB}
    run = domains.boot(tmp_path, boot, memory=512, limit=120, feed=[
        (domains.PROMPT, "console grub\r"), (r"^grub> ", "echo I am ${grub_cpu}-$grub_platform\r"),
        ("I am i386-xen", "\x1d"), (domains.PROMPT, "why grub; poweroff\r")])
    assert "grub was refused nothing." in ended_well(run), run.output


def test_driver_domain_and_its_device(tmp_path):
    """A device's registers, messages and configuration space are its driver domain's, as far as they may be."""
    driver = ("name = 'driver'\nkernel = 'front'\nmemory = 8\ndriver = 'block'\ndevice = ['00:02.0']\n"
              "on_poweroff = 'preserve'\n")
    run = domains.boot(tmp_path, {"front": PCI_FRONT, "driver.cfg": driver},
                       "wait driver; console --log driver; why driver; create driver.cfg; destroy driver; "
                       "create driver.cfg; wait driver; console --log driver; poweroff",
                       extra=["-device", "virtio-rng-pci,disable-legacy=on"])
    text = ended_well(run)
    told = """\
connected to /local/domain/0/backend/pci/{}/0
the device is 10441af4
another device: -1
beyond the space: -2
not aligned: -2
no such command: -4
move a BAR: -3
command: 107
write it: 0
command: 507
its registers: 0
device's status: 0
before them: -1
a message: 0
bind it: 0
too many: -5
"""
    assert told.format(1) in text, text
    assert told.format(2) in text, text


def test_device_that_is_not_there(tmp_path):
    driver = "name = 'driver'\nkernel = 'ends'\nmemory = 8\ndriver = 'block'\ndevice = ['00:1f.7']\n"
    told = ended_well(domains.boot(tmp_path, files() | {"driver.cfg": driver}, "create driver.cfg; list driver; poweroff",
                                   words="nocreate"))
    assert told == "create: there is no PCI device 0000:00:1f.7.\nlist: there is no domain driver.\n"


def test_devices_and_their_backends(tmp_path):
    """A domain with devices runs when its backends wait for it; a driver domain that comes back gets its clients again."""
    driver = ("name = 'driver'\nkernel = 'ends'\nmemory = 4\nextra = 'echo'\ndriver = 'block'\ndevice = ['00:02.0']\n")
    client = config("a", "echo", disk="tar:files.tar,xvda,r", uuid="0" * 32)
    backend = "/local/domain/1/backend/vbd/2/51712"
    run = domains.boot(tmp_path, files(client) | {"driver.cfg": driver},
                       f"list a; block-list; store ls {backend}; store write {backend}/state 2; wait 2s; list a; "
                       "destroy driver; create driver.cfg; store ls /local/domain/2/device; block-list --json; "
                       "destroy a; store ls /local/domain/3/backend; poweroff",
                       extra=["-device", "virtio-rng-pci,disable-legacy=on"])
    assert times_out(ended_well(run)) == """\
Name                        ID    Mem  VCPUs    State   Time(s)
a                            2      4      1   --p--- T
Domain                         Vdev Name   RW State BE           Target
a                             51712 xvda   r      1 driver       files.tar
bootable = "1"
dev = "xvda"
device-type = "disk"
discard-enable = "0"
format = "tar"
frontend = "/local/domain/2/device/vbd/51712"
frontend-id = "2"
mode = "r"
online = "1"
params = "files.tar"
removable = "0"
state = "1"
type = "phy"
Name                        ID    Mem  VCPUs    State   Time(s)
a                            2      4      1   ------ T
driver is domain 3
vbd = ""
 51712 = ""
  backend = "/local/domain/3/backend/vbd/2/51712"
  backend-id = "3"
  device-type = "disk"
  state = "1"
  virtual-device = "51712"
[{"domain": "a", "number": 51712, "vdev": "xvda", "access": "ro", "state": 1, "backend": "driver", "target": "files.tar"}]
vbd = ""
"""


def test_no_backend(tmp_path):
    told = ended_well(domains.boot(tmp_path, files(config("a", "", disk="x,raw,xvda,w")) | {
        "b.cfg": config("b", "", vif="backend=net")}, "create a.cfg; create b.cfg; list b; poweroff", words="nocreate"))
    assert told == ("create: there is no block domain to serve its xvda.\n"
                    "create: there is no domain called net to serve its network.\nlist: there is no domain b.\n")
