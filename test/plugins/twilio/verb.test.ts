import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { VERB_NAMES, verbNamed } from '../../../src/plugins/twilio/verb.ts';

/** What Twilio's SDK says of TwiML: its classes as JavaScript, and their types as text. */
const require = createRequire(import.meta.url);
const VoiceResponse: ClassOfSdk & Record<string, ClassOfSdk> = require('twilio/lib/twiml/VoiceResponse.js');
const types = readFileSync(require.resolve('twilio/lib/twiml/VoiceResponse.js').replace(/js$/, 'd.ts'), 'utf8');

interface ClassOfSdk {
  readonly name: string;
  readonly prototype: Record<string, (this: unknown, attributes: object, words: string) => unknown>;
}

const classes = [VoiceResponse, ...Object.values(VoiceResponse)];

/** The elements that a class of the SDK makes inside of its own, by the class of each. */
function madeBy(one: ClassOfSdk): readonly { readonly element: string; readonly className: string }[] {
  const methods = Object.getOwnPropertyNames(one.prototype).filter(
    (name) => !/^(constructor|comment|addText)/.test(name),
  );
  return methods.flatMap((method) => {
    const elements: string[] = [];
    const fake = { ele: (name: string) => (elements.push(name), fake) };
    const parent = new Proxy({}, { get: () => fake });
    const made = one.prototype[method]?.call(parent, {}, 'x');
    return elements.map((element) => ({ element, className: String(made?.constructor.name) }));
  });
}

const elements = classes.flatMap(madeBy).map(({ element, className }) => [element, className] as const);

function attributesOf(className: string): readonly string[] {
  const body = new RegExp(`interface ${className}Attributes \\{([\\s\\S]*?)\\n    \\}`).exec(types)?.[1] ?? '';
  return [...body.matchAll(/^\s*"?([\w:-]+)"?\?: /gm)].map(([, name = '']) => name);
}

test('the SDK has what the test reads from it', () => {
  expect(elements).toContainEqual(['Say', 'Say']);
  expect(attributesOf('Say')).toEqual(['language', 'loop', 'voice']);
  expect(elements.length).toBeGreaterThan(50);
});

test.each(elements)('knows <%s> with all attributes that the SDK gives it', (element, className) => {
  const verb = verbNamed(element);
  expect(verb).toBeDefined();
  expect(Object.keys(verb?.attributes ?? {})).toEqual(expect.arrayContaining([...attributesOf(className)]));
});

test.each(classes.filter((one) => madeBy(one).length > 0).map((one) => [one.name, one] as const))(
  'lets all stand in %s that the SDK lets stand there',
  (name, one) => {
    const element = name === 'VoiceResponse' ? 'Response' : elements.find(([, className]) => className === name)?.[0];
    expect(verbNamed(element ?? '')?.inside).toEqual(expect.arrayContaining(madeBy(one).map((child) => child.element)));
  },
);

test('lets stand in an element only what it knows', () => {
  for (const name of VERB_NAMES) {
    for (const child of verbNamed(name)?.inside ?? [])
      expect([name, child, verbNamed(child) !== undefined]).toEqual([name, child, true]);
  }
});

test.each(['constructor', '__proto__', 'toString'])('knows no <%s>', (name) => {
  expect(verbNamed(name)).toBeUndefined();
});
