#!/usr/bin/env python3
"""Every statement is one that both engines understand: reads the SQL in the schema files and in the string literals of the
C sources. The FTS5 statements of bot/search are exempt; pragmas and the like are bot/store's. sql.py [ROOT]"""
import os, re, sys

root = sys.argv[1] if len(sys.argv) > 1 else "."
bad = 0

NO = r"(?i)"
BANNED = [  # pattern, what to write instead
    (r"(?i)\binsert\s+or\b|\breplace\s+into\b", "INSERT OR: write ON CONFLICT"),
    (r"(?i)(?<!WITHOUT )\b(_?rowid_?|oid|last_insert_rowid|changes)\b", "rowid is SQLite's: name the key, use RETURNING"),
    (r"(?i)\bglob\b", "GLOB is SQLite's"),
    (r"(?i)\bnocase\b", "NOCASE is SQLite's: keep a folded column"),
    (r"(?i)\b(date|time|datetime|julianday|unixepoch|strftime)\s*\(|\bcurrent_(date|time|timestamp)\b",
     "no date functions: a turn's now is an argument"),
    (r"(?i)\bjson\w*\s*\(|->", "no JSON functions or operators"),
    (r"(?i)\b(group_concat|string_agg)\b", "group_concat: put it together in C"),
    (r"(?i)\b(ifnull|iif|instr|printf|format|hex|typeof|total|likely|unlikely|random|randomblob|zeroblob|char|unicode)\s*\(",
     "a function PostgreSQL does not have, or not so (COALESCE, CASE, C)"),
    (r'"|`|\[[A-Za-z_]', "names are not quoted, and strings have single quotes"),
    (r"\$\d", "$1 numbers by first appearance in SQLite: write ?1"),
    (r"\?(?!\d)|[:@][a-z]\w*", "arguments are written ?1 ?2"),
    (r"==", "== is SQLite's: ="),
    (r"(?i)\bis\s+(not\s+)?(\?\d|[a-z_]+\.[a-z_]+)", "IS with a value is SQLite's: IS NOT DISTINCT FROM"),
    (r"(?i)\blimit\s+[^\s,;)]+\s*,", "LIMIT a, b: write LIMIT b OFFSET a"),
    (r"(?i)\bindexed\s+by\b|\bautoincrement\s*,?\s*\w+\s+autoincrement", "INDEXED BY is SQLite's"),
]
STORE_ONLY = [
    (r"(?i)\bpragma\b", "PRAGMA is bot/store's"),
    (r"(?i)\bsqlite_\w+", "the engine's own tables are bot/store's"),
    (r"(?i)\b(vacuum|attach|detach|reindex)\b", "VACUUM and the like are bot/store's"),
    (r"(?i)\bcreate\s+virtual\b|\bfts5\b|\bmatch\b", "FTS5 is bot/search's"),
]
RESERVED = {"from", "to", "when", "order", "grant", "user", "end"}
STARTS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|CREATE|ALTER|DROP|PRAGMA|VACUUM|VALUES)\s")
INSIDE = re.compile(r"\b(SELECT .* FROM|INSERT INTO|DELETE FROM|INNER JOIN|LEFT JOIN|ORDER BY|GROUP BY|ON CONFLICT|UNION ALL)\b"
                    r"|^\s*(AND|OR|WHERE|FROM|JOIN|LIMIT|RETURNING|HAVING)\s", re.S)
FTS = re.compile(r"(?i)\bfts5?\b|_fts\b|\bmatch\b|\bbm25\b")


def complain(path, number, what):
    global bad
    bad += 1
    print(f"{path}:{number}: {what}")


def blank(text):
    """Strings and comments of SQL as blanks of the same length."""
    return re.sub(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m[0]), text, flags=re.S)


def split(text):
    """The parts between commas that stand in no parentheses."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "," and depth == 0:
            parts.append((start, text[start:i]))
            start = i + 1
    return parts + [(start, text[start:])]


def inside(text, start):
    """From the parenthesis at start to the one that closes it."""
    depth = 0
    for i in range(start, len(text)):
        depth += (text[i] == "(") - (text[i] == ")")
        if depth == 0:
            return text[start + 1:i]
    return text[start + 1:]


def check(path, text, line_at):
    sql = blank(text)
    found = []  # (offset, what)
    exempt = path.startswith("bot/search/") and FTS.search(sql)
    if not exempt:
        for pattern, what in BANNED + ([] if path.startswith("bot/store/") else STORE_ONLY):
            found += [(m.start(), what) for m in re.finditer(pattern, sql)]
        for m in re.finditer(r"(?i)\b(max|min)\s*\(", sql):
            if len(split(inside(sql, m.end() - 1))) > 1:
                found.append((m.start(), f"{m[1]} of several values is SQLite's: CASE, or in C"))
        for m in re.finditer(r"(?i)\bcreate\s+(?:temp\w*\s+)?table\b[^(;]*(\()", sql):
            body = inside(sql, m.start(1))
            if not re.match(r"(?i)\)\s*STRICT\b", sql[m.end() + len(body):]):
                found.append((m.start(), "a table is STRICT"))
            for at, column in split(body):
                word = re.match(r"\s*(\w+)", column)
                if word and word[1].lower() in RESERVED:
                    found.append((m.end() + at + word.start(1), f"{word[1]} is no name for a column"))
        for m in re.finditer(r"(?i)\b(?:add(?:\s+column)?|rename\s+(?:column\s+)?\w+\s+to)\s+(\w+)", sql):
            if m[1].lower() in RESERVED:
                found.append((m.start(1), f"{m[1]} is no name for a column"))
    for offset, what in sorted(set(found)):
        complain(path, line_at(offset), what)


TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|\w+|\\\n|\s+|.', re.S)


def literals(source):
    """The string literals of a C file, neighbours joined (macros between them as a name), with the line of each piece."""
    pieces, line = [], 1
    for m in TOKEN.finditer(source):
        token = m[0]
        if token[0] == '"':
            pieces.append((re.sub(r"\\(.)", lambda e: {"n": "\n", "t": "\t"}.get(e[1], e[1]), token[1:-1]), line))
        elif pieces and re.fullmatch(r"[A-Z][A-Z0-9_]*|PRI\w+", token):
            pieces.append((" " + token + " ", line))
        elif not (token.isspace() or token == "\\\n" or token.startswith(("//", "/*"))):
            if pieces:
                yield pieces
            pieces = []
        line += token.count("\n")
    if pieces:
        yield pieces


def check_c(path, source):
    for pieces in literals(source):
        text = "".join(p for p, _ in pieces)
        if not (STARTS.match(text) or INSIDE.search(text)):
            continue

        def line_at(offset):
            for piece, line in pieces:
                if offset < len(piece):
                    return line
                offset -= len(piece)
            return pieces[-1][1]

        check(path, text, line_at)


for top in ("bot", "handlers"):
    for folder, _, names in os.walk(os.path.join(root, top)):
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), root)
            if not name.endswith((".c", ".h", ".sql")):
                continue
            with open(os.path.join(root, path), encoding="utf-8") as f:
                text = f.read()
            if name.endswith(".sql"):
                check(path, text, lambda offset, text=text: text.count("\n", 0, offset) + 1)
            else:
                check_c(path, text)
sys.exit(bad > 0)
