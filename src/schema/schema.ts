/** JSON, and the JSON Schemas (2020-12) that say what of it is in order. */
export { faultsIn, type SchemaFault } from './fault.ts';
export type { Json, JsonObject } from './json.ts';
export { compilePattern } from './pattern.ts';
export { asObject, asText, inWords, propertiesOf, requiredOf, typesOf } from './reading.ts';
export { compileSchema, type JsonSchema, type Validate, type Violation } from './validate.ts';
