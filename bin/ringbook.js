#!/usr/bin/env node
// Plain JavaScript that any Node since 14 can read: it must be able to say that the Node is too old.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `ringbook needs Node.js ${needed} or newer, and this is ${process.versions.node}: run it as "npx ringbook", which brings its own.`,
  );
  process.exit(2);
}
const { existsSync } = process.getBuiltinModule('node:fs');
const built = new URL('../dist/cli.js', import.meta.url);
// The published package ships dist/; in the repository there is src/, which Node runs as it is.
const source = new URL('../src/cli.ts', import.meta.url);
const isPublished = !existsSync(source);
if (isPublished) keepCompiled();
await import((isPublished ? built : source).href);

// Node keeps what it compiled beside the packages, where only who can change their code can change it: 10 ms of each start.
// NODE_COMPILE_CACHE names another folder, NODE_DISABLE_COMPILE_CACHE=1 keeps nothing (docs/decisions/0007-dist.md).
function keepCompiled() {
  const packages = new URL('../..', import.meta.url);
  if (!packages.pathname.endsWith('/node_modules/') || process.env.NODE_COMPILE_CACHE) return;
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  process.getBuiltinModule('node:module').enableCompileCache(fileURLToPath(new URL('.cache/ringbook', packages)));
}
