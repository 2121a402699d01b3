import { SaxesParser } from 'saxes';

/** What a script says, or why it cannot be read. */
export type Heard =
  | {
      readonly kind: 'heard';
      readonly words: string;
      /** Elements that are in the script and are not acted out here, each once. */
      readonly leftOut: readonly string[];
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Ends the reading at the first fault; caught in `hear` alone. */
class Unreadable extends Error {}

/**
 * The words of every `<Say>` in order, as a voice would read them. As strict as Twilio, which answers what is no well-formed
 * XML with error 12100: a sandbox that let it pass would promise too much.
 */
export function hear(script: string): Heard {
  const parser = new SaxesParser();
  const words: string[] = [];
  const leftOut = new Set<string>();
  /** Names of the elements that are open, and the words of the `<Say>` among them. */
  const open: string[] = [];
  let said = '';
  const listen = (text: string): void => {
    if (open.includes('Say')) said += text;
  };
  parser.on('error', (fault) => {
    throw new Unreadable(fault.message.replace(/^\d+:\d+: |\.$/g, ''));
  });
  parser.on('doctype', () => {
    throw new Unreadable('a script has no document type');
  });
  parser.on('opentag', ({ name }) => {
    if (open.length === 0 && name !== 'Response') throw new Unreadable(`the root element is <${name}>, not <Response>`);
    // What stands inside of a <Say> shapes the voice; `Pause` says nothing, so nothing of it is left out.
    if (open.length > 0 && !open.includes('Say') && name !== 'Say' && name !== 'Pause') leftOut.add(`<${name}>`);
    open.push(name);
  });
  parser.on('text', listen);
  parser.on('cdata', listen);
  parser.on('closetag', ({ name }) => {
    open.pop();
    if (name !== 'Say') return;
    const spoken = said.replaceAll(/\s+/g, ' ').trim();
    if (spoken) words.push(spoken);
    said = '';
  });
  try {
    parser.write(script).close();
  } catch (fault) {
    if (fault instanceof Unreadable) return { kind: 'unreadable', reason: fault.message };
    throw fault;
  }
  return { kind: 'heard', words: words.join(' '), leftOut: [...leftOut] };
}
