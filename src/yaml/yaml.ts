/** YAML as a tree with places: every node knows where it stands in its file, so that every problem can say where. */

export { endOfReference } from './mask.ts';
export type { Entry, MapNode, Node, ScalarNode, YamlFile } from './node.ts';
export { entryOf, keyAt, nodeAt, offsetIn, spanOf, toJson } from './node.ts';
export { parseYaml } from './parse.ts';
export { trapIn } from './traps.ts';
