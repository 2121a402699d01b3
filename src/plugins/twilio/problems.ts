/** The wording of every problem that this plugin finds. */
import { didYouMean, error, type Problem, type Span, warning } from '../../problem/problem.ts';
import type { ResourceFile } from '../../resource/resource.ts';

// Arguments and resources

export function resourceLacksNumber(resource: ResourceFile, setting: string, at: Span): Problem {
  const file = resource.at.source.file;
  return error(
    'RB0304',
    `\`default_number\` asks for the numbers of "${resource.mid}" (${file}), which has no \`${setting}\``,
    at,
    `give ${file} a \`${setting}\`, such as '+34777666555'`,
  );
}

export function nothingToSay(resource: ResourceFile, at: Span): Problem {
  const file = resource.at.source.file;
  return error(
    'RB0304',
    `resource "${resource.mid}" (${file}) has neither a \`template\` nor a \`responseUrl\`: there is nothing to say`,
    at,
    `give ${file} a \`template\` of resources/templates/, or the op one`,
  );
}

export function templateMissing(name: string, known: readonly string[], at: Span): Problem {
  const near = didYouMean(name, known);
  const help = near ? `did you mean "${near}"?` : `write it in resources/templates/${name}`;
  return error('RB0401', `there is no template "${name}"`, at, help);
}

// The table

export function variableMissing(name: string, template: string, entries: readonly string[], at: Span): Problem {
  const near = didYouMean(name, entries);
  const help = near ? `the table has "${near}": did you mean that?` : `add \`${name}: ...\` to \`correspondance\``;
  return error('RB0404', `template "${template}" says {{${name}}}, which \`correspondance\` does not give`, at, help);
}

export function entryUnused(name: string, template: string, variables: readonly string[], at: Span): Problem {
  const near = didYouMean(name, variables);
  const help = near ? `the template has {{${near}}}` : `take it out, or say {{${name}}} in the template`;
  return warning('RB0405', `template "${template}" does not use "${name}"`, at, help);
}

// Tags of a template

export function unsupportedTag(at: Span): Problem {
  const tag = at.source.text.slice(at.start, at.end);
  return error('RB0406', `${tag} is not supported in a script`, at, 'a script can hold {{name}} and {{! a comment }}');
}

export function unclosedMustache(at: Span): Problem {
  return error('RB0406', 'this {{ is not closed', at, 'write {{name}}');
}

// XML of a template

export function upperCaseDeclaration(target: string, at: Span): Problem {
  return warning(
    'RB0403',
    `<?${target} is not well-formed XML; it is read as <?xml`,
    at,
    'write <?xml version="1.0" encoding="UTF-8"?>',
  );
}

export function lateDeclaration(at: Span): Problem {
  return malformed(
    'an XML declaration can only stand at the very start',
    at,
    'move it to the first line, or take it out',
  );
}

export function unclosedMarkup(what: string, end: string, at: Span): Problem {
  return malformed(`this ${what} has no end`, at, `close it with ${end}`);
}

export function doctype(at: Span): Problem {
  return malformed('a script has no document type', at, 'take it out');
}

export function noRoot(at: Span): Problem {
  return malformed('there is no element in this file', at, 'a script is <Response><Say>...</Say></Response>');
}

/** Well-formed, but Twilio refuses it (its error 12200). */
export function wrongRoot(name: string, at: Span): Problem {
  return malformed(
    `the outermost element is <${name}>, and Twilio reads only <Response>`,
    at,
    'put it into <Response>',
  );
}

export function secondRoot(name: string, at: Span): Problem {
  return malformed(`<${name}> stands after the end of <Response>`, at, 'put it into <Response>');
}

export function wordsOutside(at: Span): Problem {
  return malformed('there are words outside of <Response>', at, 'put them into a <Say>');
}

export function unclosedElement(name: string, at: Span): Problem {
  return malformed(`<${name}> is never closed`, at, `write </${name}>`);
}

export function wrongClose(name: string | undefined, open: string | undefined, at: Span): Problem {
  if (open === undefined) return malformed(`nothing is open that </${name ?? ''}> could close`, at);
  return malformed(`</${name ?? ''}> closes <${open}>`, at, `write </${open}>`);
}

export function notAnElement(at: Span): Problem {
  return malformed('this < begins no element', at, 'to say it, write &lt;');
}

export function unclosedTag(name: string, at: Span): Problem {
  return malformed(`the tag <${name} has no end`, at, 'close it with >');
}

export function notAnAttribute(at: Span): Problem {
  return malformed('an attribute is a name, = and a value in quotes', at, 'write it like voice="alice"');
}

export function unclosedQuote(name: string, at: Span): Problem {
  return malformed(`the value of \`${name}\` has no closing quote`, at);
}

export function secondAttribute(name: string, at: Span): Problem {
  return malformed(`\`${name}\` is given twice`, at, 'take one of them out');
}

export function notAReference(text: string, at: Span): Problem {
  const what = text === '&' ? 'this & begins no reference' : `${text} is no character that XML allows`;
  return malformed(what, at, 'to say &, write &amp;');
}

function malformed(message: string, at: Span, help?: string): Problem {
  return error('RB0402', message, at, help);
}
