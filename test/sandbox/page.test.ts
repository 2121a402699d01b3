import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChromium } from '../browser/chromium.ts';
import { FROM, finished, openSandbox, TO } from './network.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openChromium();
}, 60_000);

afterAll(() => browser.close());

/** A page at `url`, and what its console complained of. */
async function visit(url: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(url);
  await page.getByText('Live', { exact: true }).waitFor();
  return { page, complaints };
}

test('the words that are heard and read appear live, as text, with the numbers masked', async () => {
  const { sandbox, client } = await openSandbox();
  const { page, complaints } = await visit(sandbox.url);
  await page.getByText('No phone has rung yet').waitFor();
  const script = '<Response><Say>Fire &lt;b&gt;now&lt;/b&gt; &amp;amp; here</Say></Response>';
  await client.calls.create({ to: TO, from: FROM, twiml: script });
  await client.messages.create({ to: TO, from: FROM, body: '<img src=x onerror=alert(1)>' });
  await page.getByText('Fire <b>now</b> &amp; here', { exact: true }).waitFor();
  await page.getByText('<img src=x onerror=alert(1)>', { exact: true }).waitFor();
  await page.getByText('ended', { exact: true }).waitFor();
  await page.getByText('delivered', { exact: true }).waitFor();
  expect(await page.getByRole('heading', { name: '+12•••123' }).count()).toBe(1);
  expect(await page.getByText('No phone has rung yet').isVisible()).toBe(false);
  expect(await page.content()).not.toMatch(/2025550123|666555777/);
  expect(complaints).toEqual([]);
  await page.close();
});

test('a page that is opened later shows what was there, and is read without a mouse', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'Earlier' });
  await finished(sandbox, sid);
  const { page, complaints } = await visit(sandbox.url);
  await page.getByText('Earlier').first().waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the phones');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('phones');
  expect(complaints).toEqual([]);
  await page.close();
});

test('nothing is wider than a narrow screen', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'x'.repeat(400) });
  await finished(sandbox, sid);
  const { page } = await visit(sandbox.url);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await page.close();
});

test('the data of the page holds no number, and its files no way for a stranger in', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.messages.create({ to: TO, from: 'Ringbook', body: 'Hello' });
  await finished(sandbox, sid);
  const data = (await (await fetch(`${sandbox.url}/phones.json`)).json()) as { entries: { phone: string }[] };
  expect(data).toEqual({
    entries: [
      {
        id: sid,
        phone: expect.stringMatching(/^[0-9a-f]{16}$/),
        kind: 'sms',
        direction: 'in',
        line: null,
        other: 'Ringbook',
        words: 'Hello',
        heard: [],
        keys: '',
        asks: false,
        state: 'delivered',
        at: expect.any(Number),
        startedAt: null,
        endedAt: null,
        note: null,
      },
    ],
    phones: [{ phone: data.entries[0]?.phone, number: '+12•••123', answers: 'itself', faults: [] }],
    lines: [],
  });
  for (const path of ['/', '/phones.css', '/phones.js', '/phones.json']) {
    const { status, headers } = await fetch(`${sandbox.url}${path}`);
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});
