/**
 * Completes the lockfiles: `node test/package/complete-lock.ts`. A registry that offers only the binaries of one platform
 * leaves the others out of the lock that it makes, and then `npm ci` refuses the lock, on any platform. Each binary package
 * says in its own name what it is for.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface LockedPackage {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  packages: Record<string, LockedPackage>;
}

/** The locks of this repository: its own, and that of what the benchmarks compare with. */
export const LOCKS = ['package-lock.json', 'bench/peer/package-lock.json'] as const;

export function readLock(name: (typeof LOCKS)[number]): Lock {
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}

function fileOf(name: string): URL {
  return new URL(`../../${name}`, import.meta.url);
}

/** Binary packages that locked packages name for some platform, and that have no entry of their own. */
export function missingIn({ packages }: Lock): readonly { readonly path: string; readonly entry: LockedPackage }[] {
  return Object.values(packages).flatMap((owner) =>
    Object.entries(owner.optionalDependencies ?? {})
      .map(([name, version]) => ({ path: `node_modules/${name}`, entry: entryOf(name, version, owner.dev === true) }))
      .filter(({ path, entry }) => !packages[path] && (entry.os !== undefined || entry.cpu !== undefined)),
  );
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'aix', 'netbsd', 'openbsd', 'sunos'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'x64', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32'];

function entryOf(name: string, version: string, dev: boolean): LockedPackage {
  const words = (name.split('/').at(-1) ?? '').split('-');
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : [];
  return {
    version: version.replace(/^[~^]/, ''),
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    ...(os.includes('linux') && libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

function complete(name: (typeof LOCKS)[number]): void {
  const lock = readLock(name);
  const missing = missingIn(lock);
  for (const { path, entry } of missing) lock.packages[path] = entry;
  lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(fileOf(name), `${JSON.stringify(lock, undefined, 2)}\n`);
  console.log(`${missing.length} binary packages of other platforms were added to ${name}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) for (const name of LOCKS) complete(name);
