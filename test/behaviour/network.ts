import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Launched, launch } from '../../src/cli/launch.ts';
import type { Event } from '../../src/event/event.ts';
import type { Story } from '../../src/journal/journal.ts';
import { isFinal } from '../../src/message/message.ts';
import { newRegistry } from '../../src/plugin/registry.ts';
import { builtIn } from '../../src/plugins/plugins.ts';
import { loadProject } from '../../src/project.ts';
import type { JsonObject } from '../../src/schema/schema.ts';

/** The folder of this repository: its examples are what the tests run. */
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** A host on the examples of this repository, with its phone network, on free ports. */
export async function launchExamples(journalPath = ':memory:'): Promise<Launched> {
  const registry = newRegistry(builtIn);
  const project = loadProject(repository, registry);
  return launch({ project, registry, journalPath, port: 0, sandbox: { port: 0, paceMs: 5 }, environment: {} });
}

/** The same on a project of a test's own: files by their paths, over the examples. */
export async function launchProject(
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
  journalPath = ':memory:',
): Promise<Launched> {
  const folder = await mkdtemp(join(tmpdir(), 'ringbook-'));
  try {
    for (const part of ['resources', 'schemas', 'rulebooks'])
      await cp(join(repository, part), join(folder, part), { recursive: true });
    for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
    const registry = newRegistry(builtIn);
    const project = loadProject(folder, registry);
    return await launch({
      project,
      registry,
      journalPath,
      port: 0,
      sandbox: { port: 0, paceMs: 5 },
      environment,
    });
  } finally {
    // A project is read once, at the start.
    await rm(folder, { recursive: true });
  }
}

/** An event of the examples. */
export function eventOf(type: string, data: JsonObject, id: string = randomUUID()): Event {
  return { id, source: 'test', type, time: '2026-11-21T10:00:00Z', data };
}

/** What came of an event, once nothing of it can move any more. */
export async function settledStory({ host }: Launched, eventId: number): Promise<Story> {
  for (let tries = 0; tries < 500; tries++) {
    const story = await host.story(eventId);
    if (
      story?.runs.every(
        ({ state, messages }) => state !== 'pending' && messages.every((message) => isFinal(message.state)),
      )
    ) {
      return story;
    }
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`event ${eventId} did not settle: ${JSON.stringify(await host.story(eventId))}`);
}

/** Gives an event to a host and waits for all that comes of it. */
export async function follow(launched: Launched, event: Event): Promise<Story> {
  const acceptance = await launched.host.accept(event);
  if (acceptance.kind === 'refused') throw new Error(acceptance.problems.map(({ message }) => message).join('\n'));
  return settledStory(launched, acceptance.appended.eventId);
}
