#!/usr/bin/env python3
"""Every text of the bot is in every catalogue of config/languages, and nothing else is. texts.py [ROOT]; `texts.py --new CODE` prints
the entries that are missing, for whoever translates them. A text is a literal where a format of a SAYS() function stands, a label,
a plural, and what rows say: help, who sees it, what is kept of people, the reasons of the gate, the names of days and months."""
import glob, os, re, sys

LITERAL = r'"(?:[^"\\]|\\.)*"'
CHARACTER = r"'(?:[^'\\]|\\.)*'"
# What is no speech to people in chat: it goes to who runs a program.
PROGRAMS = {"report", "give_up"}
ROWS = r"\.(?:help|seen_by|group)\s*=\s*((?:%s\s*)+)|\bDATA_\w+,\s*(?:NULL|(?:%s\s*)+),\s*((?:%s\s*)+)\}" % (LITERAL, LITERAL, LITERAL)


def source(path):
    with open(path, encoding="utf-8") as f:
        return re.sub(rf"({LITERAL}|{CHARACTER})|/\*.*?\*/|//[^\n]*", lambda m: m.group(1) or " ", f.read(), flags=re.S)


def joined(expression):
    """Each run of literals in it, as one text, still escaped as in C (which is as in .po)."""
    return ["".join(s[1:-1] for s in re.findall(LITERAL, run)) for run in re.findall(rf"(?:{LITERAL}\s*)+", expression)]


def arguments(text, at):
    """The arguments of a call, at stands behind its bracket."""
    found, deep, begin = [], 1, at
    while deep:
        if text[at] in "\"'":
            at = re.compile(LITERAL if text[at] == '"' else CHARACTER).match(text, at).end()
            continue
        deep += (text[at] in "([{") - (text[at] in ")]}")
        if (text[at] == "," and deep == 1) or not deep:
            found.append(text[begin:at])
            begin = at + 1
        at += 1
    return found


def speakers():
    """Function -> the places of its formats, counted from 0."""
    places = {"language_text": [1], "heading": [1], "button": [1], "button_with": [1], "counted": [2, 3]}
    for path in glob.glob("include/learnd/*.h"):
        for name, place in re.findall(r"(\w+)\((?:[^()]|\n)*\)\s*SAYS\((\d)\)", source(path)):
            if name not in PROGRAMS:
                places[name] = [int(place) - 1]
    return places


def spoken(text, places):
    """(English,) or (one, many) of every call."""
    for call in re.finditer(r"\b(%s)\(" % "|".join(places), text):
        given = arguments(text, call.end())
        if len(given) <= max(places[call.group(1)]):
            continue
        if call.group(1) == "counted":
            forms = [joined(given[i]) for i in (2, 3)]
            if all(forms):
                yield (forms[0][0], forms[1][0])
        else:
            for english in joined(given[places[call.group(1)][0]]):
                yield (english,)


def rows(path, text):
    for match in re.finditer(ROWS, text):
        yield from ((english,) for group in match.groups() if group for english in joined(group))
    if path == "bot/gate.c":
        yield from ((english,) for line in re.findall(r"return [^;]*;", text) for english in joined(line) if re.match("[a-z].* ", english))
    if path == "bot/rights.c":
        yield from ((english,) for words in re.findall(r"\[ROLE_\w+\] = (%s)" % LITERAL, text) for english in joined(words))
    if path == "bot/org/language_date.c":
        yield from ((english,) for english in joined(re.sub(",", " 0 ", " ".join(re.findall(r"(?:weekdays|months)\[\] = \{[^}]*", text)))))


def has_words(forms):
    return re.search(r"[A-Za-z]{2}", re.sub(r"%[-+0-9. #]*(?:hh?|ll?|[zjt])?[a-zA-Z]|`[^`]*`|\\n", "", " ".join(forms)))


def texts():
    """What is to be translated -> the file it is said in first."""
    places, found = speakers(), {}
    for path in sorted(glob.glob("handlers/*.c") + glob.glob("bot/*.c") + ["bot/org/language_date.c"]):
        if not re.match(r"bot/(cli|run|control)", path):
            text = source(path)
            for forms in [*spoken(text, places), *rows(path, text)]:
                found.setdefault(forms, path)
    return found


def catalogue(path):
    """What it translates: English forms -> translated forms; and whether each inserts what its English does is for `learnd check`."""
    with open(path, encoding="utf-8") as f:
        entries = re.split(r"\n\s*\n", f.read())
    known = {}
    for entry in entries:
        part = {key: "".join(joined(value)) for key, value in re.findall(rf'^(msg\w+(?:\[\d\])?)\s+((?:{LITERAL}\s*)+)', entry, re.M)}
        if part.get("msgid"):
            forms = (part["msgid"], part["msgid_plural"]) if "msgid_plural" in part else (part["msgid"],)
            known[forms] = [value for key, value in part.items() if key.startswith("msgstr")]
    return known


def entry(forms, path):
    if len(forms) == 1:
        return f'# {path}\nmsgid "{forms[0]}"\nmsgstr ""\n'
    return f'# {path}\nmsgid "{forms[0]}"\nmsgid_plural "{forms[1]}"\nmsgstr[0] ""\nmsgstr[1] ""\n'


def main():
    if sys.argv[1:2] == ["--new"]:
        path = f"config/languages/{sys.argv[2]}.po"
        known = catalogue(path) if os.path.exists(path) else {}
        print("\n".join(entry(forms, where) for forms, where in texts().items() if forms not in known and has_words(forms)))
        return 0
    os.chdir(sys.argv[1] if len(sys.argv) > 1 else ".")
    said, bad = texts(), 0
    for path in sorted(glob.glob("config/languages/*.po")):
        known = catalogue(path)
        for forms, where in said.items():
            if has_words(forms) and not all(known.get(forms, [""])):
                print(f'{path}:1: missing, said in {where}: "{forms[0]}"')
                bad += 1
        for forms in known:
            if forms not in said:
                print(f'{path}:1: nobody says this any more: "{forms[0]}"')
                bad += 1
    print(f"# {sum(map(bool, map(has_words, said)))} texts, {bad} missing or left over in config/languages")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
