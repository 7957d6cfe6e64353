// A workspace without events: the first page leads to the first event.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Parley } from '../lib/parley.mjs';
import { axe, launch, open, quiet, withSession } from './browser.mjs';

let parley;
let browser;

before(async () => {
  parley = await Parley.start();
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await parley?.stop();
});

test('the command on the first page sends the first event, and the checklist turns green', async () => {
  const { context, page, complaints } = await open(browser, { bypassCSP: true });
  await withSession(context, parley);
  await page.goto(parley.url);
  await page.getByRole('heading', { level: 1, name: 'Send events' }).waitFor();
  await quiet(page);
  assert.deepEqual(await axe(page), []);
  assert.equal(await page.locator('[data-done="true"]').count(), 0);

  const command = await page.locator('pre').first().textContent();
  assert.ok(command.includes(parley.credentials.write_key));
  await promisify(execFile)('sh', ['-c', command]);
  await page.locator('[data-done="true"]').nth(1).waitFor();
  assert.deepEqual(
    await page.locator('[data-done]').evaluateAll((steps) => steps.map((step) => step.dataset.done)),
    ['true', 'true', 'false', 'false'],
  );

  // The overview then opens on today, for there is nothing in the days before.
  await page.getByRole('link', { name: 'Open the overview' }).click();
  await page.getByRole('button', { name: /^Today/ }).waitFor();
  await page.waitForFunction(() => document.querySelector('[data-metric]')?.textContent === '1');
  assert.deepEqual(complaints, []);
  await context.close();
});
