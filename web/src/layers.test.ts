import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/// Who may import whom: app → features → charts → ui → api → lib; no feature imports another.
const floors = ['lib', 'api', 'ui', 'charts', 'features', 'app'];

function problem(file: string, imported: string): string | null {
  const [room = '', feature = ''] = file.split('/');
  const [target = '', other = ''] = imported.split('/');
  if (floors.indexOf(target) > floors.indexOf(room)) return `${file} imports upward: ${imported}`;
  if (room === 'features' && target === 'features' && feature !== other) return `${file} imports another feature: ${imported}`;
  return null;
}

test('every import goes down', async () => {
  const root = new URL('.', import.meta.url);
  const files = (await readdir(root, { recursive: true })).filter((name) => /\.tsx?$/.test(name) && !/^[^/]+$/.test(name));
  expect(files.length).toBeGreaterThan(50);
  const problems: string[] = [];
  for (const file of files) {
    const text = await readFile(new URL(file, root), 'utf8');
    for (const [, imported = ''] of text.matchAll(/from '@\/([^']+)'/g)) problems.push(problem(file, imported) ?? '');
    expect(text, file).not.toMatch(/from '\.\.\//);
  }
  expect(problems.filter(Boolean)).toEqual([]);
});

test('an upward import and a neighbouring feature are found', () => {
  expect(problem('lib/format.ts', 'ui/card')).toContain('upward');
  expect(problem('features/live/live-page.tsx', 'features/plan/plan-page')).toContain('another');
  expect(problem('features/live/live-page.tsx', 'ui/card')).toBeNull();
});
