#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Compares abi/ with Xen's public headers, for one guest width: every constant, type, structure and member.

What there is to compare is read from the reference headers themselves, so that nothing is forgotten: macros and
enumerators from the preprocessor's output, structures and their members from clang's record layouts. The values
come from two translation units, one for each side, as assembly that is never run. Anything the reference has and
abi/ has not must be on the list in `exclusions`, with the reason.

usage: compare.py
"""

import dataclasses
import fnmatch
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
REFERENCE = pathlib.Path("/usr/include/xen")

# Headers of the reference that abi/ speaks for. What they include besides is not in scope.
IN_SCOPE = """
xen-compat.h xen.h arch-x86/xen.h arch-x86/xen-x86_32.h arch-x86/xen-x86_64.h arch-x86/cpuid.h errno.h memory.h
event_channel.h grant_table.h sched.h vcpu.h physdev.h nmi.h version.h features.h callback.h elfnote.h
io/ring.h io/console.h io/xs_wire.h io/xenbus.h io/blkif.h io/netif.h io/protocols.h io/pciif.h
domctl.h sysctl.h platform.h
""".split()

# Rings are made by a macro, which puts the width inside the name.
RENAMED = [(re.compile(r"^blkif_(sring|sring_entry|front_ring|back_ring)$"), r"blkif_{width}_\1")]


@dataclasses.dataclass
class Side:
    """One side of the comparison: what it defines, and how to compile it."""

    flags: list
    includes: list
    macros: set = dataclasses.field(default_factory=set)
    function_macros: set = dataclasses.field(default_factory=set)
    enumerators: set = dataclasses.field(default_factory=set)
    tags: set = dataclasses.field(default_factory=set)
    typedefs: set = dataclasses.field(default_factory=set)
    records: dict = dataclasses.field(default_factory=dict)

    def source(self):
        return "#include <stddef.h>\n#include <stdint.h>\n" + "".join(f"#include {name}\n" for name in self.includes)


def clang(side, arguments, source, check=True):
    run = subprocess.run(["clang", *side.flags, "-std=gnu11", "-w", "-ferror-limit=0", *arguments, "-xc", "-"],
                         input=source, capture_output=True, text=True, check=False)
    if check and run.returncode:
        raise RuntimeError("clang: " + run.stderr)
    return run


def read_definitions(side, wanted):
    """Fills in the names a side defines in the files for which wanted(path) is true."""
    text, here = [], False
    for line in clang(side, ["-E", "-dD"], side.source()).stdout.split("\n"):
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            here = wanted(marker.group(1))
            continue
        define = re.match(r"#(define|undef) (\w+)(\()?", line)
        if not define:
            text.append(line if here else "")
        elif define.group(1) == "undef":
            side.macros.discard(define.group(2))
            side.function_macros.discard(define.group(2))
        elif here:
            (side.function_macros if define.group(3) else side.macros).add(define.group(2))
    text = "\n".join(text)
    side.tags = set(re.findall(r"\b(?:struct|union)\s+(\w+)\s*\{", text))
    for body in re.findall(r"\benum\s*\w*\s*\{([^}]*)\}", text):
        side.enumerators |= set(re.findall(r"(?:^|,)\s*(\w+)", body))
    # A typedef ends in its name, an array's bounds after it; those of guest pointers are the reference's own way.
    found = re.findall(r"\btypedef\b(?:[^;{}]|\{[^{}]*\})*?\b(\w+)\s*(?:\[[^;]*\])?\s*(?:__attribute__[^;]*)?;", text)
    side.typedefs = {name for name in found if not name.startswith("__guest_handle")}


def read_records(side):
    """side.records: tag -> (kind, member paths) of each complete structure or union."""
    dump = clang(side, ["-fsyntax-only", "-Xclang", "-fdump-record-layouts-complete"], side.source()).stdout
    for block in dump.split("*** Dumping AST Record Layout")[1:]:
        # Bit-fields, which have a range of bits in the first column, have no offset to ask for.
        rows = [re.match(r"\s*\d+ \| (\s*)(.*)", line) for line in block.strip().split("\n")]
        rows = [(len(row.group(1)) // 2, row.group(2).rstrip()) for row in rows if row]
        head = re.match(r"(struct|union) (\w+)$", rows[0][1])
        if head:
            side.records[head.group(2)] = (head.group(1), list(member_paths(rows[1:])))


def member_paths(rows):
    names, opaque = {}, None
    for depth, text in rows:
        if opaque is not None and depth > opaque:
            continue
        opaque = None
        unnamed = text.endswith(")")
        names[depth] = None if unnamed else text.split()[-1]
        if unnamed:
            continue
        if "__guest_handle" in text:
            opaque = depth  # a pointer, whatever it is made of
        yield ".".join(names[level] for level in range(1, depth + 1) if names.get(level))


def evaluate(side, expressions):
    """The values of those C expressions that are integer constants: expression -> value."""
    left = list(expressions)
    while True:
        start = side.source().count("\n") + 1
        probes = [f'void probe{n}(void) {{ __asm__("@@{n} %c0 %c1" : : "i"((uint32_t)((uint64_t)({e}) >> 32)), '
                  f'"i"((uint32_t)(uint64_t)({e}))); }}' for n, e in enumerate(left)]
        run = clang(side, ["-S", "-o", "-", "-fno-integrated-as"], side.source() + "\n".join(probes), check=False)
        if run.returncode == 0:
            break
        bad = {int(line) - start for line in re.findall(r"<stdin>:(\d+):\d+: (?:fatal )?error", run.stderr)}
        bad |= {int(line) - start for line in re.findall(r"expanded from .*?<stdin>:(\d+)", run.stderr)}
        if not bad:
            raise RuntimeError(run.stderr)
        left = [e for n, e in enumerate(left) if n not in bad]
    found = re.findall(r"@@(\d+) (-?\d+) (-?\d+)", run.stdout)
    return {left[int(n)]: (int(high) & 0xFFFFFFFF) << 32 | int(low) & 0xFFFFFFFF for n, high, low in found}


def strings(side, names):
    """Those macros that are string literals: name -> text."""
    names = sorted(names)
    source = side.source() + "".join(f'\n"@@{name}" {name}' for name in names)
    found = dict(re.findall(r'^"@@(\w+)" *(.*)$', clang(side, ["-E", "-P"], source).stdout, re.M))
    return {name: text for name, text in found.items() if re.fullmatch(r'("[^"]*"\s*)+', text)}


class Exclusions:
    def __init__(self, path=HERE / "exclusions"):
        self.lines = []
        for line in path.read_text().split("\n"):
            rule = line.split("#")[0].split()
            if rule:
                assert len(rule) == 2 and "#" in line, f"exclusions: '{line}' is not KIND PATTERN # REASON"
                self.lines.append(tuple(rule))
        self.used = set()

    def cover(self, kind, name):
        hit = [rule for rule in self.lines if rule[0] == kind and fnmatch.fnmatchcase(name, rule[1])]
        self.used.update(hit)
        return bool(hit)

    def stale(self):
        return [f"{kind} {pattern}" for kind, pattern in self.lines if (kind, pattern) not in self.used]


@dataclasses.dataclass
class Result:
    width: int
    counts: dict
    missing: list
    different: list
    excluded: int

    def summary(self):
        counts = dict(self.counts)
        again = counts.pop("member seen from the other width")
        return (f"{self.width}-bit: equal are " + ", ".join(f"{n} {kind}s" for kind, n in counts.items())
                + f", {again} members seen from the other width; {self.excluded} left out on purpose")

    def findings(self):
        return ([f"DIFFERENT {kind} {name}: reference {there}, ours {here}"
                 for kind, name, there, here in self.different]
                + [f"MISSING {kind} {name}" for kind, name in self.missing])


def reference_side(width):
    side = Side([f"-m{width}", "-D__XEN_TOOLS__"], [f"<xen/{name}>" for name in IN_SCOPE if name != "arch-x86/xen.h"
                                                   and not name.startswith("arch-x86/xen-")])
    scope = {str(REFERENCE / name) for name in IN_SCOPE}
    read_definitions(side, lambda path: str(pathlib.Path(path).resolve()) in scope)
    read_records(side)
    return side


def our_side(width, abi):
    headers = sorted(path.name for path in abi.glob("*.h"))
    side = Side([f"-m{width}", f"-I{abi.parent}"], [f"<abi/{name}>" for name in headers])
    read_definitions(side, lambda path: str(abi) in path)
    read_records(side)
    return side


def our_tag(ours, tag, width):
    for pattern, renamed in RENAMED:
        tag = pattern.sub(renamed.format(width=width), tag)
    return next((name for name in (tag, f"{tag}_{width}") if name in ours.records), None)


def holds_pointers(member):
    """An end's own view of a ring is not shared, and has a pointer of its compiler's width."""
    return "_front_ring." in member or "_back_ring." in member


def compare(width, abi=TOP / "abi", exclusions=None):
    exclusions = exclusions or Exclusions()
    reference, ours = reference_side(width), our_side(width, abi)
    # The hypervisor sees a guest's structures from the other width: they must look the same from there.
    ours_from_other = our_side(96 - width, abi)
    result = Result(width, {}, [], [], 0)

    def miss(kind, name):
        kind, name = kind.split(" ")[0], name.split(" ")[0]
        if exclusions.cover(kind, name):
            result.excluded += 1
        else:
            result.missing.append((kind, name))

    def check(kind, pairs, theirs, mine):
        """pairs: (name, expression of the reference, ours)."""
        there, here = evaluate(theirs, [p[1] for p in pairs]), evaluate(mine, [p[2] for p in pairs])
        # A macro need not be a number; but structures have a size and members an offset, and a size unless they are
        # flexible arrays, on both sides.
        unknown = [p[0] for p in pairs if p[1] not in there and not (p[0].endswith("(size)") and p[2] not in here)]
        assert kind == "constant" or not unknown, f"cannot evaluate in the reference: {unknown}"
        pairs = [p for p in pairs if p[1] in there]
        result.counts[kind] = 0
        for name, expression, own in pairs:
            if own not in here:
                miss(kind, name)
            elif there[expression] != here[own]:
                result.different.append((kind, name, there[expression], here[own]))
            else:
                result.counts[kind] += 1

    names = sorted(reference.macros | reference.enumerators)
    check("constant", [(name, name, name) for name in names], reference, ours)

    texts, own = strings(reference, reference.macros), strings(ours, ours.macros)
    result.counts["string"] = 0
    for name, text in texts.items():
        if name not in own:
            miss("string", name)
        elif text.strip() != own[name].strip():
            result.different.append(("string", name, text, own[name]))
        else:
            result.counts["string"] += 1

    result.counts["macro"] = len(reference.function_macros & ours.function_macros)
    for name in sorted(reference.function_macros - ours.function_macros):
        miss("macro", name)

    types = [(name, f"sizeof({name})", f"sizeof({name})") for name in sorted(reference.typedefs)]
    check("type", types, reference, ours)

    sizes, members = [], []
    for tag in sorted(reference.tags & reference.records.keys()):
        kind, paths = reference.records[tag]
        own = our_tag(ours, tag, width)
        if not own:
            miss("structure", tag)
            continue
        there, here = f"{kind} {tag}", f"{ours.records[own][0]} {own}"
        sizes.append((tag, f"sizeof({there})", f"sizeof({here})"))
        for path in paths:
            members.append((f"{tag}.{path} (offset)", f"offsetof({there}, {path})", f"offsetof({here}, {path})"))
            members.append((f"{tag}.{path} (size)", f"sizeof((({there} *)0)->{path})", f"sizeof((({here} *)0)->{path})"))
    check("structure", sizes, reference, ours)
    check("member", members, reference, ours)
    check("member seen from the other width", [p for p in members if not holds_pointers(p[0])], reference,
          ours_from_other)
    result.missing = sorted(set(result.missing))
    for kind in ("member", "member seen from the other width"):
        result.counts[kind] //= 2
    return result


def main():
    if not REFERENCE.is_dir():
        sys.exit(f"{REFERENCE} is missing: install libxen-dev")
    exclusions, failed = Exclusions(), False
    for width in (32, 64):
        result = compare(width, exclusions=exclusions)
        print(result.summary())
        for finding in result.findings():
            print(" ", finding)
        failed |= bool(result.findings())
    for rule in exclusions.stale():
        print(f"  STALE exclusion: {rule}")
    return failed or bool(exclusions.stale())


if __name__ == "__main__":
    sys.exit(main())
