import type { Route } from './http.ts';

/** The route of a method and path, and what stands in the path for its `:name` parts. */
export type Router = (
  method: string,
  path: string,
) => { readonly route: Route; readonly params: Readonly<Record<string, string>> } | undefined;

/** Finds routes as fastify does: letters of a path as they are before `:name`, `:name` before `*`. */
export function newRouter(routes: readonly Route[]): Router {
  const patterns = routes
    .map((route) => ({ route, ...pathNamed(route.path) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
  return (method, path) => {
    for (const { route, pattern } of patterns) {
      const match = route.method === method ? pattern.exec(path) : null;
      const params = match && decoded(match.groups ?? {});
      if (params) return { route, params };
    }
    return undefined;
  };
}

interface Path {
  readonly pattern: RegExp;
  readonly rank: string;
}

/** The paths of the house are a few hundred, and scenarios open hundreds of servers on the same ones. */
const known = new Map<string, Path>();

function pathNamed(path: string): Path {
  const found = known.get(path) ?? { pattern: patternOf(path), rank: rankOf(path) };
  known.set(path, found);
  return found;
}

/** A part of a path that begins with a colon, or a star at its end. */
const PART = /:(\w+)|\*$/g;

function patternOf(path: string): RegExp {
  let pattern = '';
  let from = 0;
  for (const match of path.matchAll(PART)) {
    pattern += escaped(path.slice(from, match.index));
    from = match.index + match[0].length;
    // As in fastify, only what stands at the end may be empty.
    pattern += match[1] === undefined ? '.*' : `(?<${match[1]}>[^/]${from === path.length ? '*' : '+?'})`;
  }
  return new RegExp(`^${pattern}${escaped(path.slice(from))}$`);
}

/** Sorts before another where its first difference is a letter (`a`), then `:name` (`b`), then `*` (`c`), then its end. */
function rankOf(path: string): string {
  return `${path.replaceAll(/:\w+|\*$|[^]/g, rankOfPart)}d`;
}

function rankOfPart(part: string): string {
  return part === '*' ? 'c' : part.length > 1 ? 'b' : 'a';
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/** Undefined where a `%` begins no character. */
function decoded(groups: Readonly<Record<string, string>>): Record<string, string> | undefined {
  try {
    return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    return undefined;
  }
}
