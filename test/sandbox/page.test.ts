import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChromium } from '../browser/chromium.ts';
import { FROM, finished, openSandbox, openServer, TO } from './network.ts';
import { visit } from './visit.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openChromium();
}, 60_000);

afterAll(() => browser.close());

test('the words that are heard and read appear live, as text, with the numbers masked', async () => {
  const { sandbox, client } = await openSandbox();
  const { page, complaints } = await visit(browser, sandbox.url);
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
  const { page, complaints } = await visit(browser, sandbox.url);
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
  sandbox.phones.act({ kind: 'write', from: TO, to: FROM, text: 'y'.repeat(400) });
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  sandbox.faults.add({ fault: { kind: 'undelivered', errorCode: 30003 }, number: TO, times: 1 });
  const { page } = await visit(browser, sandbox.url);
  await page.setViewportSize({ width: 320, height: 640 });
  const widths = () => page.evaluate('[document.documentElement.scrollWidth, ...overflowing()]');
  await page.evaluate(OVERFLOWING);
  await page.getByText('Let something go wrong').click();
  const twiml = `<Response><Say>${'z'.repeat(400)}</Say><Pause length="600"/></Response>`;
  await client.calls.create({ to: TO, from: FROM, twiml });
  await page.getByRole('button', { name: 'Answer' }).waitFor();
  expect(await widths()).toEqual([320]);
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.getByText('z'.repeat(400)).waitFor();
  expect(await widths()).toEqual([320]);
  await page.close();
});

/** What reaches out of its phone sideways, where it is cut off rather than making the page wider. */
const OVERFLOWING = `overflowing = () =>
  [...document.querySelectorAll('.phone *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth || element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && element.tagName !== 'SELECT')
    .map((element) => element.outerHTML)`;

test('a page whose feed ends says so, connects again by itself, and shows what is there then', async () => {
  const first = await openSandbox(1);
  const { sid } = await first.client.messages.create({ to: TO, from: FROM, body: 'Before' });
  await finished(first.sandbox, sid);
  const { page } = await visit(browser, first.sandbox.url);
  await page.getByText('Before', { exact: true }).waitFor();
  await first.sandbox.close();
  await page.getByText('Not connected, trying again', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('Anyone?');
  await page.keyboard.press('Enter');
  await page.getByText('The sandbox does not answer. Is it still running?', { exact: true }).waitFor();
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Anyone?');
  const second = await openSandbox(1, Number(new URL(first.sandbox.url).port));
  await second.client.messages.create({ to: '+34777666555', from: FROM, body: 'After' });
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('After', { exact: true }).waitFor();
  expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['+34•••555']);
  await page.close();
});

test('what is being written stays where it is when the feed begins anew', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'Before' });
  await finished(sandbox, sid);
  const { page } = await visit(browser, sandbox.url);
  await page.getByRole('textbox', { name: 'Message' }).fill('Half a sent');
  // More than a reader may be behind: its feed is ended, and the page asks for it again.
  const network = await page.context().newCDPSession(page);
  const begun = new Promise<void>((resolve) => {
    network.on('Network.eventSourceMessageReceived', ({ eventName }) => {
      if (eventName === 'phones') resolve();
    });
  });
  await network.send('Network.enable');
  for (let changes = 0; changes < 1_100; changes++)
    sandbox.phones.act({ kind: 'write', from: TO, to: FROM, text: 'x' });
  await begun;
  await page.keyboard.type('ence');
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Half a sentence');
  await page.close();
});

test('no number in full reaches the page, in whatever way', async () => {
  const { sandbox, client } = await openSandbox(1);
  const server = await openServer(() => ({ status: 500 }));
  const page = await browser.newPage();
  const given: string[] = [];
  const network = await page.context().newCDPSession(page);
  network.on('Network.eventSourceMessageReceived', ({ eventName, data }) => given.push(`${eventName} ${data}`));
  await network.send('Network.enable');
  const answers: Promise<unknown>[] = [];
  page.on('response', (response) => {
    if (!response.url().endsWith('/events')) answers.push(response.text().then((text) => given.push(text)));
  });
  await client.messages.create({ to: TO, from: FROM, body: 'x', statusCallback: `${server.url}/${TO}` });
  await page.goto(sandbox.url);
  await page.getByLabel('Add a phone').fill('+34777666555');
  await page.keyboard.press('Enter');
  await page.locator('.phone:focus').waitFor();
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  await client.calls.create({ to: TO, from: FROM, url: `${server.url}/${TO}` });
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.getByText('Error 11200').first().waitFor();
  await page.locator('.phone', { hasText: '123' }).getByRole('button', { name: 'STOP' }).click();
  await page.getByText('received', { exact: true }).waitFor();
  await Promise.all(answers);
  const all = given.join('\n');
  for (const part of ['phones {', 'entry {', 'phone {', '<!doctype html>', '+12•••123', '+34•••555'])
    expect(all).toContain(part);
  expect(all + (await page.content())).not.toMatch(/2025550123|666555777|777666555(?!"\}')/);
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
    notice: null,
  });
  for (const path of ['/', '/phones.css', '/phones.js', '/keypad.js', '/phones.json', '/events']) {
    const { status, headers, body } = await fetch(`${sandbox.url}${path}`);
    await body?.cancel();
    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});
