import type { Watch } from '../time/time.ts';
import type { Registry } from './plugin.ts';

/** A registry whose ops count as at work for `watch` while they are loaded and while they run, and providers while they load. */
export function watchedRegistry(registry: Registry, watch: Watch): Registry {
  return {
    ...registry,
    op: (name) => {
      const op = registry.op(name);
      return (
        op && {
          ...op,
          load: async () => {
            const perform = await watch.work(() => op.load());
            return (args, context) => watch.work(() => perform(args, context));
          },
        }
      );
    },
    resourceClass: (name) => {
      const known = registry.resourceClass(name);
      return known && { ...known, load: () => watch.work(() => known.load()) };
    },
  };
}
