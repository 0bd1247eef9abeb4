#!/usr/bin/env python3
"""The rooms: who includes what, against the allow-list layers.txt. layers.py [ROOT]"""
import fnmatch, os, re, sys

root = sys.argv[1] if len(sys.argv) > 1 else "."
see, use, system, bad = {}, {}, {}, 0
for line in open(os.path.join(os.path.dirname(__file__), "layers.txt")):
    if m := re.match(r"(see|use|system)\s+([^:]+):\s*(.*)", line):
        {"see": see, "use": use, "system": system}[m[1]][m[2]] = m[3].split()
rooms = list(see)


def room_of(path):
    """The longest folder of the list that holds the file; transports are rooms of their own."""
    folder = os.path.dirname(path)
    if folder.startswith("bot/chat/"):
        return "/".join(folder.split("/")[:3])
    return max((r for r in rooms if (folder + "/").startswith(r + "/")), key=len, default=folder)


def rules_of(room):
    return room if room in see else "bot/chat"


def includes(path):
    with open(os.path.join(root, path), encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if m := re.match(r'\s*#\s*include\s*([<"])([^">]+)[">]', line):
                yield number, m[1], m[2]


def complain(path, number, what):
    global bad
    bad += 1
    print(f"{path}:{number}: {what}")


def sources():
    for top in ("bot", "handlers", "include"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".c", ".h", ".def")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def check(path, number, quote, name):
    room = room_of(path)
    public = path.startswith("include/")
    if name.startswith("learnd/"):
        header = name[len("learnd/"):-len(".h")]
        if not os.path.exists(os.path.join(root, "include", name)):
            complain(path, number, f"there is no include/{name}")
        if public:  # each room that sees this header must see that one
            mine = path[len("include/learnd/"):-len(".h")]
            for r, names in see.items():
                if mine in names and header not in names:
                    complain(path, number, f"{r} sees {mine}.h and must not see {header}.h")
        elif not {"*", header} & set(see[rules_of(room)]):
            complain(path, number, f"{room} must not include {name}")
        return
    near = os.path.normpath(os.path.join(os.path.dirname(path), name))
    found = next((p for p in (near, "handlers/" + name, "include/" + name, name) if os.path.isfile(os.path.join(root, p))), None)
    if quote == '"' and found:
        if found == "handlers/handlers.def":
            if room != "bot" and not public:
                complain(path, number, f"the list of handlers is for bot/*.c, not for {room}")
        elif found.startswith("include/"):
            complain(path, number, f'public headers are included as "learnd/NAME.h", not as "{name}"')
        elif public or room_of(found) not in (room, *(["bot/chat"] if room.startswith("bot/chat/") else [])):
            complain(path, number, f"{found} is private to {room_of(found)}")
        return
    if quote == '"':
        complain(path, number, f'"{name}" is no file of ours: libraries are included with <>')
    for pattern, allowed in use.items():
        if name == pattern or (pattern.endswith("/") and name.startswith(pattern)):
            if "json" in allowed and fnmatch.fnmatch(path, "*_json.c"):
                continue
            if public or room not in allowed:
                complain(path, number, f"<{name}> is only for {' '.join(allowed)}, not for {room}")
    if room in system and name not in system[room]:
        complain(path, number, f"<{name}> is not for {room}")


for source in sources():
    for include in includes(source):
        check(source, *include)
sys.exit(bad > 0)
