import { Logger, runMigrations } from 'graphile-worker';

/** What graphile-worker has to say is told by what it does; nothing of it goes to the console. */
export const SILENT = new Logger(() => () => undefined);

/** Makes or migrates the schema `graphile_worker`. */
export async function installEngine(connectionString: string): Promise<void> {
  await runMigrations({ connectionString, logger: SILENT, noHandleSignals: true });
}
