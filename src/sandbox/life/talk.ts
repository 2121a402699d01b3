import type { Call } from '../ledger.ts';
import type { Network } from '../network.ts';
import type { Line } from './line.ts';
import { callParameters } from './parameters.ts';
import { hear } from './script.ts';

/** What Twilio says to the person when a script cannot be had or read; the call then ends as completed. */
const APOLOGY = 'We are sorry, an application error has occurred. Goodbye.';

/** What the person hears, once the call is answered. */
export async function listen(network: Network, line: Line): Promise<void> {
  const script = line.call.script;
  switch (script.kind) {
    case 'text':
      follow(line, script.text);
      break;
    case 'application':
      line.note('The script of an application is kept at Twilio, so nothing was said.');
      break;
    case 'url': {
      const { method, url } = script;
      const reply = await line.until(network.send({ method, url, params: callParameters(line.call) }));
      if (reply.kind === 'failed') sorry(line, `No script: ${reply.reason}.`);
      else if (reply.response.status >= 200 && reply.response.status < 300) follow(line, reply.response.body);
      else sorry(line, `Error 11200: the script was answered with status ${reply.response.status}.`);
      break;
    }
    default:
      script satisfies never;
  }
  await line.pace();
}

function follow(line: Line, script: string): void {
  const heard = hear(script);
  if (heard.kind === 'unreadable') return sorry(line, `Error 12100: ${heard.reason}.`);
  line.hear(said(heard.words));
  if (heard.leftOut.length > 0) line.note(`Not acted out here: ${heard.leftOut.join(', ')}.`);
}

function sorry(line: Line, note: string): void {
  line.note(note);
  line.hear(said(APOLOGY));
}

function said(words: string): Call['heard'][number] {
  return { kind: 'say', words, voice: null, language: null };
}
