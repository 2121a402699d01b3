import { type Browser, chromium } from 'playwright-core';

const UNWANTED = [
  // In one process, as it is meant to run on Lambda, the whole browser goes when its first page is closed.
  '--single-process',
  // A page is tested with what keeps it from others, and them from it.
  '--disable-web-security',
  '--allow-running-insecure-content',
];

/**
 * A headless Chromium: the one at CHROMIUM_PATH, or else the one that `npm ci` brought.
 * The brought one unpacks its shared libraries only where it takes the machine for an AWS Lambda.
 */
export async function openChromium(): Promise<Browser> {
  const ownPath = process.env.CHROMIUM_PATH;
  if (ownPath) return chromium.launch({ executablePath: ownPath, args: ['--no-sandbox'] });
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x';
  const { default: brought } = await import('@sparticuz/chromium');
  const args = brought.args.filter((argument) => !UNWANTED.includes(argument));
  return chromium.launch({ executablePath: await brought.executablePath(), args, headless: true });
}
