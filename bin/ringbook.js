#!/usr/bin/env node
// Plain JavaScript that any Node since 14 can read: it must be able to say that the Node is too old.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(
    `ringbook needs Node.js ${needed} or newer, and this is ${process.versions.node}: run it as "npx ringbook", which brings its own.`,
  );
  process.exit(2);
}
const { existsSync } = await import('node:fs');
const built = new URL('../dist/cli.js', import.meta.url);
// The published package ships dist/; in the repository there is src/, which Node runs as it is.
const source = new URL('../src/cli.ts', import.meta.url);
await import((existsSync(source) ? source : built).href);
