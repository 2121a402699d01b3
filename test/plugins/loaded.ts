import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a module in a process of its own and returns the packages that it loaded. */
export async function packagesLoadedBy(source: string): Promise<readonly string[]> {
  const report = `
    import { registerHooks } from 'node:module';
    const packages = new Set();
    registerHooks({
      load(url, context, next) {
        const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)(?!.*node_modules)/.exec(url)?.[1];
        if (name) packages.add(url.includes('/twilio/lib/webhooks/') ? 'twilio webhooks' : name);
        return next(url, context);
      },
    });
    process.on('exit', () => console.log(JSON.stringify([...packages])));
    ${source}`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', report]);
  return JSON.parse(stdout);
}
