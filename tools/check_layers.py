#!/usr/bin/env python3
"""Checks the house's floors from the text of the code: every `#include "room/…"` must name a room that src/CMakeLists.txt
grants to the including room, rooms name only rooms above them in that file (so arrows go down), and the web's folders
import only downwards. Prints each fault as file:line and exits 1."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
faults = []

rooms = {}
text = re.sub(r"#.*", "", (ROOT / "src/CMakeLists.txt").read_text())
for body in re.findall(r"room\(([^)]*)\)", text):
    words = body.split()
    name, deps, taking = words[0], [], False
    for word in words[1:]:
        if word in ("DEPS", "LIBS", "TEST_LIBS"):
            taking = word == "DEPS"
        elif taking:
            deps.append(word)
    for dep in deps:
        if dep not in rooms:
            faults.append(f"src/CMakeLists.txt: room {name} names {dep}, which is not on a floor below it")
    rooms[name] = deps

include = re.compile(r'^\s*#\s*include\s+"([a-z_]+)/[^"]+"')
for room, deps in rooms.items():
    for path in sorted((ROOT / "src" / room).rglob("*")):
        if path.suffix not in (".h", ".cpp", ".inc"):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = include.match(line)
            if match and match[1] != room and match[1] not in deps:
                where = path.relative_to(ROOT)
                faults.append(f"{where}:{number}: {room} includes {match[1]}/, which src/CMakeLists.txt does not grant it")

# web: app -> features -> {charts, ui, api, lib}; no feature imports another.
floors = {"app": 3, "features": 2, "charts": 1, "ui": 1, "api": 1, "lib": 0}
web = ROOT / "web/src"
imports = re.compile(r"""(?:from|import)\s*\(?\s*['"]((?:\.{1,2}/|@/)[^'"]+)['"]""")
if web.is_dir():
    for path in sorted(web.rglob("*.ts*")):
        inside = path.relative_to(web).parts
        if len(inside) < 2 or inside[0] not in floors:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for target in imports.findall(line):
                base = web if target.startswith("@/") else path.parent
                resolved = (base / target.removeprefix("@/")).resolve()
                try:
                    other = resolved.relative_to(web.resolve()).parts
                except ValueError:
                    continue
                if not other or other[0] not in floors:
                    continue
                upward = floors[other[0]] > floors[inside[0]]
                sideways = inside[0] == other[0] == "features" and len(other) > 1 and other[1] != inside[1]
                if upward or sideways:
                    where = path.relative_to(ROOT)
                    faults.append(f"{where}:{number}: {'/'.join(inside[:2])} imports {'/'.join(other[:2])}")

for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
