#!/usr/bin/env python3
"""Who may say what: every command of `learnd help commands`, said by one person of each role. Who may not is answered with who
may; who may is answered in some other way."""
import os, re, shutil, subprocess, tempfile

LEARND = os.environ.get("LEARND", "build/release/learnd")
ROLES = {  # a handle for each role: grants, expertise, manager
    "employee": ("", "", "manager"), "expert": ("", "customs:5", ""), "manager": ("", "", ""), "curator": ("curator:*", "", ""),
    "reviewer": ("", "", ""), "admin": ("admin", "", ""), "auditor": ("auditor", "", ""),
}
MAY = {  # the words of the last column: the roles they mean
    "everybody": set(ROLES), "experts": {"expert", "reviewer"}, "managers": {"manager"}, "curators": {"curator"}, "admins": {"admin"},
    "auditors and admins": {"auditor", "admin"}, "curators and admins": {"curator", "admin"},
    "reviewers of cards": {"curator", "reviewer"}, "managers and curators": {"manager", "curator"}, "owners of paths": set(),
    "owners of paths, curators, admins and auditors": {"curator", "admin", "auditor"},
}
ARGUMENTS = {"person": "@other", "number": "1", "date": "fri", "topic": "customs", "word": "x", "text": "this and that"}


def folder(at):
    os.makedirs(at + "/cards")
    ids = {handle: f"P{n}" for n, handle in enumerate([*ROLES, "other"])}
    with open(at + "/people.csv", "w") as f:
        f.write("external_id,handle,email,display_name,manager,timezone,grants,expertise\n")
        for handle, (grants, expertise, manager) in {**ROLES, "other": ("", "", "manager")}.items():
            manager = ids.get(manager, "")
            f.write(f"{ids[handle]},{handle},{handle}@example.org,{handle.title()},{manager},Europe/London,{grants},{expertise}\n")
    with open(at + "/learnd.yaml", "w") as f:
        f.write("organisation: Test\nlearning_queue: reviewer\nlive: everyone\n")


def said(pattern):
    """The pattern with its arguments filled in, without what is optional."""
    pattern = re.sub(r"\[[^]]*\]", "", pattern)
    return re.sub(r"\{(\w+)(?::([\w|]+))?\}", lambda m: ARGUMENTS.get(m[2] or "text", (m[2] or "").split("|")[0]), pattern).strip()


def main():
    where = tempfile.mkdtemp()
    folder(where + "/org")
    out = subprocess.run([LEARND, "help", "commands"], stdout=subprocess.PIPE, check=True, text=True).stdout
    rows = re.findall(r"^\| `(.*)` \| .* \| (.*) \|$", out.replace("\\|", "|"), re.M)
    files = []
    for n, (pattern, _) in enumerate(rows):
        files.append(f"{where}/{n}.scn")
        with open(files[-1], "w") as f:
            f.write(f"config {where}/org\nat 2026-11-24 10:00 Europe/London\n")
            for role in ROLES:
                f.write(f"{role}> {said(pattern)}\n")
    subprocess.run([LEARND, "script", "-u", *files], stdout=subprocess.DEVNULL, check=True)
    failed = 0
    for file, (pattern, people) in zip(files, rows):
        heard = open(file).read()
        for role in ROLES:
            answers = re.findall(rf"^bot (?:to|edits for|sends) {role}\b(.*)", heard, re.M)
            refused = any(f" is for {people}." in answer for answer in answers)
            if not answers or refused == (role in MAY[people]):
                failed += 1
                print(f"{pattern}, said by {role}: {'refused' if refused else 'no answer' if not answers else 'not refused'}")
    shutil.rmtree(where)
    print(f"{len(rows) * len(ROLES) - failed} passed, {failed} failed")
    return failed > 0


raise SystemExit(main())
