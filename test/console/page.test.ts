import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOf, launchExamples } from '../behaviour/network.ts';
import { openChromium } from '../browser/chromium.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openChromium();
}, 60_000);
afterAll(() => browser.close());

test('an event and what became of its call and message appear live, as text, with the numbers masked', async () => {
  const launched = await launchExamples();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (failure) => complaints.push(failure.message));
    await page.goto(launched.host.url);
    await page.getByText('No event yet').waitFor();

    const data = { username: 'eva', realname: 'Eva', phone: '+34611222333' };
    await launched.host.accept(eventOf('new-user', data, '<b>42</b>'));
    await page.getByText('rule new-user: done').waitFor();
    await page.locator('.message[data-outcome=good] .state', { hasText: 'completed' }).waitFor();
    await page.locator('.message[data-outcome=good] .state', { hasText: 'delivered' }).waitFor();
    await page.getByText('from test, id <b>42</b>', { exact: true }).waitFor();
    await page.getByText('to +34•••333', { exact: true }).waitFor();
    expect(await page.content()).not.toContain('611222333');
    expect(complaints).toEqual([]);
  } finally {
    await launched.stop();
  }
});
