/* oxlint-disable unicorn/no-thenable -- `then` is a word of JSON Schema */
import type { Registry, ResourceClassDefinition } from '../plugin/plugin.ts';
import { asText, type JsonSchema, propertiesOf, requiredOf } from '../schema/schema.ts';
import { asWritten } from './op-schema.ts';

/**
 * One JSON Schema (2020-12) for the files of `resources/`, of every class that there is, for editors. It is never stricter than
 * `ringbook check`, so that no editor marks what compiles.
 */
export function resourceSchema(registry: Registry): JsonSchema {
  const classes = registry.resourceClassNames.flatMap((name) => registry.resourceClass(name) ?? []);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Ringbook resource',
    description: 'What rules send through, or the words that they send: a class, and the settings of that class.',
    type: 'object',
    required: ['class'],
    properties: {
      class: {
        description: 'What kind of resource it is.',
        oneOf: classes.map(({ name, settings }) => ({
          const: name,
          description: asText(settings['description']) ?? '',
        })),
      },
      mid: MID,
    },
    allOf: classes.map(({ name }) => ({
      if: { properties: { class: { const: name } }, required: ['class'] },
      then: { $ref: `#/$defs/${name}` },
    })),
    $defs: Object.fromEntries(classes.map((one) => [one.name, settingsOf(one)])),
  };
}

const MID: JsonSchema = {
  type: ['string', 'number'],
  description: 'What rulebooks name it by. The name of the file where absent.',
};

function settingsOf({ settings }: ResourceClassDefinition): JsonSchema {
  const own = Object.entries(propertiesOf(settings)).map(([name, schema]) => [name, asWritten(schema)] as const);
  return {
    type: 'object',
    properties: { class: true, mid: MID, ...Object.fromEntries(own) },
    required: [...requiredOf(settings)],
    additionalProperties: false,
  };
}
