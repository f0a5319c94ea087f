# SPDX-License-Identifier: MIT
"""What the tree promises about its own shape: docs/contributing.md states these rules for people."""

import os
import re
import subprocess

import pytest

import tree

PURE = ("abi", "hypervisor", "guestkit", "pv-drivers", "driver-domains", "root-domain", "demo-guest")

# A folder on the left may include from those on the right, and from nowhere else.
LAYERS = {
    "abi": {"abi"},
    "hypervisor": {"abi", "hypervisor"},
    "guestkit": {"abi", "guestkit"},
    "pv-drivers": {"abi", "guestkit", "pv-drivers"},
    "driver-domains": {"abi", "guestkit", "pv-drivers", "driver-domains"},
    "root-domain": {"abi", "guestkit", "root-domain"},
    "demo-guest": {"abi", "guestkit", "demo-guest"},
}


@pytest.mark.parametrize("header", tree.sources(".h", *PURE))
def test_header_compiles_alone(header):
    """Once for each width it is for; nothing may have to be included before it."""
    for flags in tree.compile_flags(header):
        run = subprocess.run(["clang", *flags, "-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter",
                              "-Wno-unused-function", "-xc", "-include", header, os.devnull],
                             capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr


# Ring 0's reader of kernels: plain C that the root domain compiles for itself, to build the other domains alike.
SHARED = ("hypervisor/domain/elf_image.h", "hypervisor/domain/pv_image.h", "hypervisor/domain/inflate.h",
          "hypervisor/boot/initial_layout.h")


@pytest.mark.parametrize("folder", sorted(LAYERS))
def test_layers_point_one_way(folder):
    wrong = [f"{path}:{line}: includes {target}"
             for path in tree.sources(".c", folder) + tree.sources(".h", folder) + tree.sources(".S", folder)
             for line, target in tree.includes(path)
             if (found := tree.resolve(path, target)) and found.split("/")[0] not in LAYERS[folder]
             and not (folder == "root-domain" and found in SHARED)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", PURE)
def test_no_circles(folder):
    """Files use each other in one direction. A topic is a .c and its .h together; a header without a .c is only a
    part of whatever .c includes it."""
    uses = {}
    for path in tree.sources(".c", folder) + tree.sources(".h", folder):
        topic = os.path.splitext(path)[0]
        for _, target in tree.includes(path):
            found = tree.resolve(path, target)
            part = path.endswith(".c") and found and os.path.splitext(found)[0] + ".c" not in tree.files()
            if found and not part and os.path.splitext(found)[0] != topic:
                uses.setdefault(topic, set()).add(os.path.splitext(found)[0])
    circle = tree.find_circle(uses)
    assert not circle, " -> ".join(circle or ())


def test_spdx_line():
    kinds = (".c", ".h", ".S", ".ld", ".def", ".py", ".sh")
    named = ("Makefile", "tools/", ".ci/run", "tests/run-all")
    wrong = [path for path in tree.files()
             if (path.endswith(kinds) or path.startswith(named)) and not path.endswith(".md")
             and sum("SPDX-License-Identifier: MIT" in line for line in tree.lines(path)[:3]) != 1]
    assert not wrong, "no SPDX line at the top of: " + ", ".join(wrong)


def test_files_are_small():
    wrong = [f"{path}: {len(tree.lines(path))} lines" for path in tree.sources(".c", *PURE) + tree.sources(".S", *PURE)
             if len(tree.lines(path)) > 600]
    assert not wrong, "\n".join(wrong)


def test_functions_are_short():
    wrong = [f"{path}:{line}: {name} has {length} lines" for path in tree.sources(".c", *PURE)
             for name, line, length in tree.functions(path) if length > 100]
    assert not wrong, "\n".join(wrong)


def test_few_conditionals():
    """A feature is a file, not an #if."""
    found = [f"{path}:{number}: {text}" for path in tree.sources(".c", "hypervisor")
             for number, text in enumerate(tree.lines(path), 1) if re.match(r"\s*#\s*(if|ifdef|ifndef|elif)\b", text)]
    assert len(found) < 10, "\n".join(found)


def test_assembly_stays_in_machine():
    wrong = [path for path in tree.sources(".c", "hypervisor") + tree.sources(".h", "hypervisor")
             if not path.startswith("hypervisor/machine/")
             and any(re.search(r"\b(__asm__|asm)\b\s*(volatile|__volatile__|goto)?\s*\(", line) for line in tree.lines(path))]
    assert not wrong, "inline assembly outside hypervisor/machine/: " + ", ".join(wrong)


def code_folders():
    tops = [name for name in ("abi", "hypervisor", "guestkit", "pv-drivers", "driver-domains", "root-domain", "demo-guest", "docs", "tests", "tools") if os.path.isdir(name)]
    inner = sorted({os.path.dirname(path) for path in tree.sources(".c", "hypervisor", "pv-drivers", "driver-domains", "root-domain")})
    return tops + [folder for folder in inner if folder not in tops]


@pytest.mark.parametrize("folder", code_folders())
def test_folder_has_readme(folder):
    """What lives in it, what may call it and what it may call."""
    readme = os.path.join(folder, "README.md")
    assert os.path.isfile(readme), f"{folder}/ has no README.md"
    assert len(open(readme, encoding="utf-8").read().split()) >= 20, f"{readme} says too little"


def test_links_in_the_docs():
    """Relative links in the Markdown lead to files that are there."""
    wrong = []
    for path in tree.files():
        if path.endswith(".md"):
            for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", open(path, encoding="utf-8").read()):
                if not os.path.exists(os.path.join(os.path.dirname(path), target)):
                    wrong.append(f"{path}: {target}")
    assert not wrong, "\n".join(wrong)


def test_every_call_has_a_guest_test():
    """What hypercalls.def says is implemented, some guest test makes. (That all its refusals are tested, only a reader can say.)"""
    table = "\n".join(tree.lines("abi/hypercalls.def"))
    tests = "\n".join("\n".join(tree.lines(path)) for path in tree.files() if path.startswith("tests/guest/"))
    words = set(re.findall(r"\w+", tests))
    calls = re.findall(r"X\((\w+),\s*(\w+),\s*YES,", table)
    missing = [number for number, name in calls
               if number not in words and not any(word == name or word.endswith("_" + name) for word in words)]
    assert len(calls) > 150, "the table was not understood"
    assert not missing, "no guest test makes: " + ", ".join(missing)
