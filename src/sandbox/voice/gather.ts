import { personOf } from '../phones.ts';
import { finishKeysOf, isSet, methodOf, wholeOf } from './attribute.ts';
import type { Element } from './document.ts';
import { isInside } from './grammar.ts';
import { pause, play, say } from './say.ts';
import { type Next, type Page, type Stage, sourceAt } from './stage.ts';

/** What was pressed, and the key that ended it. */
interface Input {
  readonly digits: string;
  readonly finishedOn: string | undefined;
}

/** Asks for keys: what is pressed is sent to `action`; where nothing is, the script goes on. */
export async function gather(stage: Stage, page: Page, verb: Element): Promise<Next> {
  const { line } = stage;
  const takesKeys = (verb.attributes.get('input') ?? 'dtmf').split(' ').includes('dtmf');
  if (!takesKeys) line.note('Speech is not heard here: <Gather> waits for nothing.');
  line.ask(takesKeys);
  await prompt(stage, page, verb);
  const given = takesKeys ? habitualKeys(stage) : undefined;
  if (given !== undefined) {
    await line.pace();
    line.press(given);
  }
  const { digits, finishedOn } = await collect(stage, verb);
  line.ask(false);
  if (!digits && !isSet(verb, 'actionOnEmptyResult', false)) return undefined;
  return sourceAt(page, verb.attributes.get('action'), methodOf(verb), {
    Digits: digits,
    msg: 'Gather End',
    ...(finishedOn !== undefined && { FinishedOnKey: finishedOn }),
  });
}

/** What is said while it waits; the first key ends it. */
async function prompt(stage: Stage, page: Page, verb: Element): Promise<void> {
  const key = isSet(verb, 'bargeIn', true) ? stage.line.keys.ready() : undefined;
  for (const element of verb.children) {
    if (!isInside(element, verb)) continue;
    if (await promptOnce(stage, page, element, key)) return;
  }
}

function promptOnce(stage: Stage, page: Page, element: Element, key: Promise<void> | undefined): Promise<boolean> {
  if (element.name === 'Say') return say(stage, element, key);
  return element.name === 'Play' ? play(stage, page, element, key) : pause(stage, element, key);
}

/** What the person presses by habit at this question; nothing where a machine listens, or keys were pressed already. */
function habitualKeys({ line, network }: Stage): string | undefined {
  const { presses } = network.habitOf(personOf(line.call));
  if (line.isMachine || line.keys.isPressed()) return undefined;
  const keys = presses?.[line.turns.presses++];
  return keys !== undefined && /^[0-9*#]{1,100}$/.test(keys) ? keys : undefined;
}

async function collect({ line }: Stage, verb: Element): Promise<Input> {
  const timeoutMs = wholeOf(verb, 'timeout', 5) * 1000;
  const most = wholeOf(verb, 'numDigits', 0) || Infinity;
  const finishKeys = finishKeysOf(verb, '#');
  let digits = '';
  while (digits.length < most) {
    await line.within(timeoutMs, line.keys.ready());
    const key = line.keys.take();
    if (key === undefined) break;
    if (finishKeys.includes(key)) return { digits, finishedOn: key };
    digits += key;
  }
  return { digits, finishedOn: undefined };
}
