#!/usr/bin/env python3
"""Functions and files stay small: no function over 100 lines, no file over 500; a report of the lengths. size.py [ROOT]"""
import os, re, statistics, sys

root = sys.argv[1] if len(sys.argv) > 1 else "."
lengths, bad = [], 0
for top in ("bot", "handlers", "include"):
    for folder, _, names in os.walk(os.path.join(root, top)):
        for name in sorted(names):
            if not name.endswith((".c", ".h")):
                continue
            path = os.path.relpath(os.path.join(folder, name), root)
            lines = open(os.path.join(root, path), encoding="utf-8").read().splitlines()
            if len(lines) > 500:
                bad += 1
                print(f"{path}:501: the file has {len(lines)} lines, 500 is the most")
            start = None
            for number, line in enumerate(lines, 1):  # as clang-format has them: a body's braces stand in the first column
                if line == "{":
                    start = number
                elif line == "}" and start:
                    lengths.append(number - start + 1)
                    if lengths[-1] > 100:
                        bad += 1
                        print(f"{path}:{start}: the function has {lengths[-1]} lines, 100 is the most")
                    start = None
if lengths:
    lengths.sort()
    print(f"# {len(lengths)} functions: mean {statistics.mean(lengths):.1f} lines, median {statistics.median(lengths):g}, "
          f"p90 {lengths[len(lengths) * 9 // 10]}, longest {lengths[-1]}, "
          f"{100 * sum(n > 60 for n in lengths) / len(lengths):.1f} % over 60")
sys.exit(bad > 0)
