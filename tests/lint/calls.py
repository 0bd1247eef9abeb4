#!/usr/bin/env python3
"""Handlers call nothing but what calls.txt allows, and have no writable data:
the same event gives the same rows, on every machine and however often it is run again. calls.py [ROOT [OBJECTS]]"""
import glob, os, re, subprocess, sys

here = os.path.dirname(__file__)
root = sys.argv[1] if len(sys.argv) > 1 else "."
objects = sys.argv[2] if len(sys.argv) > 2 else "build/release/handlers"
bad = 0


def complain(where, what):
    global bad
    bad += 1
    print(f"{where}: {what}")


def declared_in(header):
    text = open(header).read() if os.path.exists(header) else ""
    return set(re.findall(r"\b(\w+)\s*[(;\[]", re.sub(r"/\*.*?\*/", "", text, flags=re.S)))


allowed = set()
for line in open(f"{here}/calls.txt"):
    if m := re.match(r"of (\w+): (.*)", line):
        declared = declared_in(f"{root}/include/learnd/{m[1]}.h")
        allowed |= declared if m[2] == "*" else declared & set(m[2].split())
    elif line.startswith("offered"):  # by one capability to the others, in handlers/NAME.h
        for header in glob.glob(f"{root}/handlers/*.h"):
            allowed |= declared_in(header)
    elif not line.startswith("#"):
        allowed |= set(line.split())

for source in sorted(glob.glob(f"{root}/handlers/*.c")):
    name = os.path.basename(source)
    shown = f"handlers/{name}"
    object_file = f"{objects}/{name[:-2]}.o"
    if not os.path.exists(object_file):
        complain(shown + ":1", f"{object_file} is not built")
        continue
    out = subprocess.run(["nm", "-l", "-f", "sysv", object_file], stdout=subprocess.PIPE, check=True, text=True).stdout
    for line in out.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) < 7:
            continue
        symbol, kind, section = cells[0], cells[2], cells[6].split("\t")[0]
        number = re.search(r":(\d+)$", line)
        where = f"{shown}:{number[1] if number else 1}"
        if kind == "U":
            plain = re.sub(r"^__(\w+)_chk$", r"\1", re.sub(r"^__isoc\d+_", "", symbol))  # the fortified names of the same
            if symbol not in allowed and plain not in allowed:
                complain(where, f"a handler must not call {symbol}")
        # Constants with addresses in them stand in .data.rel.ro: the loader writes them once and closes the page.
        elif kind in "bBdDC" and not section.startswith(".data.rel.ro"):
            complain(where, f"a handler has no writable data, {symbol} is")
sys.exit(bad > 0)
