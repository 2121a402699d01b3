/** The public API: an explicit list. */
export type { Event } from './event/event.ts';
export type { Acceptance } from './event/receive.ts';
export { type Host, type HostEvents, startHost, type World } from './host.ts';
export { newHttpClient } from './http/client.ts';
export { listen } from './http/server.ts';
export type { Journal, Story } from './journal/journal.ts';
export { openSqliteJournal } from './journal/sqlite/sqlite.ts';
export type { Message, State } from './message/message.ts';
export { newRegistry } from './plugin/registry.ts';
export { builtIn } from './plugins/plugins.ts';
export { pretty } from './problem/pretty.ts';
export { type Problem, ProblemsFound } from './problem/problem.ts';
export { loadProject, type Project } from './project.ts';
export { registryOf } from './registry-of.ts';
export { realClock } from './time/real.ts';
