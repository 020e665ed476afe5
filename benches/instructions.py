#!/usr/bin/env python3
"""Counts the instructions of some checks with callgrind, and compares them with `benches/instructions.json`: a figure that
depends on the program and the compiler, and hardly on the machine. Exits with 1 where one is over.

Needs valgrind, and a release build. `--record` writes the figures of today.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

import tree

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(HERE)
RECORD = os.path.join(HERE, "instructions.json")
# a figure may be this much over before it counts as worse; one that is this much under should be recorded
TOLERANCE = 0.05
APPS = os.path.join(PROJECT, "fixtures/apps")
COPIES = 20


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--bin", default=os.path.join(os.environ.get("CARGO_TARGET_DIR", f"{PROJECT}/target"), "release/connect-lint"))
    arguments.add_argument("--record", action="store_true")
    options = arguments.parse_args()
    counted = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, root in cases(folder):
            counted[name] = count([options.bin, "check", root, "--format", "json"])
    if options.record:
        with open(RECORD, "w", encoding="utf-8") as file:
            json.dump(counted, file, indent=2)
            file.write("\n")
    recorded = {}
    if os.path.exists(RECORD):
        with open(RECORD, encoding="utf-8") as file:
            recorded = json.load(file)
    over = [name for name, figure in counted.items() if report(name, figure, recorded.get(name))]
    sys.exit(f"more instructions than recorded: {', '.join(over)}" if over else 0)


def cases(folder):
    """The trees: an app of each stack, and copies of all apps, which would show a cost that grows faster than they do."""
    for name in ["ace-typescript", "acsb-gradle-catalog", "express-custom", "not-connect"]:
        yield name, os.path.join(APPS, name)
    copies = os.path.join(folder, "copies")
    apps = sorted(os.path.join(APPS, name) for name in os.listdir(APPS) if os.path.isdir(os.path.join(APPS, name)))
    tree.copies(apps, copies, COPIES)
    yield f"{COPIES} copies of all apps", copies


def count(command):
    """The instructions of a command, of all its threads; they run one at a time under valgrind."""
    with tempfile.TemporaryDirectory() as scratch:
        tool = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/out"]
        run = subprocess.run(tool + command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if not found or run.returncode not in (0, 1):
        sys.exit(f"valgrind could not run {' '.join(command)}:\n{run.stderr[-2000:]}")
    return int(found.group(1))


def report(name, figure, recorded):
    """Says how a figure compares; whether it is over."""
    if recorded is None:
        print(f"  {name:25} {figure:13,}  not recorded")
        return True
    change = figure / recorded - 1
    is_over = change > TOLERANCE
    note = "OVER" if is_over else "record it: `just bench-instructions --record`" if change < -TOLERANCE else ""
    print(f"  {name:25} {figure:13,}  {change:+7.2%}  {note}")
    return is_over


if __name__ == "__main__":
    main()
