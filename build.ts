/** Makes `dist/`, which is what npm ships: docs/decisions/0007-dist.md says why it is as it is. Run by `npm run build`. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { type InputOptions, type OutputOptions, type Plugin, rolldown } from 'rolldown';
import { readSchemaFile } from './src/plugin/schema-file.ts';
import { newAjv } from './src/schema/ajv.ts';
import { fingerprint } from './src/schema/precompiled.ts';
import { asObject, type JsonObject } from './src/schema/schema.ts';

const root = fileURLToPath(new URL('./', import.meta.url));
const src = join(root, 'src');
const dist = join(root, 'dist');

/** Too large to be read at every start: these stay packages, and are loaded when something needs them. */
const EXTERNAL =
  /^(?:node:|@aws-sdk\/|ajv$|fastify|graphile-worker|pg$|re2js|rolldown|twilio|undici|vitest|xmlbuilder2)/;

/** What others import: the library, what plugins are written against, and the contracts that they are tested by. */
const LIBRARY = ['index', 'plugin-api', 'xml/xml', 'testing-api'];

const OUTPUT: OutputOptions = {
  dir: dist,
  // Every character is read at every start: 4 ms of it for long names.
  minify: { compress: false, mangle: true, codegen: { removeWhitespace: true } },
};

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
const bundled = await bundle();
cpSync(src, dist, { recursive: true, filter: (path) => !path.endsWith('.ts') });
const count = await precompile();
writeFileSync(join(dist, 'licenses.txt'), licensesOf(bundled));
console.log(`dist: ${readdirSync(join(dist, 'chunk')).length} modules, ${count} schemas compiled`);

/**
 * The command and the library; returns the packages that are in them. The command is CommonJS: bin/ringbook.js runs what all
 * of its commands need from code that was kept, which V8 can do with a script and not with a module.
 */
async function bundle(): Promise<ReadonlySet<string>> {
  const graph = new Map<string, readonly string[]>();
  const scan = await rolldown({ ...inputOf('cli', ...LIBRARY), plugins: [reading(graph)] });
  await scan.generate({ format: 'esm' });
  const command = await rolldown({ ...inputOf('cli'), plugins: [addresses('cjs'), inAscii()] });
  const start = new Set([...reachable(graph, join(src, 'cli.ts')), ...reachable(graph, join(src, 'cli/check.ts'))]);
  await command.write({
    ...OUTPUT,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunk/[name].cjs',
    codeSplitting: { groups: [{ name: 'start', test: (id) => start.has(id) || id.includes('rolldown/runtime') }] },
  });
  const library = await rolldown({ ...inputOf(...LIBRARY), plugins: [addresses('esm'), builtins(), inAscii()] });
  await library.write({ ...OUTPUT, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunk/[name].js' });
  return new Set([...graph.keys()].flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []));
}

function inputOf(...names: readonly string[]): InputOptions {
  const input = Object.fromEntries(names.map((name) => [name, join(src, `${name}.ts`)]));
  // `--format pretty` is in one module with `check`, whoever else asks for it later.
  return { input, external: EXTERNAL, platform: 'node', checks: { ineffectiveDynamicImport: false } };
}

/** Notes which module imports which, without what is imported only when it is needed. */
function reading(graph: Map<string, readonly string[]>): Plugin {
  return {
    name: 'reading',
    moduleParsed({ id, importedIds }) {
      graph.set(id, importedIds);
    },
  };
}

function reachable(graph: ReadonlyMap<string, readonly string[]>, from: string): Set<string> {
  const found = new Set([from]);
  for (const id of found) for (const next of graph.get(id) ?? []) if (!EXTERNAL.test(next)) found.add(next);
  return found;
}

/** A module that was bundled finds its files where it would without that: `import.meta.url` stays its own address. */
function addresses(format: 'cjs' | 'esm'): Plugin {
  const here = format === 'esm' ? 'import.meta.url' : 'require("node:url").pathToFileURL(__filename).href';
  return {
    name: 'addresses',
    transform(code, id) {
      if (!id.startsWith(src) || !code.includes('import.meta.url')) return undefined;
      const address = JSON.stringify(`./${relative(src, id).replaceAll('\\', '/').replace(/\.ts$/, '.js')}`);
      return code.replaceAll('import.meta.url', `new URL(${address}, DIST).href`);
    },
    renderChunk(code, { fileName }) {
      if (!code.includes('DIST')) return undefined;
      return code.replaceAll(/\bDIST\b/g, fileName.includes('/') ? `new URL("../", ${here})` : here);
    },
  };
}

/**
 * `import { x } from 'node:fs'` makes a module of all that the built-in one has, and loads what it would load later or never:
 * 8 ms for node:fs and node:util. Taking `x` from the built-in itself does not.
 */
function builtins(): Plugin {
  return {
    name: 'builtins',
    renderChunk: (code) =>
      code.replaceAll(
        /\bimport\s*(?:(\w+)|\*\s*as\s+(\w+)|\{([^}]*)\})\s*from\s*"(node:[\w/]+)";?/g,
        (_, one?: string, all?: string, names?: string, module = '') => taken(one ?? all, names, module),
      ),
  };
}

