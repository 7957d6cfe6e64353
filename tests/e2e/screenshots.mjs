// Pictures for the README, of a server that runs: node screenshots.mjs URL EMAIL PASSWORD [WORKSPACE]
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch, open, quiet } from './browser.mjs';

const [url, email, password, workspace] = process.argv.slice(2);
if (!password) {
  console.error('usage: node screenshots.mjs URL EMAIL PASSWORD [WORKSPACE]');
  process.exit(2);
}
const directory = fileURLToPath(new URL('../../docs/images/', import.meta.url));
mkdirSync(directory, { recursive: true });
const browser = await launch();

async function picture(name, path, { colorScheme = 'light', height = 1000, settle = async () => {} } = {}) {
  const { context, page } = await open(browser, { colorScheme, viewport: { width: 1440, height }, deviceScaleFactor: 1.5 });
  await context.request.post(`${url}/api/v1/session`, { data: { email, password } });
  await page.goto(url + path + (workspace ? `${path.includes('?') ? '&' : '?'}workspace=${workspace}` : ''));
  await settle(page);
  await page.screenshot({ path: `${directory}${name}.png` });
  console.log(`docs/images/${name}.png`);
  await context.close();
}

// The middle of the chart is read, so that the picture shows what a pointer does.
async function hover(page) {
  await quiet(page);
  const box = await page.getByRole('img', { name: /Arrow keys/ }).first().boundingBox();
  await page.mouse.move(box.x + box.width * 0.62, box.y + box.height * 0.4);
}

await picture('overview-light', '/?range=7d', { height: 1520, settle: hover });
await picture('overview-dark', '/?range=7d', { height: 1520, colorScheme: 'dark', settle: hover });
await picture('conversation', '/conversations?range=7d&sort=review', {
  settle: async (page) => {
    await quiet(page);
    await page.locator('[data-row]').first().click();
    await page.getByRole('list', { name: 'Transcript' }).waitFor();
  },
});
// The stream never ends, so the page is never idle: some events are enough.
await picture('live', '/live', { settle: (page) => page.getByRole('button', { name: /^\d\d:\d\d:\d\d/ }).nth(12).waitFor({ timeout: 120_000 }) });
await browser.close();
