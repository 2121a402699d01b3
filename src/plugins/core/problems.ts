/** The wording of every problem that the core ops find. */
import type { WorstCase } from '../../message/message.ts';
import { didYouMean, error, type Problem, type Span, warning } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';

export function senderMissing(
  resource: ResourceFile,
  setting: string | undefined,
  argument: string,
  at: Span,
): Problem {
  const file = resource.at.source.file;
  return error(
    'RB0304',
    setting === undefined
      ? `resource "${resource.mid}" of class ${resource.class} has no number of its own to send from`
      : `resource "${resource.mid}" (${file}) has no \`${setting}\`, and "${argument}" is not given`,
    at,
    setting === undefined
      ? `give the op a \`${argument}\``
      : `give ${file} a \`${setting}\`, or the op a \`${argument}\``,
  );
}

export function flowMissing(resource: ResourceFile, setting: string | undefined, at: Span): Problem {
  const file = resource.at.source.file;
  return error(
    'RB0304',
    setting === undefined
      ? `resource "${resource.mid}" of class ${resource.class} has no flow of its own`
      : `resource "${resource.mid}" (${file}) has no \`${setting}\`, and "flow" is not given`,
    at,
    setting === undefined ? 'give the op a `flow`' : `give ${file} a \`${setting}\`, or the op a \`flow\``,
  );
}

export function sameNumber(at: Span): Problem {
  return error('RB0108', 'argument "second" is the number that is called first: it would be engaged', at);
}

export function notASender(reason: string, at: Span): Problem {
  return error('RB0108', `no text message can come from this "from": ${reason}`, at);
}

export function optionNotThere(name: string, known: readonly string[], at: Span): Problem {
  const near = didYouMean(name, known);
  const list = known.length === 0 ? 'its provider takes none' : `there are ${known.join(', ')}`;
  return error('RB0102', `"${name}" is no option of this resource`, at, near ? `did you mean "${near}"?` : list);
}

export function optionOfWrongForm(name: string, message: string, at: Span): Problem {
  return error('RB0108', `the option "${name}" ${message}`, at);
}

export function unknownWay(mid: string, known: readonly string[], at: Span): Problem {
  const near = didYouMean(mid, known);
  const help = near ? `did you mean "${near}"?` : `describe it in resources/${mid}.yml`;
  return error('RB0301', `there is no resource "${mid}" that a route could lead to`, at, help);
}

export function wayThatSendsNothing(mid: string, className: string, at: Span): Problem {
  return error('RB0302', `a route cannot lead to "${mid}": a ${className} sends nothing`, at);
}

export function circularRoute(circle: readonly string[], at: Span): Problem {
  const message = `this route leads back to where it begins: ${circle.join(' -> ')}`;
  return error('RB0310', message, at, 'lead it to a resource that sends');
}

/** Routes are counted from 1 for people. */
export function routeNeverTaken(index: number, before: number, isSame: boolean, at: Span): Problem {
  const [own, first] = [index + 1, before + 1];
  return isSame
    ? error(
        'RB0309',
        `route ${own} is never taken: route ${first} leads all its numbers to the same resource`,
        at,
        'take it out',
      )
    : error(
        'RB0309',
        `route ${own} is never the first choice: route ${first} takes all its numbers before it`,
        at,
        `put it before route ${first}, or give it the same numbers if it is to be gone on to`,
      );
}

export function countryWithoutRoute(country: string, at: Span): Problem {
  const message = `numbers of ${country} may be reached, and no route leads there`;
  return error('RB0311', message, at, `add a route with \`country: ${country}\`, or one for all others (only \`via\`)`);
}

export function addressNotAsked(reason: string, at: Span): Problem {
  return error('RB0412', `this address is not asked: ${reason}`, at, 'give a public https:// address');
}

/** `certain` where the fixed words alone are too long. */
export function textTooLong({ characters, fixed }: WorstCase, limit: number, at: Span): Problem {
  if (fixed > limit) {
    const message = `this text has ${count(fixed)} characters without its variables; at most ${count(limit)} can be sent`;
    return error('RB0409', message, at, 'say less');
  }
  const message = `this text can come to ${count(characters)} characters; at most ${count(limit)} can be sent`;
  return warning('RB0409', message, at, 'give its fields a smaller `maxLength` in their schema, or say less');
}

export function manyParts({ parts, characters, encoding, beyondGsm }: WorstCase, at: Span): Problem {
  const size = encoding === 'UCS-2' ? '67 characters a part, an emoji counts two' : '153 characters a part';
  const message = `this text can come to ${count(characters)} characters in ${parts} parts, each of which is paid for (${encoding}, ${size})`;
  return warning('RB0410', message, at, `${reasonFor(beyondGsm)}give its fields a smaller \`maxLength\`, or say less`);
}

/** Why more than twice as many parts are needed as plain letters would take. */
function reasonFor(beyondGsm: WorstCase['beyondGsm']): string {
  if (beyondGsm === undefined) return '';
  if (beyondGsm !== 'variable')
    return `"${beyondGsm.character}" cannot go out in GSM-7, which has 153 a part: replace it, or `;
  return 'a variable can hold any character: give its field an `enum`, or a `pattern` of plain letters, and GSM-7 has 153 a part; or ';
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
