#!/usr/bin/env node
// Plain JavaScript that any Node since 14 can read: it must be able to say that the Node is too old.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `ringbook needs Node.js ${needed} or newer, and this is ${process.versions.node}: run it as "npx ringbook", which brings its own.`,
  );
  process.exit(2);
}
const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } = process.getBuiltinModule('node:fs');
const { createRequire, enableCompileCache } = process.getBuiltinModule('node:module');
const path = process.getBuiltinModule('node:path');
const { fileURLToPath } = process.getBuiltinModule('node:url');

/** So many checks keep what V8 compiled for them: the next one may come to code that the first had no use for. */
const KEEPS = 5;

// The published package ships dist/; in the repository there is src/, which Node runs as it is.
const source = new URL('../src/cli.ts', import.meta.url);
const isClone = existsSync(source);
if (isClone) {
  const folder = folderOfKept();
  if (folder !== undefined) enableCompileCache(folder);
  await import(source.href);
} else runBuilt(fileURLToPath(new URL('../dist/cli.cjs', import.meta.url)), folderOfKept());

/**
 * Compiled code is kept beside the packages (in the repository: those that it uses), where only who can change their code can
 * change it. NODE_COMPILE_CACHE names another folder, NODE_DISABLE_COMPILE_CACHE=1 keeps nothing (docs/decisions/0007-dist.md).
 */
function folderOfKept() {
  const beside = new URL(isClone ? '../node_modules/' : '../..', import.meta.url);
  if (process.env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  if (process.env.NODE_COMPILE_CACHE) return process.env.NODE_COMPILE_CACHE;
  return beside.pathname.endsWith('/node_modules/') ? fileURLToPath(new URL('.cache/ringbook', beside)) : undefined;
}

/** Runs the command. Node keeps what it compiles when it loads a module, which is not what the module then runs: that is kept here. */
function runBuilt(file, folder) {
  const require = createRequire(file);
  if (folder === undefined) return void require(file);
  enableCompileCache(folder);
  const { constants, Script } = process.getBuiltinModule('node:vm');
  const text = readFileSync(file);
  const place = path.join(folder, `cli-${process.version}-${process.arch}-${text.length}`);
  const kept = readKept(place, text);
  const script = new Script(`(function(exports,require,module,__filename,__dirname){${text.latin1Slice()}\n})`, {
    filename: file,
    cachedData: kept?.code,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const times = kept && !script.cachedDataRejected ? kept.times : 0;
  if (times < KEEPS && process.argv[2] === 'check') {
    process.once('exit', () => keep(place, [Buffer.of(times + 1), text, script.createCachedData()]));
  }
  const module = { exports: {}, filename: file, id: file, loaded: true, children: [], paths: [] };
  require.cache[file] = module;
  script.runInThisContext()(module.exports, require, module, file, path.dirname(file));
}

/** A byte that counts, the text that was compiled, and its code. V8 looks at no more of a text than its length: this at all of it. */
function readKept(place, text) {
  try {
    const kept = readFileSync(place);
    const end = text.length + 1;
    return kept.subarray(1, end).equals(text) ? { times: kept[0], code: kept.subarray(end) } : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all: V8 trusts what it finds. A folder that cannot be written is passed over. */
function keep(place, parts) {
  const draft = `${place}.${process.pid}`;
  try {
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(draft, Buffer.concat(parts), { mode: 0o600, flush: true });
    renameSync(draft, place);
  } catch {}
}
