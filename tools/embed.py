#!/usr/bin/env python3
"""Compiles files into the binary: writes <name>.cpp (assembler .incbin, so that large files cost no compile time) and
<name>.h, which declares parley::embedded::<name>()."""
import argparse
import pathlib

parser = argparse.ArgumentParser()
parser.add_argument("--name", required=True)
parser.add_argument("--directory", required=True, type=pathlib.Path)
parser.add_argument("--out", required=True, type=pathlib.Path)
parser.add_argument("files", nargs="*", type=pathlib.Path)
options = parser.parse_args()

header = f"""#pragma once

#include <span>
#include <string_view>

namespace parley::embedded {{

#ifndef PARLEY_EMBEDDED_FILE
#define PARLEY_EMBEDDED_FILE
struct File {{
  std::string_view name;
  std::string_view bytes;
}};
#endif

/// The files compiled in, ordered by name.
std::span<const File> {options.name}();

}}  // namespace parley::embedded
"""

assembly, declarations, entries = [], [], []
for index, file in enumerate(sorted(options.files)):
    symbol = f"{options.name}_{index}"
    relative = file.resolve().relative_to(options.directory.resolve()).as_posix()
    assembly.append(
        f'asm(".section .rodata\\n.balign 16\\n.global {symbol}\\n{symbol}:\\n.incbin \\"{file.resolve()}\\"\\n'
        f'.byte 0\\n.global {symbol}_end\\n{symbol}_end:\\n.previous\\n");'
    )
    declarations.append(f'extern "C" const char {symbol}[], {symbol}_end[];')
    entries.append(f'      {{"{relative}", {{{symbol}, static_cast<std::size_t>({symbol}_end - {symbol} - 1)}}}},')

body = f"""#include "{options.name}.h"

#include <vector>

""" + "\n".join(assembly + declarations) + f"""

namespace parley::embedded {{

std::span<const File> {options.name}() {{
  static const std::vector<File> files = {{
""" + "\n".join(entries) + """
  };
  return files;
}

}  // namespace parley::embedded
"""

options.out.mkdir(parents=True, exist_ok=True)
(options.out / f"{options.name}.h").write_text(header)
(options.out / f"{options.name}.cpp").write_text(body)
