#!/usr/bin/env python3
"""Measures connect-lint beside `rg -l` of the same literals and other tools, in pairs that take turns; then how its cost
grows with files and with apps.

Needs Python 3, npm and the registry for the packages (once), and a release build. What is not installed is skipped, by
name. CPU time is that of all threads, in user and system mode together. Exits with 1 where a mistake was missed, something
else was found, or a limit was passed.
"""

import argparse
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from statistics import median

import tree

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(HERE)
LIMITS = {"cpu beside rg": 1.1, "peak MiB": 64, "small app ms": 10}
FILES = [1_000, 5_000, 20_000, 80_000]
APPS = [1, 10, 100, 1_000]
# tools that take more than this many times as long as rg run in the first rounds alone
SLOW, SLOW_ROUNDS = 10, 2


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--bin", default=os.path.join(os.environ.get("CARGO_TARGET_DIR", f"{PROJECT}/target"), "release/connect-lint"))
    arguments.add_argument("--folder", default=os.path.join(tempfile.gettempdir(), "connect-lint-bench"), help="where packages and trees are kept")
    arguments.add_argument("--rounds", type=int, default=15)
    arguments.add_argument("--peers", default="", help="a folder of programs to look into before PATH, as node_modules/.bin")
    arguments.add_argument("--apps", nargs="*", default=[], help="apps to copy; those of fixtures/apps if none is given")
    arguments.add_argument("--only", choices=["peers", "files", "apps"], action="append", help="measure this alone")
    options = arguments.parse_args()
    os.environ["PATH"] = os.pathsep.join(filter(None, [options.peers, os.environ["PATH"]]))
    if not os.path.exists(options.bin):
        sys.exit(f"{options.bin} is missing: cargo build --release --locked")
    parts = options.only or ["peers", "files", "apps"]
    print(f"{subprocess.run([options.bin, '--version'], capture_output=True, text=True).stdout.strip()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    passed = []
    if "peers" in parts:
        passed.append(peers(options))
    if "files" in parts:
        passed.append(by_files(options))
    if "apps" in parts:
        passed.append(by_apps(options))
    sys.exit(0 if all(passed) else 1)


def literals():
    """What connect-lint looks for in JavaScript before it parses any, as its source lists it."""
    with open(os.path.join(PROJECT, "src/javascript/relevance.rs"), encoding="utf-8") as file:
        listed = re.findall(r"^const (?:OWN|EVENTS|REGISTRATIONS): .*? = \[(.*?)\];", file.read(), re.S | re.M)
    return [word for words in listed for word in re.findall(r'"([^"]+)"', words)]


def tools(options, root, scratch):
    """Every tool's command, or none where it is not installed."""
    words = os.path.join(scratch, "literals.txt")
    tree.place(words, "\n".join(literals()).encode() + b"\n")
    pattern = "$APP.post('/uninstalled', $ADDON.authenticate($$$), $$$)"
    rule = {"id": "symmetric", "language": "js", "rule": {"pattern": pattern}}
    tree.place(os.path.join(scratch, "sgconfig.yml"), json.dumps({"ruleDirs": ["rules"]}).encode())
    tree.place(os.path.join(scratch, "rules/js.yml"), json.dumps(rule).encode())
    tree.place(os.path.join(scratch, "rules/ts.yml"), json.dumps({**rule, "id": "symmetric-ts", "language": "ts"}).encode())
    semgrep = {"id": "symmetric", "languages": ["js", "ts"], "severity": "ERROR", "message": "symmetric",
               "pattern": "$APP.post('/uninstalled', $ADDON.authenticate(...), ...)"}
    tree.place(os.path.join(scratch, "semgrep.yml"), json.dumps({"rules": [semgrep]}).encode())
    selector = "CallExpression[callee.property.name='post'] > CallExpression[callee.property.name='authenticate']"
    eslint = {"rules": {"no-restricted-syntax": ["error", selector]}}
    tree.place(os.path.join(scratch, "eslint.config.mjs"), f"export default [{json.dumps(eslint)}];\n".encode())
    return {
        "connect-lint": [options.bin, "check", root, "--format", "json"],
        "rg": ["rg", "--files-with-matches", "--fixed-strings", "--file", words, root],
        "oxlint, no rule": ["oxlint", "--allow", "all", "--no-ignore", root],
        "ast-grep": ["ast-grep", "scan", "--config", os.path.join(scratch, "sgconfig.yml"), "--no-ignore", "hidden", root],
        "semgrep": ["semgrep", "scan", "--config", os.path.join(scratch, "semgrep.yml"), "--metrics", "off",
                    "--disable-version-check", "--no-git-ignore", "--quiet", root],
        "eslint, JavaScript alone": ["eslint", "--no-config-lookup", "--config", os.path.join(scratch, "eslint.config.mjs"), "--quiet", root],
    }


def run(command):
    """CPU seconds, wall seconds and peak MiB of a command and all that it starts, what it wrote, and how it ended."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return used.ru_utime + used.ru_stime, wall, used.ru_maxrss / (1024 if sys.platform == "linux" else 1 << 20), out.read(), process.returncode


def peers(options):
    root = os.path.join(options.folder, "tree")
    expected = tree.build(os.path.join(options.folder, "packages"), root)
    count = sum(len(names) for _, _, names in os.walk(root))
    with tempfile.TemporaryDirectory() as scratch:
        commands = tools(options, root, scratch)
        for name in [name for name, command in commands.items() if not shutil.which(command[0])]:
            print(f"skipped: {name} is not installed")
            del commands[name]
        measured = {name: [] for name in commands}
        for name, command in list(commands.items()):
            if run(command)[4] not in (0, 1):  # everything is in memory from here on
                print(f"skipped: {name} fails on this tree")
                del commands[name], measured[name]
        for number in range(options.rounds):
            for name, command in commands.items():
                is_slow = measured[name] and median_cpu(measured[name]) > SLOW * median_cpu(measured["connect-lint"])
                if not (is_slow and number >= SLOW_ROUNDS):
                    measured[name].append(run(command))
        small = os.path.join(PROJECT, "fixtures/apps/ace-clean")
        walls = [run([options.bin, "check", small])[1] for _ in range(4 * options.rounds)]
    print(f"\n{count} files, {options.rounds} rounds that take turns; median CPU, median of its ratios to rg in the same round, peak memory")
    base = measured.get("rg") or measured["connect-lint"]
    for name, runs in measured.items():
        ratio = median(one[0] / other[0] for one, other in zip(runs, base))
        print(f"  {name:25} {median_cpu(runs) * 1000:9.0f} ms {ratio:8.2f} x {max(one[2] for one in runs):7.0f} MiB  ({len(runs)} rounds)")
    found = json.loads(measured["connect-lint"][0][3])["findings"]
    wrong = sorted(finding["path"] for finding in found)
    is_right = wrong == expected and {finding["rule"] for finding in found} == {tree.RULE}
    print(f"  {len(set(expected) & set(wrong))} of {len(expected)} mistakes found, {len(set(wrong) - set(expected))} false alarms")
    ratio = median(one[0] / other[0] for one, other in zip(measured["connect-lint"], base))
    figures = {"cpu beside rg": ratio, "peak MiB": max(one[2] for one in measured["connect-lint"]), "small app ms": median(walls) * 1000}
    for name, figure in figures.items():
        print(f"  {name}: {figure:.2f}, limit {LIMITS[name]}{'' if figure <= LIMITS[name] else '  OVER'}")
    print(f"  a small app: least {min(walls) * 1000:.1f} ms, median {median(walls) * 1000:.1f} ms of wall time")
    return is_right and all(figure <= LIMITS[name] for name, figure in figures.items())


def by_files(options):
    print("\nmore files, the same 160 planted apps; median CPU")
    points, is_right = [], True
    for count in FILES:
        root = os.path.join(options.folder, "files")
        expected = tree.build(os.path.join(options.folder, "packages"), root, count)
        command = [options.bin, "check", root, "--format", "json"]
        run(command)
        runs = [run(command) for _ in range(max(3, options.rounds // 3))]
        found = sorted(finding["path"] for finding in json.loads(runs[0][3])["findings"])
        is_right &= found == expected
        points.append((count, median_cpu(runs)))
        row(f"{count} files", runs, len(found))
        shutil.rmtree(root)
    slope(points, "file")
    return is_right


def by_apps(options):
    fixtures = os.path.join(PROJECT, "fixtures/apps")
    apps = sorted(options.apps or (os.path.join(fixtures, name) for name in os.listdir(fixtures)))
    apps = [app for app in apps if os.path.isdir(app)]
    print(f"\nmore copies of {len(apps)} apps in one tree; median CPU")
    points, one, is_right = [], None, True
    for count in APPS:
        root = os.path.join(options.folder, "apps")
        tree.copies(apps, root, count)
        command = [options.bin, "check", root, "--format", "json"]
        runs = [run(command) for _ in range(max(3, options.rounds // 3) if count < 1_000 else 2)]
        found = sorted(known(finding) for finding in json.loads(runs[0][3])["findings"])
        one = one or found
        is_right &= found == sorted(finding for finding in one for _ in range(count))
        points.append((count * len(apps), median_cpu(runs)))
        row(f"{count} copies", runs, len(found))
        shutil.rmtree(root)
    print(f"  findings of the copies are those of one, as often as there are copies: {'yes' if is_right else 'NO'}")
    slope(points, "app")
    return is_right


def known(finding):
    """What a finding says, whichever copy it is of."""
    return finding["rule"], finding["path"].split("/", 1)[1], finding["start"]["offset"], finding["identity"], finding["message"]


def row(name, runs, found):
    print(f"  {name:15} {median_cpu(runs) * 1000:9.1f} ms {median(one[1] for one in runs) * 1000:9.1f} ms wall {max(one[2] for one in runs):7.0f} MiB {found:8} findings")


def slope(points, unit):
    """The line through the points, by least squares, and the power by which the cost grows between the last two."""
    n, xs, ys = len(points), [x for x, _ in points], [y for _, y in points]
    mean_x, mean_y = sum(xs) / n, sum(ys) / n
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x in xs)
    start = mean_y - slope * mean_x
    spread = 1 - sum((y - start - slope * x) ** 2 for x, y in points) / (sum((y - mean_y) ** 2 for y in ys) or 1)
    (x1, y1), (x2, y2) = points[-2:]
    power = math.log(y2 / y1) / math.log(x2 / x1)
    print(f"  slope {slope * 1e6:.1f} µs a {unit}, from {start * 1000:.1f} ms (R² {spread:.4f}); the last step grows as its size to the power {power:.2f}")


def median_cpu(runs):
    return median(one[0] for one in runs)


if __name__ == "__main__":
    main()
