import { existsSync, readFileSync, statSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Span } from '../problem/problem.ts';
import { asObject, asText, type Json } from '../schema/schema.ts';

/** A plugin as a project names it, and where. */
export interface NamedPlugin {
  readonly name: string;
  readonly at: Span;
}

/** Where a plugin begins that names no file for it. */
const USUAL = ['plugin.js', 'plugin.ts', 'index.js', 'index.ts'];
/** The conditions of `exports` under which Node would look for what is imported. */
const CONDITIONS = ['node', 'import', 'module-sync', 'default'];

/** Whether a plugin is named by its place; any other name is that of a package. */
export function isPath(name: string): boolean {
  return /^(\.{1,2}([/\\]|$)|[/\\]|[A-Za-z]:[/\\])/.test(name);
}

/** The folder of a plugin that a project names; undefined where there is none. */
export function folderOf(name: string, project: string): string | undefined {
  if (isPath(name)) {
    const folder = resolve(project, name);
    return existsSync(folder) ? folder : undefined;
  }
  try {
    const manifest = findPackageJSON(name, pathToFileURL(join(project, 'ringbook.yml')));
    return manifest === undefined ? undefined : dirname(manifest);
  } catch {
    return undefined;
  }
}

/** The file that a plugin begins with: the one that its package.json exports, or one of the usual ones. */
export function entryIn(folder: string): string | undefined {
  if (statSync(folder).isFile()) return folder;
  const manifest = readManifest(folder);
  const named = exported(manifest['exports'] ?? null) ?? asText(manifest['main']);
  const files = (named === undefined ? USUAL : [named]).map((file) => join(folder, file));
  return files.find((file) => existsSync(file) && statSync(file).isFile());
}

function readManifest(folder: string): Readonly<Record<string, Json>> {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (asObject(JSON.parse(readFileSync(file, 'utf8'))) ?? {}) : {};
}

function exported(exports: Json): string | undefined {
  if (typeof exports === 'string') return exports;
  if (Array.isArray(exports)) return exports.map(exported).find((found) => found !== undefined);
  const by = asObject(exports);
  if (!by) return undefined;
  if (by['.'] !== undefined) return exported(by['.']);
  const condition = Object.keys(by).find((name) => CONDITIONS.includes(name));
  return condition === undefined ? undefined : exported(by[condition] ?? null);
}
