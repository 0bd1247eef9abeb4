#!/usr/bin/env python3
"""A reminder's hour touches what is of that person and that reminder alone, however many are pending: no statement of it reads a
table from end to end, nor all of a rule's people."""
import contextlib, glob, importlib.util, io, os, re, sqlite3, sys

sys.argv = sys.argv[:1]
spec = importlib.util.spec_from_file_location("statements", "tests/unit/statements_test.py")
statements = importlib.util.module_from_spec(spec)
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    spec.loader.exec_module(statements)

db, passed, failed = statements.fresh(), 0, 0
for path in ("handlers/nudges_fire.c", "handlers/nudges_judge.c", "bot/gate.c"):
    for line, text in statements.statements(path):
        arguments = max([int(n) for n in re.findall(r"\?(\d+)", text)], default=0)
        plan = " | ".join(row[3] for row in db.execute("EXPLAIN QUERY PLAN " + text, [None] * arguments))
        if re.search(r"SCAN (?!CONSTANT)", plan) or re.search(r"planned_rule|\(rule=\?\)|\(state=\?\)", plan):
            failed += 1
            print(f"{path}:{line}: {plan}\n    {text}")
        else:
            passed += 1
due = " ".join(row[3] for row in db.execute("EXPLAIN QUERY PLAN SELECT id, kind, ref FROM due WHERE at <= ?1 AND (?2 = 0 OR id = ?2) "
                                            "ORDER BY at, id LIMIT ?3", [1, 0, 200]))
if "SCAN" in due or "TEMP" in due:
    failed += 1
    print(f"what is due: {due}")
print(f"{passed} passed, {failed} failed")
raise SystemExit(failed > 0 or passed < 15)
