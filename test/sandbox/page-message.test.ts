import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openChromium } from '../browser/chromium.ts';
import { FROM, finished, openSandbox, TO, until } from './network.ts';
import { tabTo, visit } from './visit.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await openChromium();
}, 60_000);

afterAll(() => browser.close());

test('a message is answered by a quick button and by writing, and the account receives both', async () => {
  const { sandbox, client } = await openSandbox(1);
  const { sid } = await client.messages.create({ to: TO, from: FROM, body: 'Your code is 42' });
  await finished(sandbox, sid);
  const { page, complaints } = await visit(browser, sandbox.url);
  await page.getByText('Your code is 42', { exact: true }).waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('Thanks <b>a lot</b>');
  await page.keyboard.press('Enter');
  await page.getByText('Thanks <b>a lot</b>', { exact: true }).waitFor();
  await tabTo(page, 'STOP');
  await page.keyboard.press('Enter');
  await page.locator('.message[data-direction=out] .words', { hasText: /^STOP$/ }).waitFor();
  await page.locator('.message', { hasText: 'STOP' }).getByText('received', { exact: true }).first().waitFor();
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('');
  const received = await client.messages.list({ to: FROM, from: TO });
  expect(received.map(({ body }) => body)).toEqual(['STOP', 'Thanks <b>a lot</b>']);
  expect(complaints).toEqual([]);
  await page.close();
});

test('a phone is added by its number, and what is no number is refused with the form that it needs', async () => {
  const { sandbox } = await openSandbox(1);
  const { page } = await visit(browser, sandbox.url);
  const field = page.getByLabel('Add a phone');
  await field.fill('0034 666');
  await page.keyboard.press('Enter');
  await page.getByText(/^This is no phone number in E\.164 form: .* such as \+12025550123\.$/).waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('');
  await field.fill('+34 666-555-777');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: '+34•••777' }).waitFor();
  expect([...sandbox.phones.people()]).toEqual([[FROM, { answers: 'itself' }]]);
  expect(await field.inputValue()).toBe('');
  expect(await page.getByText('E.164').count()).toBe(0);
  expect(await page.getByText('No phone has rung yet').isVisible()).toBe(false);
  await page.locator('.phone:focus').waitFor();
  await page.close();
});

test('adding a phone that is there changes nothing of it', async () => {
  const { sandbox } = await openSandbox(1);
  sandbox.phones.setHabit(TO, { answers: 'by-hand', presses: ['1'] });
  const { page } = await visit(browser, sandbox.url);
  await page.getByLabel('Add a phone').fill(TO);
  await page.keyboard.press('Enter');
  await until(() => sandbox.phones.people().size === 1);
  await page.locator('.phone:focus').waitFor();
  expect([...sandbox.phones.people()]).toEqual([[TO, { answers: 'by-hand', presses: ['1'] }]]);
  await page.close();
});
