// Debian's chromium with pages that remember every complaint: console errors, faults, blocked content.
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

const axeSource = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

// A page of a browser profile of its own. `complaints` fills as it is used.
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'light', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(45_000);
  const complaints = [];
  page.on('console', (message) => {
    // The server's "you are not signed in" is an answer, which the browser reports like a fault.
    const expected = message.text().includes('401') && message.location().url.endsWith('/api/v1/session');
    if (['error', 'warning'].includes(message.type()) && !expected) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (fault) => complaints.push(`fault: ${fault.message}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`blocked by ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
    );
  });
  return { context, page, complaints };
}

export async function signIn(page, parley, path = '/') {
  await page.goto(parley.url + path);
  await page.getByLabel('Email').fill(parley.credentials.email);
  await page.getByLabel('Password').fill(parley.credentials.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor({ state: 'attached' });
}

// Signs in over the API, for tests that are about something else.
export async function withSession(context, parley) {
  const answer = await context.request.post(`${parley.url}/api/v1/session`, {
    data: { email: parley.credentials.email, password: parley.credentials.password },
  });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
}

// Waits until nothing has been loading for a while. (The network itself is never idle where events stream in.)
export async function quiet(page) {
  await page.waitForFunction(() => {
    const still = document.querySelector('[data-busy="false"]') !== null && document.querySelector('main > *') !== null;
    const now = performance.now();
    globalThis.stillSince = still ? (globalThis.stillSince ?? now) : undefined;
    return still && now - globalThis.stillSince > 250;
  });
}

// Violations of WCAG 2 A and AA up to 2.2 and of best practice, one line each.
export async function axe(page) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')} ${node.failureSummary.replaceAll('\n', ' ')}`));
}
