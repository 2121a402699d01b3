/** Processes of a benchmark: what is measured has one of its own, as have its load and its provider. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process that answers. */
export interface Child {
  /** What it said when it was ready. */
  readonly ready: string;
  readonly pid: number;
  /** Hands it a message, and resolves with what it answers. One at a time. */
  ask<Answer>(message: object): Promise<Answer & Spent>;
  /** Lets it end what it has open. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** What a process has used until then: other than the time on the clock, it hardly depends on what else the machine does. */
export interface Spent {
  /** Of the processor, by all threads of the process. */
  readonly cpuUs: number;
}

export interface ChildOptions {
  /** Beside this file; it calls `answer`. */
  readonly script: string;
  readonly args: readonly string[];
  /** Options of Node, such as `--cpu-prof`. */
  readonly execArgv?: readonly string[];
}

/** Starts a process and waits until it is ready. Rejects where it ends before. */
export async function startChild({ script, args, execArgv = [] }: ChildOptions): Promise<Child> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    execArgv: [...execArgv],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const answered = async () => {
    const found = await Promise.race([once(child, 'message'), ended]);
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${script} ended before it was done`);
    return found[0];
  };
  const ready = await answered();
  return {
    ready,
    pid: child.pid ?? 0,
    async ask(message) {
      const found = answered();
      child.send(message);
      return await found;
    },
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** For the script of a child: says that it is ready, answers what it is asked, and ends when it is not needed any more. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it is the script's own word for what it is asked
export function answer<Message>(
  ready: string,
  respond: (message: Message) => object | Promise<object>,
  close: () => void | Promise<void> = () => {},
): void {
  process.on('message', (message: Message) => {
    void Promise.resolve(respond(message)).then((found) => process.send?.({ ...found, cpuUs: spentUs() }));
  });
  process.once('disconnect', () => {
    void Promise.resolve(close()).then(() => process.exit());
  });
  process.send?.(ready);
}

function spentUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