function taken(whole: string | undefined, names: string | undefined, module: string): string {
  const name = names === undefined ? (whole ?? '') : `{${names.replaceAll(/\s+as\s+/g, ':')}}`;
  return `const ${name}=process.getBuiltinModule("${module}");`;
}

/** V8 keeps a text in half the space where it is ASCII. Other characters stand in strings and patterns, where `\u` does. */
function inAscii(): Plugin {
  return {
    name: 'in-ascii',
    generateBundle(_, output) {
      for (const chunk of Object.values(output)) {
        if (chunk.type !== 'chunk') continue;
        chunk.code = chunk.code.replaceAll(
          /[^\0-\x7f]/g,
          (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      }
    },
  };
}

/**
 * Compiles the schemas of the package, into one module: a part for each file of schemas/, which is only run when one of its
 * schemas is asked for, and an index by fingerprint. Returns how many there are.
 */
async function precompile(): Promise<number> {
  const work = join(dist, 'schema/work');
  mkdirSync(work, { recursive: true });
  const files = new Map(
    ['ringbook.json', 'scenario.json', ...filesOf('op'), ...filesOf('resource')].map((file) => [file, schemasOf(file)]),
  );
  const index = [...files].flatMap(([file, texts]) => texts.map((text) => [fingerprint(text), file] as const));
  for (const [file, texts] of files) writeFileSync(join(work, moduleOf(file)), validatorsOf(texts));
  const parts = [...files.keys()].map((file) => `${JSON.stringify(file)}:()=>require("./${moduleOf(file)}")`);
  const entry = join(work, 'precompiled.cjs');
  writeFileSync(
    entry,
    `module.exports={index:${JSON.stringify(Object.fromEntries(index))},parts:{${parts.join(',')}}};`,
  );
  const build = await rolldown({ input: entry, platform: 'node', external: EXTERNAL, plugins: [runtime(), inAscii()] });
  await build.write({ file: join(dist, 'schema/precompiled.cjs'), format: 'cjs', minify: true });
  rmSync(work, { recursive: true });
  return index.length;
}

function moduleOf(file: string): string {
  return file.replace('/', '-').replace(/\.json$/, '.cjs');
}

function filesOf(folder: string): readonly string[] {
  const path = join(root, 'schemas', folder);
  return existsSync(path)
    ? readdirSync(path)
        .filter((file) => file.endsWith('.json'))
        .map((file) => `${folder}/${file}`)
    : [];
}

/** The JSON texts of what a run or a check holds values against: the arguments of an op, settings, and each of them alone. */
function schemasOf(file: string): readonly string[] {
  const whole = readSchemaFile(pathToFileURL(join(root, 'schemas/')), file);
  const schema = asObject(whole['arguments']) ?? whole;
  // Parts that lead to `$defs` mean nothing alone.
  const parts = schema['$defs'] ? [] : Object.values(asObject(schema['properties']) ?? {});
  return [...new Set([schema, ...parts].map((part) => JSON.stringify(part)))];
}

function validatorsOf(texts: readonly string[]): string {
  const ajv = newAjv(true);
  const names = texts.map((text, number) => {
    const schema: JsonObject = asObject(JSON.parse(text)) ?? {};
    ajv.addSchema(schema, `v${number}`);
    return `v${number}`;
  });
  const code = standaloneCode.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
  const table = texts.map((text, number) => `${JSON.stringify(text)}:exports.v${number}`);
  return `${code}\nmodule.exports={${table.join(',')}};`;
}

/** What compiled schemas call: patterns as `src/schema` runs them. */
function runtime(): Plugin {
  return {
    name: 'runtime',
    resolveId: (id) => (id === 'ringbook:pattern' ? { id: `\0${id}` } : undefined),
    load: (id) =>
      id === '\0ringbook:pattern'
        ? `import { compilePattern } from ${JSON.stringify(join(src, 'schema/pattern.ts'))};
           export const regExp = (pattern) => ({ test: (text) => compilePattern(pattern)(text) });`
        : undefined,
  };
}

/** The licences of packages whose code is in `dist`. */
function licensesOf(packages: ReadonlySet<string>): string {
  return [...packages]
    .toSorted()
    .map((folder) => {
      const manifest: { name: string; version: string; license?: string } = JSON.parse(
        readFileSync(join(folder, 'package.json'), 'utf8'),
      );
      const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
      const text =
        file === undefined ? `Licence: ${manifest.license}` : readFileSync(join(folder, file), 'utf8').trim();
      return `${manifest.name} ${manifest.version}\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
