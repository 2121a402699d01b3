import type { CallStatus, Script } from '../ledger.ts';
import { callParameters } from '../life/parameters.ts';
import { dial } from './dial.ts';
import { type Element, readDocument } from './document.ts';
import { elementOf, fetchScript } from './fetch.ts';
import { gather } from './gather.ts';
import { isInside, warningsOf } from './grammar.ts';
import { record } from './record.ts';
import { pause, play, say, tones } from './say.ts';
import { sendSms } from './sms.ts';
import { type Failure, type Next, notify, type Page, type Source, type Stage, sourceAt } from './stage.ts';

/** What Twilio says to the person when a script cannot be had or read; the call then ends as completed. */
const APOLOGY = 'We are sorry, an application error has occurred. Goodbye.';
/** Scripts of one call: a menu asks for a new one at each key, a circle of `<Redirect>` without end. */
const DOCUMENT_LIMIT = 500;

/**
 * Acts out a script, and those that it leads to, until one ends or the call is ended. Resolves with whether the call is
 * to end by a word of the script. Rejects when the call is ended from outside.
 */
export async function perform(stage: Stage, first: Script | Page): Promise<'over' | 'hung up'> {
  const { line, network } = stage;
  let next: Source | Page | undefined = 'root' in first ? first : sourceOf(stage, first);
  for (;;) {
    try {
      const page: Page = 'root' in next ? next : await open(stage, next);
      const led = await act(stage, page);
      if (led === undefined) return 'over';
      if (led.kind === 'end') return 'hung up';
      next = led;
    } catch (error) {
      const script = network.stopping.aborted || line.ending ? undefined : line.redirected();
      if (script === undefined) throw error;
      line.ask(false);
      next = sourceOf(stage, script);
    }
  }
}

/** The script that a call begins with; keys that its caller wants pressed come before. */
export async function performCall(stage: Stage): Promise<void> {
  const { sendDigits, script } = stage.line.call;
  if (sendDigits) await tones(stage, sendDigits);
  await perform(stage, script);
}

/** The first script of a call that a person placed, and the state that it ends in where that script takes no calls. */
export async function openInbound(stage: Stage): Promise<{ page: Page; refused: CallStatus | undefined }> {
  const page = await open(stage, sourceOf(stage, stage.line.call.script));
  const [verb] = page.root.children.filter((element) => isInside(element, page.root));
  if (verb?.name !== 'Reject') return { page, refused: undefined };
  return { page, refused: verb.attributes.get('reason') === 'busy' ? 'busy' : 'no-answer' };
}

function sourceOf({ line }: Stage, script: Script): Source {
  switch (script.kind) {
    case 'text':
      return script;
    case 'url':
      return { ...script, params: {} };
    case 'application':
      line.note('The script of an application is kept at Twilio, so nothing was said.');
      return { kind: 'text', text: '<Response/>' };
    default:
      return script satisfies never;
  }
}

/** The script of a source; that of the call's fallback where it cannot be had; the apology where neither can. */
async function open(stage: Stage, source: Source): Promise<Page> {
  const { line, network } = stage;
  const page = await read(stage, source);
  if ('root' in page) return page;
  notify(network, line, 'error', page);
  const { fallback } = line.call;
  if (fallback === null || page.errorCode === TOO_MANY) return SORRY;
  const params = { ErrorCode: String(page.errorCode), ErrorUrl: page.url ?? '' };
  const instead = await read(stage, { ...fallback, params });
  if ('root' in instead) return instead;
  notify(network, line, 'error', instead);
  return SORRY;
}

/** Twilio has no code for a call that goes round in circles: it goes on until its time is over. */
const TOO_MANY = 12400;
const SORRY: Page = { root: { ...elementOf('Response', ''), children: [elementOf('Say', APOLOGY)] }, url: null };

async function read({ line, network }: Stage, source: Source): Promise<Page | Failure> {
  if (line.turns.documents++ >= DOCUMENT_LIMIT) {
    return { errorCode: TOO_MANY, text: `the call asked for more than ${DOCUMENT_LIMIT} scripts` };
  }
  if (source.kind === 'none') return source.failure;
  if (source.kind === 'text') {
    const document = readDocument(source.text);
    if (document.kind === 'unreadable') return { errorCode: 12100, text: document.reason };
    return { root: document.root, url: null };
  }
  const address = { ...source, params: { ...callParameters(line.call), ...source.params } };
  const fetched = await line.until(fetchScript(network.send, address, 'Say'));
  return fetched.kind === 'page' ? fetched : fetched.failure;
}

async function act(stage: Stage, page: Page): Promise<Next> {
  for (const warning of warningsOf(page.root)) {
    notify(stage.network, stage.line, 'warning', { ...warning, ...(page.url !== null && { url: page.url }) });
  }
  for (const verb of page.root.children) {
    if (!isInside(verb, page.root)) continue;
    const next = await actVerb(stage, page, verb);
    if (next) return next;
  }
  return undefined;
}

async function actVerb(stage: Stage, page: Page, verb: Element): Promise<Next> {
  switch (verb.name) {
    case 'Say':
      await say(stage, verb);
      return undefined;
    case 'Play':
      await play(stage, page, verb);
      return undefined;
    case 'Pause':
      await pause(stage, verb);
      return undefined;
    case 'Gather':
      return gather(stage, page, verb);
    case 'Record':
      return record(stage, page, verb);
    case 'Dial':
      return dial(stage, page, verb, (whisper, line) => perform({ ...stage, line, isWhisper: true }, whisper));
    case 'Sms':
      return sendSms(stage, page, verb);
    case 'Redirect':
      return redirect(page, verb);
    case 'Hangup':
      return { kind: 'end' };
    case 'Reject':
      // Once a call was answered there is nothing to reject any more.
      stage.line.note(
        '<Reject> takes effect where it comes first in a call that a person placed: elsewhere it hangs up.',
      );
      return { kind: 'end' };
    default:
      stage.line.note(`Not acted out here: <${verb.name}>.`);
      return undefined;
  }
}

function redirect(page: Page, verb: Element): Source {
  const failure = { errorCode: 11100, text: '<Redirect> has no address in it' };
  if (!verb.words) return { kind: 'none', failure };
  return sourceAt(page, verb.words, verb.attributes.get('method')?.toUpperCase() === 'GET' ? 'GET' : 'POST');
}
