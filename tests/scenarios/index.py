#!/usr/bin/env python3
"""tests/scenarios/index.md says which conversation shows what: one row for each capability in handlers/handlers.def, and one
for the machine they stand on; for each the conversations in which it works, gets bad input, is not allowed, and is silent. No
cell is empty, every conversation that a cell names is there, and every conversation that is there is named."""
import glob, os, re, sys

here = "tests/scenarios"
index = f"{here}/index.md"
tests = {"passed": 0, "failed": 0}


def check(holds, where, what):
    tests["passed" if holds else "failed"] += 1
    if not holds:
        print(f"{where}: {what}")


there = {os.path.relpath(path, here)[:-4] for path in glob.glob(f"{here}/**/*.scn", recursive=True)}
capabilities = re.findall(r"^\s*HANDLER\((\w+)\)", open("handlers/handlers.def").read(), re.M) + ["machine"]
columns, rows, named = [], set(), set()
for number, line in enumerate(open(index), 1):
    if not line.startswith("|"):
        continue
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    if not columns:
        columns = cells
        check(columns == ["capability", "works", "bad input", "not allowed", "silence"], f"{index}:{number}",
              "the columns are capability, works, bad input, not allowed, silence")
        continue
    if set(line) <= set("|-: \n"):
        continue
    for name in cells[0].split():  # files that are one capability to those who use it may share a row
        rows.add(name)
        check(name in capabilities, f"{index}:{number}", f"handlers.def has no capability {name}")
    for column in range(1, 5):
        names = [os.path.splitext(name)[0] for name in re.split(r"[\s,]+", cells[column])] if column < len(cells) and cells[column] else []
        check(names, f"{index}:{number}", f"{cells[0]}: nothing shows \"{columns[column]}\"")
        for name in names:
            check(name in there, f"{index}:{number}", f"there is no {here}/{name}.scn")
            named.add(name)
for name in capabilities:
    check(name in rows, f"{index}:1", f"{name} has no row")
for name in sorted(there - named):
    check(False, f"{here}/{name}.scn:1", "no cell of index.md names this conversation")
print(f"{tests['passed']} passed, {tests['failed']} failed")
sys.exit(tests["failed"] > 0)
