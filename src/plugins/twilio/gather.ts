/** Questions of a script: where what is pressed is told. */

/** A start tag as the house writes it: attributes in double quotes, every `<` of data escaped. */
const GATHER = /<Gather((?:\s+[\w:.-]+="[^"]*")*)\s*(\/?)>/g;

/**
 * The script with each `<Gather>` that asks for keys and has no `action` of its own led to `hookUrl`, under the number of the
 * question: the first is `first`.
 */
export function withQuestionsLed(script: string, hookUrl: string, first: number): string {
  let question = first;
  return script.replaceAll(GATHER, (whole, attributes: string, end: string) => {
    if (/\saction="/.test(attributes) || !asksForKeys(attributes)) return whole;
    return `<Gather${attributes} action="${hookUrl}/digits/${question++}"${end}>`;
  });
}

function asksForKeys(attributes: string): boolean {
  const [, input] = /\sinput="([^"]*)"/.exec(attributes) ?? [];
  return input === undefined || input.split(/\s+/).includes('dtmf');
}
