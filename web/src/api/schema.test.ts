import { readFile } from 'node:fs/promises';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { expect, test } from 'vitest';

test('the types of the wire are those of the contract', async () => {
  const contract = new URL('../../../src/api/openapi.yaml', import.meta.url);
  const generated = COMMENT_HEADER + astToString(await openapiTS(contract));
  expect(await readFile(new URL('./schema.d.ts', import.meta.url), 'utf8'), 'run npm run schema in web/').toBe(generated);
});
