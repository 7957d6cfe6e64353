// Copies the built web app and lays a .br and .gz beside each file that gets smaller by it:
// node tools/compress_assets.mjs <from> <to>
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [from, to] = process.argv.slice(2);
rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
cpSync(from, to, { recursive: true });

for (const name of readdirSync(to, { recursive: true })) {
  const path = join(to, name);
  if (!statSync(path).isFile()) continue;
  const bytes = readFileSync(path);
  const packed = {
    br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    gz: gzipSync(bytes, { level: 9 }),
  };
  for (const [ending, smaller] of Object.entries(packed))
    if (smaller.length < bytes.length * 0.95) writeFileSync(`${path}.${ending}`, smaller);
}
