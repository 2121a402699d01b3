import { resolve } from 'node:path';
import { accountOf } from '../plugins/twilio/account.ts';
import type { Account } from '../plugins/twilio/sdk.ts';
import { didYouMean, error, hasErrors, ProblemsFound } from '../problem/problem.ts';
import { loadProject } from '../project.ts';
import { registryOf } from '../registry-of.ts';
import { resolveResource } from '../resource/resolve.ts';
import { type Options, type Terminal, textOf } from './command.ts';

const CLASS = 'TwilioConfig';

/**
 * The account of `--resource`, or of the environment: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, or, without them, that of a
 * sandbox. Throws `ProblemsFound` with the names of what is missing.
 */
export async function accountFrom(options: Options, terminal: Terminal): Promise<Account> {
  const mid = textOf(options, 'resource');
  return mid === undefined
    ? accountOfEnvironment(terminal.environment)
    : await accountOfResource(mid, options, terminal);
}

function accountOfEnvironment(environment: Terminal['environment']): Account {
  const read = (prefix: string): Account | undefined => {
    const { [`${prefix}_ACCOUNT_SID`]: sid, [`${prefix}_AUTH_TOKEN`]: token, [`${prefix}_URL`]: baseUrl } = environment;
    return sid && token ? { sid, token, ...(prefix === SANDBOX && baseUrl && { baseUrl }) } : undefined;
  };
  const isSandbox = environment[`${SANDBOX}_URL`] && !environment['TWILIO_ACCOUNT_SID'];
  const account = isSandbox ? read(SANDBOX) : read('TWILIO');
  if (account) return account;
  const missing = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'].filter((name) => !environment[name]);
  throw new ProblemsFound(
    missing.map((name) =>
      error(
        'RB0306',
        `the environment variable ${name} is not set, and no --resource names an account`,
        undefined,
        HELP,
      ),
    ),
  );
}

/** As `ringbook sandbox` prints them. */
const SANDBOX = 'RINGBOOK_SANDBOX';

const HELP = 'set it, or name a resource of the project: --resource twilio_resource';

async function accountOfResource(mid: string, options: Options, terminal: Terminal): Promise<Account> {
  const folder = resolve(terminal.folder, textOf(options, 'project') ?? '.');
  const registry = await registryOf(folder);
  const project = loadProject(folder, registry);
  const file = project.resources.get(mid);
  if (!file) {
    const unread = project.problems.filter(({ at }) => at?.source.file.startsWith('resources/'));
    if (hasErrors(unread)) throw new ProblemsFound(unread);
    const known = [...project.resources.values()].filter(({ class: of }) => of === CLASS).map((one) => one.mid);
    const near = didYouMean(mid, known);
    const help = near ? `did you mean "${near}"?` : `there are ${known.join(', ') || 'none'} of class ${CLASS}`;
    throw new ProblemsFound([error('RB0301', `there is no resource "${mid}"`, undefined, help)]);
  }
  if (file.class !== CLASS) {
    const message = `"${mid}" is of class ${file.class}, and only a ${CLASS} is an account of Twilio's`;
    throw new ProblemsFound([error('RB0302', message, file.at)]);
  }
  const settings = registry.resourceClass(CLASS)?.settings ?? {};
  const { resource, problems } = resolveResource(file, settings, terminal.environment, project.config.defaultRegion);
  if (problems.length > 0) throw new ProblemsFound(problems);
  return accountOf(resource);
}
