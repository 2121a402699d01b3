import { type Draft, withoutAccents } from '../message/message.ts';
import { asText } from '../schema/schema.ts';
import { type Registry, type ResourceClassEntry, senderSettingOf } from './plugin.ts';
import { accentsOf, type Named, type Resources, waysThrough } from './through.ts';

/**
 * How drafts go out: what `Sending.ways` is. `caught` says where one goes in the end, and `hasAccents` whether a text keeps its
 * accents where neither its op nor its resource says so.
 */
export function newWays(
  resources: Resources,
  registry: Registry,
  caught: (draft: Draft) => Draft,
  hasAccents: boolean,
): (draft: Draft) => readonly Draft[] {
  return (draft) => {
    const sent = caught(draft);
    const mids = waysThrough(sent.resource, resources, registry, sent.to);
    const ways = mids.map((mid) => (mid === sent.resource ? sent : through(mid, sent, resources, registry)));
    return ways.map((way) => {
      const isKept = way.options?.accents ?? accentsOf(resources.get(way.resource)) ?? hasAccents;
      return isKept ? way : inPlainLetters(way);
    });
  };
}

/** Words that are the same in plain letters stay the same object: the journal keeps only what differs. */
function inPlainLetters(draft: Draft): Draft {
  const { content } = draft;
  if (content.kind !== 'text') return draft;
  const text = withoutAccents(content.text);
  return text === content.text ? draft : { ...draft, content: { ...content, text } };
}

/** A draft for a route, through one of its resources: what it does not say itself, that one says. */
function through(mid: string, draft: Draft, resources: Resources, registry: Registry): Draft {
  const resource = resources.get(mid);
  const entry = resource && registry.resourceClass(resource.class);
  if (!entry) return { ...draft, resource: mid };
  const own = (name: string | undefined): string =>
    (name === undefined ? undefined : asText(resource.settings[name])) ?? '';
  const from = draft.from === '' ? own(numberSetting(draft, entry, resource)) : draft.from;
  const { content } = draft;
  const isOpen = content.kind === 'flow' && content.flow === '';
  return { ...draft, resource: mid, from, ...(isOpen && { content: { ...content, flow: own(entry.flow) } }) };
}

function numberSetting({ channel }: Draft, entry: ResourceClassEntry, { settings }: Named): string | undefined {
  return channel === 'sms' ? senderSettingOf(entry, settings) : entry.caller;
}
