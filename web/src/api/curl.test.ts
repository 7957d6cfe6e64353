import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { curlFor } from './curl';

describe('curl', () => {
  test('survives the shell whatever the event holds', () => {
    const body = { event: 'a', properties: { text: `it's $HOME "and" \`more\`` } };
    const command = curlFor('http://127.0.0.1:8080', 'wk_1', body).replace(/^curl /, 'printf "%s\\n" ');
    const shown = execFileSync('sh', ['-c', command], { encoding: 'utf8' });
    const json = shown.slice(shown.indexOf('{'));
    expect(JSON.parse(json)).toEqual(body);
    expect(shown).toContain('wk_1:');
  });
});
