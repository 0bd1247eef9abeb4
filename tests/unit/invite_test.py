#!/usr/bin/env python3
"""Invites are what calendar programs read: two people agree on a session in the terminal, move it and call it off, and the
icalendar package parses the files they get. (It is the Debian package python3-icalendar, or the one of PyPI.)"""
import contextlib, datetime, glob, os, sqlite3, subprocess, sys, tempfile

sys.path.append("/usr/lib/python3/dist-packages")  # for a python3 that is not Debian's own
import icalendar

LEARND = os.path.abspath(os.environ.get("LEARND", "build/learnd"))
ORG = os.path.abspath("tests/scenarios/org")
WORDS = 'duties; "HS codes", back\\slash, é and ' + "ärger mit Löschpapier " * 8 + "end"
tests = {"passed": 0, "failed": 0}


def check(holds, what):
    tests["passed" if holds else "failed"] += 1
    if not holds:
        print("FAILED:", what)


class Chat:
    def __init__(self, folder):
        self.folder, self.count = folder, 0
        self.environment = {**{k: v for k, v in os.environ.items() if not k.startswith(("LEARND_", "MATRIX_", "SLACK_"))},
                            "LEARND_CONFIG": ORG, "LEARND_DATABASE": os.path.join(folder, "learnd.db")}

    def say(self, who, *lines):
        """What they read, and the bytes of the files they got."""
        self.count += 1
        cwd = os.path.join(self.folder, str(self.count))
        os.mkdir(cwd)
        done = subprocess.run([LEARND, "chat", "--as", who], input="".join(line + "\n" for line in lines).encode(),
                              cwd=cwd, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode(), [open(path, "rb").read() for path in sorted(glob.glob(cwd + "/*.ics"))]


def until_asked(chat):
    """At once where it is working time in London now, else when it is."""
    asked = "SELECT count(*) FROM message WHERE body LIKE '%would like 20 minutes with you%'"
    for _ in range(24 * 14):
        with contextlib.closing(sqlite3.connect(chat.environment["LEARND_DATABASE"])) as db:
            if db.execute(asked).fetchone()[0]:
                return
        chat.say("priya", "/after 1 hour")
    raise AssertionError("priya was never asked")


def event_of(raw, method):
    for line in raw.split(b"\r\n"):
        check(len(line) <= 75, "a line is at most 75 octets: %r" % line)
        check(b"\n" not in line, "lines end with CR LF: %r" % line)
        line.decode("utf-8")  # no character is cut in two
    calendar = icalendar.Calendar.from_ical(raw)
    check(calendar["VERSION"] == "2.0" and calendar["PRODID"], "version and product stand in the calendar")
    check(calendar["METHOD"] == method, "the method is %s: %s" % (method, calendar["METHOD"]))
    events = [c for c in calendar.subcomponents if c.name == "VEVENT"]
    check(len(events) == 1 and not events[0].errors, "there is one event, without errors")
    return events[0]


def people_and_words(event):
    check(str(event["DESCRIPTION"]) == WORDS, "the words come back as they were: %s" % event["DESCRIPTION"])
    check(str(event["SUMMARY"]) == "Chloé Lambert and Priya Raman: Customs and import paperwork", event["SUMMARY"])
    check(str(event["ORGANIZER"]) == "mailto:chloe@example.org", "who asks is the organizer")
    check(event["ORGANIZER"].params["CN"] == "Chloé Lambert", "with her name")
    check(str(event["ATTENDEE"]) == "mailto:priya@example.org", "the expert attends")


def times(event):
    starts, ends = event["DTSTART"].dt, event["DTEND"].dt
    check(starts.utcoffset() == datetime.timedelta(0), "the start is in UTC")
    check(ends - starts == datetime.timedelta(minutes=20), "it lasts twenty minutes")
    check(starts.minute in (0, 30) and starts.weekday() < 5, "it is on the half hour of a working day")
    return starts


with tempfile.TemporaryDirectory() as folder:
    chat = Chat(folder)
    said, _ = chat.say("chloe", "session @priya about " + WORDS, "3")
    check("I ask Priya for 20 minutes" in said, said)
    until_asked(chat)
    said, files = chat.say("priya", "Agree")
    check(len(files) == 1, "priya gets one file: " + said)
    mine = event_of(files[0], "REQUEST")
    people_and_words(mine)
    starts = times(mine)
    check(mine["STATUS"] == "CONFIRMED" and mine["SEQUENCE"] == 0, "it is the first of its name")

    chat.say("priya", "session move 1", "1")
    said, files = chat.say("chloe", "Agree")
    check(len(files) == 1, "chloe gets one file: " + said)
    moved = event_of(files[0], "REQUEST")
    people_and_words(moved)
    check(moved["UID"] == mine["UID"] and moved["SEQUENCE"] == 1 and times(moved) != starts, "moved, it keeps its name")

    said, files = chat.say("priya", "session off 1")
    gone = event_of(files[0], "CANCEL")
    check(gone["UID"] == mine["UID"] and gone["SEQUENCE"] == 2 and gone["STATUS"] == "CANCELLED", "called off, it is cancelled")

print("%(passed)d passed, %(failed)d failed" % tests)
sys.exit(tests["failed"] > 0)
