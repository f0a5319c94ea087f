# SPDX-License-Identifier: MIT
"""The source tree as the structure tests see it. Paths are relative to the top of the tree."""

import functools
import os
import pathlib
import re
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = os.environ.get("BUILD", "build")


@functools.lru_cache(maxsize=None)
def files():
    """Every file of the tree, tracked or new, but nothing that is ignored; also without git."""
    try:
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=TOP, capture_output=True,
                                text=True, check=True).stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):
        listed = [str(path.relative_to(TOP)) for path in TOP.rglob("*") if not str(path.relative_to(TOP)).startswith(BUILD)]
    return tuple(sorted(path for path in listed if path and (TOP / path).is_file()))


def sources(suffix, *folders):
    return [path for path in files() if path.endswith(suffix) and path.split("/")[0] in folders]


@functools.lru_cache(maxsize=None)
def lines(path):
    return (TOP / path).read_text(encoding="utf-8", errors="replace").split("\n")


def includes(path):
    """(line number, name) of each #include."""
    for number, line in enumerate(lines(path), 1):
        found = re.match(r'\s*#\s*include\s+[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1)


def resolve(path, target):
    """The file of the tree that an #include means, or None for the compiler's and libc's own headers."""
    for folder in (os.path.dirname(path), "", "hypervisor", "guestkit/include", "pv-drivers/include", "driver-domains", "root-domain"):
        candidate = os.path.normpath(os.path.join(folder, target))
        if candidate in files():
            return candidate
    return None


def compile_flags(path):
    """Compiler flags for each width that a file is compiled for."""
    bare64 = ["--target=x86_64-unknown-none-elf", "-ffreestanding", "-nostdlibinc", "-I.", "-mgeneral-regs-only"]
    bare32 = ["--target=i686-unknown-none-elf", "-ffreestanding", "-nostdlibinc", "-I."]
    folder = path.split("/")[0]
    if folder == "hypervisor":
        return [bare64 + ["-Ihypervisor", f"-I{BUILD}/hypervisor"]]
    if folder == "abi":
        return [bare64, bare32]
    libc = ["-isystem", os.path.join(os.environ.get("NEWLIB", f"{BUILD}/newlib"), "i686-elf/include")]
    needs_libc = folder in ("demo-guest", "root-domain") or "/libc/" in path or "/lwip/" in path
    if folder == "demo-guest" or "/lwip/" in path:
        libc += ["-isystem", f"{BUILD}/llhttp/usr/share/include/llhttp", "-isystem", f"{BUILD}/lwip/src/include",
                 "-Iguestkit/lwip/include"]
    own = {"root-domain": ["-Ihypervisor", "-Iroot-domain"], "driver-domains": ["-Idriver-domains"]}.get(folder, [])
    return [bare32 + ["-Iguestkit/include", "-Ipv-drivers/include"] + own + (libc if needs_libc else [])]


def functions(path):
    """(name, line, length) of each function body; bodies open with a brace in the first column."""
    text = lines(path)
    for number, line in enumerate(text):
        if line == "{":
            end = next((n for n in range(number, len(text)) if text[n].startswith("}")), number)
            before = " ".join(text[max(0, number - 4):number])
            names = re.findall(r"(\w+)\s*\(", before)
            yield (names[-1] if names else "?"), number + 1, end - number + 1


def find_circle(uses):
    """A list of nodes that lead back to the first, or None."""
    done, path = set(), []

    def visit(node):
        if node in path:
            return path[path.index(node):] + [node]
        if node in done:
            return None
        path.append(node)
        for following in sorted(uses.get(node, ())):
            circle = visit(following)
            if circle:
                return circle
        path.pop()
        done.add(node)
        return None

    for start in sorted(uses):
        circle = visit(start)
        if circle:
            return circle
    return None
