#!/usr/bin/env python3
"""How long until learnd serves, and how much memory it takes idle: the second start on the example organisation, without TLS."""
import os, re, shutil, signal, subprocess, time

LEARND, FOLDER = os.environ["LEARND"], "build/bench-ready"
READY_MS, ANON_KIB, RSS_KIB = 30, 6 * 1024, 16 * 1024


def start():
    env = dict(os.environ, LEARND_DATABASE=FOLDER + "/learnd.db", LEARND_WEB="127.0.0.1:18098")
    began = time.monotonic()
    p = subprocess.Popen([LEARND, "run"], stderr=subprocess.PIPE, env=env, text=True)
    for line in p.stderr:
        if "event=serving" in line:
            return p, (time.monotonic() - began) * 1000
    raise SystemExit("learnd run ended before it served")


def stop(p):
    p.send_signal(signal.SIGTERM)
    p.communicate(timeout=20)


def memory(p):
    with open(f"/proc/{p.pid}/status") as f:
        text = f.read()
    return [int(re.search(name + r":\s+(\d+)", text).group(1)) for name in ("RssAnon", "VmRSS")]


shutil.rmtree(FOLDER, ignore_errors=True)
os.makedirs(FOLDER)
stop(start()[0])
times = []
for _ in range(11):
    p, ms = start()
    times.append(ms)
    anon, rss = memory(p)
    stop(p)
median = sorted(times)[len(times) // 2]
checks = [("ready, second start, median ms", median, READY_MS), ("RssAnon idle, KiB", anon, ANON_KIB), ("VmRSS idle, KiB", rss, RSS_KIB)]
for what, value, most in checks:
    print(f"# {what}: {value:.0f} (at most {most})")
failed = sum(value > most for _, value, most in checks)
print(f"{len(checks) - failed} passed, {failed} failed")
raise SystemExit(failed > 0)
