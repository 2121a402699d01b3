import { didYouMean } from '../problem/problem.ts';
import { asObject, asText, inWords, type Json, type JsonSchema, propertiesOf, typesOf } from '../schema/schema.ts';
import { type Command, PROJECT, type Terminal, WrongUsage } from './command.ts';
import { type OpPage, opPages } from './op-page.ts';
import { projectRegistry } from './project-registry.ts';
import { wrap } from './wrap.ts';

export const ops: Command = {
  usage: 'ops [name] [--json] [--project DIR]',
  about: 'Lists what a rulebook can do: every op, or one with its arguments, its result and examples.',
  words: 1,
  options: { json: { about: 'for a script: everything that the schemas say' }, project: PROJECT },
  examples: [
    ['npx ringbook ops', 'all of them'],
    ['npx ringbook ops twilio_call', 'one, with examples to copy'],
  ],
  run: async ([name], options, terminal) => {
    const { plugins } = await projectRegistry(options, terminal);
    const pages = opPages(plugins);
    const chosen = name === undefined ? pages : [pageNamed(name, pages)];
    if (options['json'] === true) terminal.out(JSON.stringify(name === undefined ? chosen : chosen[0], undefined, 2));
    else if (name === undefined) list(pages, terminal);
    else for (const page of chosen) show(page, terminal);
    return 0;
  },
};

function pageNamed(name: string, pages: readonly OpPage[]): OpPage {
  const page = pages.find((each) => each.name === name);
  if (page) return page;
  const names = pages.map((each) => each.name);
  const meant = didYouMean(name, names);
  throw new WrongUsage(
    `there is no op "${name}"; ${meant ? `did you mean "${meant}"?` : `the ops are ${names.join(', ')}`}`,
  );
}

function list(pages: readonly OpPage[], terminal: Terminal): void {
  const width = Math.max(...pages.map(({ name }) => name.length));
  for (const { name, description } of pages) terminal.out(`${name.padEnd(width)}  ${firstSentence(description)}`);
  terminal.out('\nringbook ops <name> tells more, with examples.');
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
}

function show(page: OpPage, terminal: Terminal): void {
  terminal.out(`${page.name}  (plugin ${page.plugin})\n${wrap(page.description, 2)}`);
  terminal.out('\nArguments:');
  if (page.arguments.length === 0) terminal.out('  none');
  for (const { name, schema, required } of page.arguments) {
    terminal.out(fieldLines(name, schema, required ? ', required' : ''));
  }
  terminal.out(`\nResult: ${typeInWords(page.result)}`);
  const description = asText(page.result['description']);
  if (description !== undefined) terminal.out(wrap(description, 2));
  for (const [name, schema] of Object.entries(propertiesOf(page.result))) {
    terminal.out(fieldLines(name, schema, ''));
  }
  if (page.examples.length > 0) terminal.out('\nExamples:');
  for (const example of page.examples) terminal.out(`${asStep(example)}\n`);
}

function fieldLines(name: string, schema: JsonSchema, required: string): string {
  const fallback = schema['default'] === undefined ? '' : `, ${literal(schema['default'])} where absent`;
  const head = `  ${name}: ${typeInWords(schema)}${required}${fallback}`;
  const description = asText(schema['description']);
  return description === undefined ? head : `${head}\n${wrap(description, 6)}`;
}

/** What may stand there, in words. */
function typeInWords(schema: JsonSchema): string {
  const { enum: values, format, template, const: only } = schema;
  if (Array.isArray(values)) return `one of ${values.map(literal).join(', ')}`;
  if (only !== undefined) return literal(only);
  if (format === 'e164') return 'phone number (E.164)';
  if (template === true) return 'template';
  const resource = asObject(schema['resource']);
  if (resource) return ['resource', asText(resource['class'])].filter((word) => word !== undefined).join(' of class ');
  const types = typesOf(schema).map((type) => TYPES[type] ?? type);
  if (types.length === 0) return 'anything';
  const most = typeof schema['maxLength'] === 'number' ? `, at most ${schema['maxLength']} characters` : '';
  return `${types.join(' or ')}${most}`;
}

/** JSON Schema's types as the messages of the compiler call them. */
const TYPES: Readonly<Record<string, string>> = {
  object: 'map',
  array: 'list',
  boolean: 'true or false',
  integer: 'whole number',
  null: 'nothing',
};

/** As YAML has it: a text in quotes, so that `'1'` and `1` are told apart. */
function literal(value: Json): string {
  return typeof value === 'string' ? `'${value}'` : inWords(value);
}

function asStep(example: string): string {
  return example
    .trimEnd()
    .split('\n')
    .map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`))
    .join('\n');
}
