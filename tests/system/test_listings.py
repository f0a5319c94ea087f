# SPDX-License-Identifier: MIT
"""The listings in docs/ do what the text around them says, taken from the pages exactly as they stand."""

import os
import re
import subprocess

import machine


def listing(page, name, language):
    """The code block that follows `name` in a page."""
    with open(page, encoding="utf-8") as file:
        found = re.search(rf"`{re.escape(name)}`.*?\n```{language}\n(.*?)```", file.read(), re.DOTALL)
    assert found, f"{page} has no listing of {name}"
    return found.group(1)


def test_the_first_guest(tmp_path, top):
    source = listing("docs/first-guest.md", "hello.c", "c")
    makefile = listing("docs/first-guest.md", "Makefile", "make")
    assert len(source.splitlines()) < 30 and len(makefile.splitlines()) <= 5
    (tmp_path / "hello.c").write_text(source)
    (tmp_path / "Makefile").write_text(makefile)
    # The listing names Ringlet's place relative to itself; its build folder is the one under test.
    place = tmp_path / "ringlet"
    place.mkdir()
    for name in ("abi", "guestkit"):
        (place / name).symlink_to(top / name)
    (place / "build").symlink_to(os.path.abspath(machine.BUILD))
    built = subprocess.run(["make", "-C", str(tmp_path), f"RINGLET={place}"], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    run = machine.boot(tmp_path / "kernel")
    assert re.search(r"^Hello from ring 1\. I have \d+ pages of memory\.$", run.output, re.MULTILINE), run.output
    assert not run.timed_out and not run.trouble, run.output


def test_options_page_lists_them_all():
    """docs/options.md has each option that the hypervisor knows, and no other."""
    with open("hypervisor/boot/options.c", encoding="utf-8") as file:
        known = set(re.findall(r'^\s*\{"(\w+)", set_\w+\}', file.read(), re.MULTILINE))
    with open("docs/options.md", encoding="utf-8") as file:
        listed = set(re.findall(r"^\| `(\w+)", file.read(), re.MULTILINE))
    assert known and known == listed, (known ^ listed)


def test_glossary_is_in_order():
    with open("docs/glossary.md", encoding="utf-8") as file:
        words = [word.lower() for word in re.findall(r"^\*\*([^*.]+?)(?: \(.*?\))?\.?\*\*", file.read(), re.MULTILINE)]
    assert len(words) > 20 and words == sorted(words), words
