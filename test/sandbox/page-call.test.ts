import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChromium } from '../browser/chromium.ts';
import { FROM, finished, openSandbox, openServer, TO, until } from './network.ts';
import { tabTo, visit } from './visit.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openChromium();
}, 60_000);

afterAll(() => browser.close());

const HELLO = '<Response><Say>Hello</Say></Response>';
const HOLD = '<Response><Say>Hold the line</Say><Pause length="600"/></Response>';

test('a call is answered, heard, given keys and hung up by keyboard alone', async () => {
  const { sandbox, client } = await openSandbox(1);
  const server = await openServer(() => ({
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: '<Response><Say language="es-ES">Gracias</Say><Pause length="600"/></Response>',
  }));
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  const { page, complaints } = await visit(browser, sandbox.url);
  const ask = `<Gather action="${server.url}/keys" numDigits="3" finishOnKey="" timeout="600"><Say>Press three keys</Say></Gather>`;
  const { sid } = await client.calls.create({ to: TO, from: FROM, twiml: `<Response>${ask}</Response>` });
  await page.getByRole('link', { name: '+12•••123 rings: call from +34•••777' }).waitFor();
  expect(await page.title()).toBe('(1) ringing · Phones · Ringbook');
  await tabTo(page, 'Answer');
  await page.keyboard.press('Enter');
  await page.getByText('Press three keys', { exact: true }).waitFor();
  await page.getByText('Waits for keys', { exact: true }).waitFor();
  expect(await page.getByRole('link', { name: 'rings' }).count()).toBe(0);
  await page.keyboard.type('4*#');
  await page.getByText('Gracias', { exact: true }).waitFor();
  expect(server.received[0]?.params).toMatchObject({ CallSid: sid, Digits: '4*#' });
  expect(await page.getByText('Gracias', { exact: true }).getAttribute('lang')).toBe('es-ES');
  await page.getByText('Pressed: 4*#', { exact: true }).waitFor();
  await tabTo(page, 'Hang up');
  await page.keyboard.press('Enter');
  await page.getByText('ended', { exact: true }).waitFor();
  await page.getByText('pressed 4*#', { exact: true }).waitFor();
  await page.locator('.phone:focus').waitFor();
  expect(await finished(sandbox, sid)).toMatchObject({ state: 'completed', keys: '4*#' });
  expect(complaints).toEqual([]);
  await page.close();
});

test('the keypad works by pointer, and only while the call goes on', async () => {
  const { sandbox, client } = await openSandbox(1);
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  const { page, complaints } = await visit(browser, sandbox.url);
  await client.calls.create({ to: TO, from: FROM, twiml: HOLD });
  await page.getByRole('button', { name: 'Answer' }).waitFor();
  expect(await page.getByRole('button', { name: 'hash' }).isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Answer' }).click();
  for (const name of ['1', '0', 'star', 'hash']) await page.getByRole('button', { name, exact: true }).click();
  await page.getByText('Pressed: 10*#', { exact: true }).waitFor();
  expect(await page.getByText('Waits for keys').isVisible()).toBe(false);
  expect(complaints).toEqual([]);
  await page.close();
});

test('a call that is rejected is busy', async () => {
  const { sandbox, client } = await openSandbox(1);
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  const { page, complaints } = await visit(browser, sandbox.url);
  const { sid } = await client.calls.create({ to: TO, from: FROM, twiml: HELLO });
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByText('busy', { exact: true }).waitFor();
  expect((await client.calls(sid).fetch()).status).toBe('busy');
  expect(await page.title()).toBe('Phones · Ringbook');
  expect(complaints).toEqual([]);
  await page.close();
});

test('a phone is told to be answered by hand on the page, and every page that is open shows it', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'x' });
  await finished(sandbox, sid);
  const { page, complaints } = await visit(browser, sandbox.url);
  const other = await visit(browser, sandbox.url);
  await page.getByRole('radio', { name: 'by itself' }).focus();
  await page.keyboard.press('ArrowRight');
  await until(() => sandbox.phones.people().get(TO)?.answers === 'by-hand');
  await other.page.locator('.habit :checked[value=by-hand]').waitFor({ state: 'attached' });
  await client.calls.create({ to: TO, from: FROM, twiml: HELLO });
  await page.getByRole('button', { name: 'Answer' }).waitFor();
  expect(complaints).toEqual([]);
  await Promise.all([page.close(), other.page.close()]);
});

test('calls are spoken by the voice of the browser in their language, once that was asked for', async () => {
  const { sandbox, client } = await openSandbox(1);
  sandbox.phones.setHabit(TO, { answers: 'by-hand' });
  const { page, complaints } = await visit(browser, sandbox.url);
  // The browser's own voice is the wire here: a machine without sound never ends its first word.
  await page.evaluate('window.spoken = []; speechSynthesis.speak = ({ text, lang }) => spoken.push([text, lang]);');
  const say = (words: string, language: string) => `<Say language="${language}">${words}</Say>`;
  const twiml = `<Response>${say('Good morning', 'en-GB')}${say('Buenos días', 'es-MX')}<Pause length="600"/></Response>`;
  await client.calls.create({ to: TO, from: FROM, twiml });
  await page.getByRole('button', { name: 'Answer' }).click();
  await page.getByText('Buenos días', { exact: true }).waitFor();
  expect(await page.evaluate('spoken')).toEqual([]);
  await page.locator('.call').getByRole('button', { name: 'Speak' }).click();
  expect(await page.evaluate('spoken')).toEqual([
    ['Good morning', 'en-GB'],
    ['Buenos días', 'es-MX'],
  ]);
  expect(await page.getByRole('button', { name: 'Speak', pressed: true }).count()).toBe(2);
  expect(complaints).toEqual([]);
  await page.close();
});

test('the next call can be made to go wrong, and that be taken back', async () => {
  const { sandbox, client } = await openSandbox(1);
  sandbox.phones.setHabit(TO, { answers: 'itself' });
  const kept = { fault: { kind: 'html' }, times: 1 } as const;
  sandbox.faults.add(kept);
  const { page, complaints } = await visit(browser, sandbox.url);
  await page.getByText('Let something go wrong').click();
  await page.getByLabel('Next').selectOption({ label: 'message: undelivered, filtered (30007)' });
  await page.getByRole('button', { name: 'Set' }).click();
  await page.getByText('Next: undelivered (30007)', { exact: true }).waitFor();
  expect(sandbox.faults.list()[1]).toEqual({ fault: { kind: 'undelivered', errorCode: 30007 }, number: TO, times: 1 });
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByText('Next: undelivered (30007)', { exact: true }).waitFor({ state: 'hidden' });
  expect(sandbox.faults.list()).toEqual([kept]);
  sandbox.faults.clear();
  await page.getByLabel('Next').selectOption({ label: 'call: busy' });
  await page.getByRole('button', { name: 'Set' }).click();
  await page.getByText('Next: busy', { exact: true }).waitFor();
  await client.calls.create({ to: TO, from: FROM, twiml: HELLO });
  await page.locator('.past').getByText('busy', { exact: true }).waitFor();
  await page.getByText('Next: busy', { exact: true }).waitFor({ state: 'hidden' });
  expect(complaints).toEqual([]);
  await page.close();
});
