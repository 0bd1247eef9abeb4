#!/usr/bin/env python3
"""What a dry run of a rule tells is what then happens: organisations, rules and settings by chance, from a seed. Each is told
dry with all its rules on; then 28 days pass, with restarts and repeated events between, and what went out is counted."""
import os, random, re, shutil, subprocess, sys, tempfile

LEARND = os.environ.get("LEARND", "build/release/learnd")
ZONES = ["Europe/London", "Europe/Paris", "America/Toronto", "Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham",
         "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns"]
DAYS = ["Mo-Fr", "Su-Th", "Mo,We,Fr", "Mo-Sa", "Tu-Fr"]
STARTS = ["2026-03-05", "2026-03-20", "2026-10-12", "2026-12-14", "2026-04-01"]


def people(r, at):
    with open(at + "/people.csv", "w") as f:
        f.write("external_id,handle,email,display_name,department,timezone,work_days,work_from,work_to,grants,calendar,start_date\n")
        f.write("P0,nadia,nadia@example.org,Nadia,People,UTC,Mo-Fr,09:00,17:00,admin,,\n")
        for n in range(1, 13):
            begins = r.choice(["09:00", "10:00", "13:00", "07:00"])
            f.write(f"P{n},p{n},p{n}@example.org,P{n},{r.choice(['Sales', 'Buying'])},{r.choice(ZONES)},\"{r.choice(DAYS)}\",{begins},"
                    f"18:00,,{r.choice(['', 'days.ics'])},2026-01-0{r.randint(1, 9)}\n")
    os.makedirs(at + "/calendars")
    with open(at + "/calendars/days.ics", "w") as f:
        f.write("BEGIN:VCALENDAR\nVERSION:2.0\n")
        for n in range(4):
            month, day = r.choice([3, 4, 10, 11, 12]), r.randint(1, 28)
            f.write(f"BEGIN:VEVENT\nUID:{n}\nSUMMARY:Off\nDTSTART;VALUE=DATE:2026{month:02}{day:02}\nEND:VEVENT\n")
        f.write("END:VCALENDAR\n")


def rule(r, n):
    who = r.choice(["everyone", "department = Sales", "not on_leave", "tenure >= 75", "handle in (p1, p2, p3, p4)"])
    when = r.choice([
        "{rrule: \"FREQ=WEEKLY;BYDAY=%s\"}" % r.choice(["MO", "TU,TH", "SU", "WE", "MO,TU,WE,TH,FR"]),
        "{rrule: \"FREQ=DAILY;INTERVAL=%d\"}" % r.randint(1, 4), "{rrule: \"FREQ=MONTHLY;BYMONTHDAY=-1\"}",
        "{before_due: [%s]}" % r.choice(["7d, 1d, 0d", "3d", "14d, 10d, 0d"]), "{idle: %dd}" % r.randint(3, 20)])
    more = "for: goals\n" if "before_due" in when else ""
    more += r.choice(["", "", "max: {per_week: 1}\n", "max: {per_item: 2, per_week: 2}\n"])
    more += r.choice(["", "", "backoff: {after: 2, pause: no}\n", "backoff: {after: 1}\n"])
    more += r.choice(["", "", "holdout: 20%\n", "class: core\n"])
    begins = r.choice(["09:30-11:30", "08:00-09:30", "13:00-13:30", "16:00-18:00"])
    return f"id: r{n}\nwho: {who}\nwhen: {when}\ntext: {{en: Rule {n}}}\nwindow: {{local: \"{begins}\"}}\n{more}"


def conversation(r, at, count):
    start = r.choice(STARTS)
    lines = [f"config {at}", f"at {start} {r.choice(['01:00', '09:31', '10:00', '22:00'])} UTC"]
    for n in r.sample(range(1, 13), 5):
        lines.append(f"p{n}> " + r.choice(["prefs quiet 12:00-13:30", "prefs day 2", "prefs week 5", "prefs nudges off", "prefs week 0",
                                           "prefs quiet 20:00-10:00", "prefs tz Kathmandu"]))
    for n in r.sample(range(1, 13), 6):
        lines.append(f"p{n}> goal Learn it by {start[:8]}{min(28, int(start[8:]) + r.randint(1, 13)):02}")
    lines += [f"nadia> nudge on r{n}" for n in range(count)]
    lines.append("nadia> nudge dry r0" if r.random() < .5 else "nadia> nudge list")
    lines += [f"nadia> nudge dry r{n}" for n in range(count)]
    left = 28
    while left:
        days = min(left, r.randint(1, 9))
        lines += [f"after {days} days", r.choice(["", "restart", "redeliver"])]
        left -= days
    for n in range(count):
        of = f"FROM nudge n JOIN nudge_rule r ON r.id = n.rule WHERE r.slug = 'r{n}' AND n.state = 'sent'"
        lines += [f"db SELECT count(DISTINCT n.message) || ' messages, ' || count(DISTINCT n.person) || ' people' {of} = x"]
    lines.append("db SELECT count(*) FROM (SELECT 1 FROM reached WHERE class = 'reminder' GROUP BY person, day HAVING count(*) > 2) = 0")
    return "\n".join(lines) + "\n"


def play(seed, where):
    r, at = random.Random(seed), f"{where}/{seed}"
    os.makedirs(at + "/org/rules")
    people(r, at + "/org")
    with open(at + "/org/learnd.yaml", "w") as f:
        f.write("organisation: Test\nlearning_queue: nadia\nlive: everyone\ntimezone: UTC\n")
    with open(at + "/org/absences.csv", "w") as f:
        f.write("handle,starts,ends,kind\n")
        for n in r.sample(range(1, 13), 4):
            month, day = r.choice([3, 4, 10, 12]), r.randint(1, 20)
            f.write(f"p{n},2026-{month:02}-{day:02},2026-{month:02}-{day + r.randint(0, 8):02},leave\n")
    count = r.randint(2, 5)
    for n in range(count):
        with open(f"{at}/org/rules/r{n}.yaml", "w") as f:
            f.write(rule(r, n))
    with open(at + "/x.scn", "w") as f:
        f.write(conversation(r, at + "/org", count))
    return at + "/x.scn", count


def main():
    seeds = [int(a) for a in sys.argv[1:]] or range(1, 41)
    where, failed, sent = tempfile.mkdtemp(), 0, 0
    played = {seed: play(seed, where) for seed in seeds}
    said = subprocess.run([LEARND, "script", "-u", *(file for file, _ in played.values())], stdout=subprocess.PIPE, text=True).stdout
    for seed, (file, count) in played.items():
        heard = open(file).read()
        dry = dict(re.findall(r"^bot to nadia: (r\d+), 28 days: (\d+ messages, \d+ people)", heard, re.M))
        real = dict(re.findall(r"slug = '(r\d+)'.* = (\d+ messages, \d+ people)$", heard, re.M))
        over = re.search(r"HAVING count\(\*\) > 2\) = (\d+)$", heard, re.M)
        sent += sum(int(v.split()[0]) for v in real.values())
        if len(dry) != count or dry != real or not over or over[1] != "0":
            failed += 1
            print(f"seed {seed}: told {dry}, and then {real}\n    {said.strip()[-200:] if len(dry) != count else ''}")
    if "KEEP" not in os.environ:
        shutil.rmtree(where)
    else:
        print(where)
    print(f"{len(played) - failed} passed, {failed} failed ({sent} reminders)")
    return failed > 0 or not sent


raise SystemExit(main())
