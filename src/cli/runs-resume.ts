import type { Options, Terminal } from './command.ts';
import { expectFine, post } from './host-client.ts';
import { withHost } from './host-door.ts';

/** `runs resume <id>` */
export function resumeRun(id: string, options: Options, terminal: Terminal): Promise<number> {
  return withHost(options, terminal, async (door) => {
    expectFine(await post(door, `/runs/${encodeURIComponent(id)}/resume`), door);
    const when = door.isRunning ? '' : ' once a host runs: npx ringbook start';
    terminal.out(`run ${id} goes on after its last step that was done${when}`);
    return 0;
  });
}
