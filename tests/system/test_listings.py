# SPDX-License-Identifier: MIT
"""The listings in docs/ do what the text around them says, taken from the pages exactly as they stand."""

import glob
import os
import re
import subprocess

import machine


def listings():
    """(page, file, text) of each block that a page says is a file of the tree."""
    for page in sorted(glob.glob("docs/*.md")):
        with open(page, encoding="utf-8") as file:
            for name, text in re.findall(r"<!-- listing: (\S+) -->\n```\w*\n(.*?)```", file.read(), re.DOTALL):
                yield page, name, text


def test_listings_are_the_files():
    found = list(listings())
    assert found
    for page, name, text in found:
        with open(name, encoding="utf-8") as file:
            assert file.read() == text, f"{page} shows another {name}"


def test_the_smallest_guest(tmp_path, top):
    """Copied out of the tree and built by its own Makefile, as the page says."""
    files = {os.path.basename(name): text for _, name, text in listings() if name.startswith("tests/guest/hello/")}
    assert set(files) == {"main.c", "Makefile"}
    assert len(files["main.c"].splitlines()) < 30
    assert len([line for line in files["Makefile"].splitlines() if not line.startswith("#")]) <= 5
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    built = subprocess.run(["make", "-C", str(tmp_path), f"RINGLET={top}"], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    run = machine.boot(tmp_path / "hello", guest_args="one, two")
    assert re.search(r"^hello from ring 1, \d+ MiB, command line: one, two$", run.output, re.MULTILINE), run.output
    assert run.result == "success" and not run.timed_out and not run.trouble, run.output


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


def test_domains_page_lists_keys_and_commands():
    """docs/domains.md has each key that configurations may have and each command of the shell."""
    with open("docs/domains.md", encoding="utf-8") as file:
        rows = re.findall(r"^\| (`.*?) \|", file.read(), re.MULTILINE)
    listed = {word for row in rows for word in re.findall(r"`([\w-]+)`", row)}
    known = set()
    for path, pattern in [("root-domain/config/domain_config.c", r'^    \{"(\w+)", (?:true|false), (?!set_type)')] + [
            (path, r'^    \{"([\w-]+)", "') for path in glob.glob("root-domain/shell/*.c")]:
        with open(path, encoding="utf-8") as file:
            known |= set(re.findall(pattern, file.read(), re.MULTILINE))
    known.remove("help")
    assert len(known) > 35 and known == listed, known ^ listed
