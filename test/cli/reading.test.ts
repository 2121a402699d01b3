import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/problem/catalogue.ts';
import { ringbook } from './ringbook.ts';

describe('ringbook explain', () => {
  test.each(['RB0106', 'rb0106', '106'])('%s prints the page of the code, without its Markdown', async (code) => {
    const { code: exit, out, err } = await ringbook(['explain', code]).ended;
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toMatch(/^RB0106: a required argument is missing\n\n/);
    expect(out).toMatch(/\n {4}do:\n/);
    expect(out).not.toMatch(/^```|^## |RB0107: /m);
  });

  test('knows which code was meant', async () => {
    const { code, err } = await ringbook(['explain', 'RB01066']).ended;
    expect(code).toBe(2);
    expect(err).toContain('there is no code "RB01066"; did you mean RB0106?');
  });

  test('lists every code with its title', async () => {
    const all = Object.entries(CATALOGUE).map(([code, title]) => `${code}  ${title}\n`);
    expect((await ringbook(['explain']).ended).out).toBe(all.join(''));
    expect(JSON.parse((await ringbook(['explain', '--json']).ended).out)).toHaveLength(all.length);
  });

  test('gives a script the page as Markdown', async () => {
    const { out } = await ringbook(['explain', 'RB0106', '--json']).ended;
    const told = JSON.parse(out) as Record<string, string>;
    expect(told).toMatchObject({ code: 'RB0106', title: 'a required argument is missing' });
    expect(told['page']).toContain('```yaml');
  });
});

describe('ringbook ops', () => {
  test('lists every op with the first sentence of what it does', async () => {
    const { out } = await ringbook(['ops']).ended;
    expect(out).toMatch(/^sms_send +Sends a text message through a resource\.$/m);
    expect(out).toMatch(/^twilio_call +Calls a number through Twilio/m);
  });

  test('tells the arguments of one op, with types and examples', async () => {
    const { out } = await ringbook(['ops', 'twilio_call']).ended;
    expect(out).toContain('  twilio_resource: resource of class TwilioConfig, required\n');
    expect(out).toContain("  default_number: one of '1', 1, true, '0', 0, false, required\n");
    expect(out).toContain('  destination_number: phone number (E.164)\n');
    expect(out).toContain('Result: map\n');
    expect(out).toContain("  - twilio_call:\n      twilio_resource: 'twilio_resource'\n");
  });

  test('gives a script all that the schemas say', async () => {
    const { out } = await ringbook(['ops', 'sms_send', '--json']).ended;
    const page = JSON.parse(out) as { arguments: { name: string; required: boolean }[]; choices: unknown };
    expect(page.arguments.filter(({ required }) => required).map(({ name }) => name)).toEqual(['resource', 'to']);
    expect(page.choices).toEqual([{ required: ['body'] }, { required: ['template'] }]);
  });

  test('knows which op was meant', async () => {
    const { code, err } = await ringbook(['ops', 'send_sms']).ended;
    expect(code).toBe(2);
    expect(err).toContain('there is no op "send_sms"; ');
  });
});

describe('every command that reads or draws', () => {
  test.each(['check', 'test', 'explain', 'ops', 'schema', 'init', 'graph'])(
    '%s --help shows examples',
    async (command) => {
      const { code, out } = await ringbook([command, '--help']).ended;
      expect(code).toBe(0);
      expect(out).toContain(`Usage: ringbook ${command}`);
      expect(out).toMatch(/Examples:\n {2}# .+\n {2}npx ringbook /);
    },
  );
});
