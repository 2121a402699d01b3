import type { Browser, Page } from 'playwright-core';

/** Opens a page at `url`, waits until it is live, and keeps what its console complains of. */
export async function visit(browser: Browser, url: string): Promise<{ page: Page; complaints: string[] }> {
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

/** Presses Tab until a control with this text or label has the focus: what a person without a mouse does. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const focused = 'document.activeElement.ariaLabel ?? document.activeElement.textContent.trim()';
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(focused)) === name) return;
  }
  throw new Error(`no control "${name}" is reached by Tab`);
}
