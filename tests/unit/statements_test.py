#!/usr/bin/env python3
"""Every statement in the C sources is one that the schema knows: each literal of bot/ and handlers/ that is SQL is prepared
on a fresh schema. A misspelt column is found here, not on the day somebody presses the button."""
import glob, importlib.util, io, contextlib, os, re, sqlite3, sys

EXEMPT = re.compile(r"(?i)\b(pragma|vacuum|begin|commit|rollback|attach)\b|_fts\b|\bfts5\b|\bmatch\b|schema_version|%\d?\$?[sdl]|"
                    r"\bPRI[a-z]\d*\b")
COMPLETE = re.compile(r"(?s)^\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s.*")

spec = importlib.util.spec_from_file_location("sql", "tests/lint/sql.py")
lint = importlib.util.module_from_spec(spec)
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    spec.loader.exec_module(lint)  # its reader of literals is wanted, not its verdict


def fresh():
    db = sqlite3.connect(":memory:")
    files = sorted(glob.glob("bot/store/schema/*.sql") + glob.glob("handlers/schema/*.sql"), key=os.path.basename)
    for path in files:
        db.executescript(open(path, encoding="utf-8").read())
    return db


def text_of(pieces):
    return "".join(piece for piece, _ in pieces)


def macros(source):
    """#define NAME "..." "...": what stands for a name between literals."""
    found = {}
    for m in re.finditer(r"^#define (\w+)((?:.*\\\n)*.*)$", source, re.M):
        texts = [text_of(p) for p in lint.literals(m[2].replace("\\\n", "\n"))]
        if texts:
            found[m[1]] = "".join(texts)
    return found


def statements(path):
    source = open(path, encoding="utf-8").read()
    names = macros(source)
    body = re.sub(r"^#define (?:.*\\\n)*.*$", lambda m: "\n" * m[0].count("\n"), source, flags=re.M)
    for name, value in names.items():  # a macro that begins or continues a statement
        body = re.sub(rf"\b{name}\b(?=\s*\")", lambda m: '"' + value.replace('"', '\\"').replace("\n", " ") + ' "', body)
    for pieces in lint.literals(body):
        text = text_of(pieces)
        if COMPLETE.match(text) and not EXEMPT.search(text):
            yield pieces[0][1], text


db, passed, failed = fresh(), 0, 0
for path in sorted(glob.glob("bot/**/*.c", recursive=True) + glob.glob("handlers/*.c")):
    for line, text in statements(path):
        arguments = max([int(n) for n in re.findall(r"\?(\d+)", text)], default=0)
        try:
            db.execute("EXPLAIN " + text, [None] * arguments)
            passed += 1
        except sqlite3.Error as e:
            failed += 1
            print(f"{path}:{line}: {e}\n    {text}")
if passed < 300:
    failed += 1
    print(f"only {passed} statements were found: are they still written as literals?")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
