import { expect, test } from 'vitest';
import { newHttpClient } from '../../../src/http/client.ts';
import { log } from '../../../src/plugins/core/log.ts';
import { newContext } from '../context.ts';
import { problemsOf } from '../project.ts';

test.each([
  ['a line', 'a line'],
  [7, '7'],
  [true, 'true'],
])('writes %j as %j', async (message, line) => {
  const context = newContext(newHttpClient(), {});
  expect(await log({ message }, context)).toBe(line);
  expect(context.lines).toEqual([line]);
});

test.each([`log: Job \${title} has ended`, 'echo: { message: Hello }'])('takes the form %s', (op) => {
  expect(problemsOf({ do: `- ${op}\n` })).toEqual([]);
});
