#!/usr/bin/env python3
"""Runs every test suite, shows progress, and ends with `N passed, N failed` (and `, N skipped` where some were).

Suites: layers (the floors of the house), cpp (every *_test program), web (Vitest), and each tests/<name> that holds
Node tests. A suite that cannot run at all counts as one failure."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--build", required=True, type=pathlib.Path)
parser.add_argument("--node", required=True)
parser.add_argument("--only", help="run only suites whose name holds this text")
options = parser.parse_args()
build = options.build.resolve()
sanitized = build.name in ("asan", "tsan")

passed = failed = skipped = 0
failures = []


def run(command, directory=ROOT, seconds=1200, extra=None):
    environment = dict(os.environ, PARLEY_BINARY=str(build / "parley"), **(extra or {}))
    try:
        done = subprocess.run(command, cwd=directory, env=environment, text=True, errors="replace",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        output = late.stdout or ""
        if isinstance(output, bytes):
            output = output.decode(errors="replace")
        return 124, output + f"\nstopped after {seconds} s"
    except OSError as fault:
        return 127, str(fault)


def gtest(program):
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / "report.json"
        code, output = run([str(program), f"--gtest_output=json:{report}", "--gtest_brief=1"])
        good = bad = left = 0
        if report.exists():
            for suite in json.loads(report.read_text()).get("testsuites", []):
                for test in suite.get("testsuite", []):
                    if test.get("failures"):
                        bad += 1
                    elif test.get("result") == "SKIPPED":
                        left += 1
                    else:
                        good += 1
        if code != 0 and bad == 0:
            bad = 1
        return good, bad, left, output


def vitest():
    with tempfile.TemporaryDirectory() as scratch:
        report = pathlib.Path(scratch) / "report.json"
        code, output = run([options.node, "node_modules/vitest/vitest.mjs", "run", "--reporter=default",
                            "--reporter=json", f"--outputFile.json={report}"], ROOT / "web")
        if not report.exists():
            return 0, 1, 0, output
        told = json.loads(report.read_text())
        good, bad = told["numPassedTests"], told["numFailedTests"]
        if code != 0 and bad == 0:
            bad = 1
        return good, bad, told.get("numPendingTests", 0), output


def node_tests(directory):
    files = sorted(str(path) for path in directory.glob("*.test.mjs"))
    code, output = run([options.node, "--test", "--test-concurrency=1", "--test-reporter=tap", *files], directory)
    told = {word: int(number) for word, number in re.findall(r"^# (pass|fail|cancelled|skipped) (\d+)$", output, re.M)}
    good, bad = told.get("pass", 0), told.get("fail", 0) + told.get("cancelled", 0)
    if (code != 0 and bad == 0) or not told:
        bad = max(bad, 1)
    return good, bad, told.get("skipped", 0), output


def layers():
    code, output = run([sys.executable, "tools/check_layers.py"])
    return (1, 0, 0, output) if code == 0 else (0, 1, 0, output)


suites = [("layers", layers)]
cpp = [(f"cpp {program.name.removesuffix('_test')}", lambda program=program: gtest(program))
       for program in sorted((build / "tests").glob("*_test"))]
if not cpp:
    cpp = [("cpp", lambda: (0, 1, 0, f"no test programs in {build / 'tests'}"))]
alone = []
if not sanitized:
    suites.append(("web", vitest))
    for directory in sorted((ROOT / "tests").iterdir()):
        if any(directory.glob("*.test.mjs")):
            alone.append((f"{directory.name}", lambda directory=directory: node_tests(directory)))
# Programs that start servers of their own, or measure time-outs, get the machine for themselves.
alone = [suite for suite in cpp if suite[0].split()[1] in ("crash", "scenarios", "truth")] + alone
suites += [suite for suite in cpp if suite not in alone]


def judged(suite):
    began = time.monotonic()
    return suite[0], suite[1](), time.monotonic() - began


def tell(name, result, took):
    global passed, failed, skipped
    good, bad, left, output = result
    passed, failed, skipped = passed + good, failed + bad, skipped + left
    words = f"{good} passed" + (f", {bad} failed" if bad else "") + (f", {left} skipped" if left else "")
    print(f"  {name:<18} {words}  ({took:.1f} s)", flush=True)
    if left:
        for reason in sorted(set(re.findall(r": Skipped\n(.+)|# SKIP (.+)", output)))[:3]:
            reason = " ".join(reason)
            print(f"      {reason.strip()}", flush=True)
    if bad:
        failures.append((name, output))


if options.only:
    suites = [suite for suite in suites if options.only in suite[0]]
    alone = [suite for suite in alone if options.only in suite[0]]
with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
    for name, result, took in pool.map(judged, suites):
        tell(name, result, took)
for suite in alone:
    tell(*judged(suite))

for name, output in failures:
    print(f"\n--- {name} ---\n" + "\n".join(output.splitlines()[-120:]))
if passed + failed == 0:
    print("No test matches.")
    failed = 1
print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(1 if failed else 0)
