import { randomUUID } from 'node:crypto';
import { type Host, startHost, type World } from '../host.ts';
import { newHttpClient } from '../http/client.ts';
import { AddressInUse } from '../http/http.ts';
import { listen } from '../http/server.ts';
import { JournalInUse, JournalUnusable } from '../journal/journal.ts';
import type { Registry } from '../plugin/plugin.ts';
import { error, hasErrors, ProblemsFound } from '../problem/problem.ts';
import type { Project } from '../project.ts';
import { safetyNotice } from '../safety.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { startSandbox } from '../sandbox/server.ts';
import { realClock } from '../time/real.ts';
import { leaveAddress } from './host-address.ts';
import { isDatabase, openJournal } from './open-journal.ts';

/** What to start. Port 0 takes a free one. */
export interface Launch {
  readonly project: Project;
  readonly registry: Registry;
  /** A file, or the address of a database. */
  readonly journalPath: string;
  readonly port: number;
  /** Absent: no phone network is brought along. */
  readonly sandbox?: { readonly port: number; readonly paceMs?: number };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The host does what it is asked, and leaves all that is due to the next one. */
  readonly isAtRest?: boolean;
}

/** A host, with its phone network where it has one. */
export interface Launched {
  readonly host: Host;
  readonly sandbox: Sandbox | undefined;
  stop(): Promise<void>;
}

/** Starts a host on this machine's clock, disk and network. Rejects with `ProblemsFound` for whatever a user can mend. */
export async function launch(options: Launch): Promise<Launched> {
  if (hasErrors(options.project.problems)) throw new ProblemsFound(options.project.problems);
  const http = newHttpClient();
  const opened: (() => Promise<void>)[] = [() => http.close()];
  const stop = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) await close();
  };
  const wire = { clock: realClock, newId: randomUUID, random: Math.random, http, listen };
  const notice = safetyNotice(options.project.config, options.environment);
  try {
    const sandbox =
      options.sandbox &&
      (await startSandbox({ ...wire, host: '127.0.0.1', ...(notice !== undefined && { notice }), ...options.sandbox }));
    if (sandbox) opened.push(() => sandbox.close());
    let host: Host | undefined;
    const journal = await openJournal({
      place: options.journalPath,
      clock: realClock,
      trouble: (what, cause) => void host?.bus.emit('trouble', what, cause),
    });
    const closeJournal = (): Promise<void> => journal.close();
    opened.push(closeJournal);
    const world: World = { ...wire, environment: { ...options.environment, ...sandbox?.environment } };
    const started = await startHost(options.project, options.registry, journal, world, options.port, options.isAtRest);
    for (const { number, url } of started.lines) sandbox?.takeNumber(number, url);
    opened.splice(opened.indexOf(closeJournal), 1, () => started.stop());
    host = started;
    // Whoever looks for a host at rest would find it gone.
    if (options.isAtRest !== true && !isDatabase(options.journalPath))
      opened.push(leaveAddress(options.journalPath, started.url));
    return { host: started, sandbox, stop };
  } catch (failure) {
    await stop();
    throw asProblem(failure);
  }
}

/** What a user can mend comes out as a problem. */
export function asProblem(failure: unknown): unknown {
  if (failure instanceof AddressInUse) {
    const help = `stop what listens there, or take another: --port ${failure.port + 10}`;
    return new ProblemsFound([error('RB0702', `port ${failure.port} of ${failure.host} is in use`, undefined, help)]);
  }
  if (failure instanceof JournalInUse || failure instanceof JournalUnusable) {
    return new ProblemsFound([error('RB0703', failure.message, undefined, '--journal names another one')]);
  }
  return failure;
}
