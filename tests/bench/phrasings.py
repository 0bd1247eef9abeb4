#!/usr/bin/env python3
"""Is each card of the example found by its own phrasings? Each phrasing is left out once and then asked: its card must be first for
most, and no other card may be the answer that the bot is sure of for more than a few. `-v` names those that go elsewhere."""
import json, os, re, subprocess, sys

FOLDER = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] != "-v" else "config/cards"
FIRST, WRONG = 0.65, 0.02


def unquoted(text):
    return json.loads(text) if text.startswith('"') else text.strip("'")


def cards():
    for name in sorted(os.listdir(FOLDER)):
        with open(os.path.join(FOLDER, name), encoding="utf-8") as f:
            _, head, body = f.read().split("---\n", 2)
        aliases = re.search(r"^aliases:\n((?:  - .*\n)+)", head, re.M).group(1)
        yield {
            "id": name.removesuffix(".md"),
            "title": unquoted(re.search(r"^title: (.*?)(?: +#.*)?$", head, re.M).group(1)),
            "body": body,
            "phrasings": [unquoted(line[4:]) for line in aliases.splitlines()],
        }


service = subprocess.Popen([os.environ["LEARND"], "ask", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def request(**what):
    service.stdin.write(json.dumps(what) + "\n")
    service.stdin.flush()
    return json.loads(service.stdout.readline())


bank = list(cards())
asked = first = wrong = 0
for i, card in enumerate(bank):
    for left_out in card["phrasings"]:
        rest = [p for p in card["phrasings"] if p != left_out]
        request(op="index", cards=bank[:i] + [{**card, "phrasings": rest}] + bank[i + 1 :])
        got = request(op="ask", q=left_out)
        best = got["ranked"][0] if got["ranked"] else ""
        asked += 1
        first += best == card["id"]
        wrong += best != card["id"] and got["decision"] == "answer"
        if "-v" in sys.argv and best != card["id"]:
            print(f"{card['id']}: {left_out!r}: {got['decision']} {got['confidence']:.2f} {' '.join(got['ranked'][:3])}")
service.stdin.close()
service.wait()
checks = [("first by a phrasing of its own that was left out", first / asked >= FIRST), ("sure of another card", wrong / asked <= WRONG)]
print(f"# {len(bank)} cards, {asked} phrasings: {first} first ({first / asked:.0%}), {wrong} answered by another card ({wrong / asked:.1%})")
failed = sum(not good for _, good in checks)
print(f"{len(checks) - failed} passed, {failed} failed")
raise SystemExit(failed > 0)
