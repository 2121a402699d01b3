import type { HttpResponse } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Conference, Participant } from '../ledger.ts';
import { readCall, refuseCall } from './call-form.ts';
import { withConference } from './conference.ts';
import { created, deleted, type Endpoint, own, shown, type Visit } from './endpoint.ts';
import { flagOf, textOf } from './form.ts';
import { list } from './list.ts';
import { refusal } from './refusal.ts';
import { pathOf, rfc2822 } from './resource.ts';

const PATH = 'Accounts/:account/Conferences/:conference/Participants';

/** The calls in a conference (https://www.twilio.com/docs/voice/api/conference-participant-resource). */
export const participantEndpoints: readonly Endpoint[] = [
  { method: 'POST', path: PATH, isCreation: true, handle: create },
  { method: 'GET', path: PATH, handle: withConference(listParticipants) },
  {
    method: 'GET',
    path: `${PATH}/:participant`,
    handle: withParticipant((participant, { network }) => shown(participantResource(participant, network))),
  },
  { method: 'POST', path: `${PATH}/:participant`, handle: withParticipant(update) },
  { method: 'DELETE', path: `${PATH}/:participant`, handle: withParticipant(remove) },
];

/** Found by the id of its call, or by its label. */
function withParticipant(act: (participant: Participant, visit: Visit) => HttpResponse): Endpoint['handle'] {
  return withConference((conference, visit) => {
    const { network, params } = visit;
    const name = params['participant'] ?? '';
    const found = network.books.participants
      .all()
      .find(({ conferenceSid, sid, label }) => conferenceSid === conference.sid && (sid === name || label === name));
    return found ? act(found, visit) : refusal(20404);
  });
}

/** Who hung up is not in the list any more, as at Twilio. */
function listParticipants(conference: Conference, visit: Visit): HttpResponse {
  const { participants } = visit.network.books;
  return list(visit, {
    name: 'participants',
    entries: participants
      .all()
      .filter((one) => one.conferenceSid === conference.sid && !isGone(statusOf(one, visit.network))),
    sidOf: ({ sid }) => sid,
    show: (participant) => participantResource(participant, visit.network),
    equal: {
      Muted: ({ muted }, wanted) => String(muted) === wanted.toLowerCase(),
      Hold: ({ hold }, wanted) => String(hold) === wanted.toLowerCase(),
      // Nobody is coached here.
      Coaching: (_participant, wanted) => wanted.toLowerCase() === 'false',
    },
  });
}

function isGone(status: Participant['status']): boolean {
  return status === 'complete' || status === 'failed';
}

/** Calls someone into a conference, which begins with that where it is named by a name that none goes by. */
function create(visit: Visit): HttpResponse {
  const refused = refuseCall(visit, { isScriptNeeded: false });
  if (refused) return refusal(refused.code, refused.detail);
  const conference = conferenceOf(visit);
  if (!conference) return refusal(20404);
  const { network, form, lives } = visit;
  const call = network.books.calls.add(readCall(visit, { kind: 'text', text: scriptOf(conference, form) }));
  const participant = network.books.participants.add({
    kind: 'participant',
    sid: call.sid,
    accountSid: call.accountSid,
    conferenceSid: conference.sid,
    label: textOf(form, 'Label') || null,
    muted: flagOf(form, 'Muted') ?? false,
    hold: false,
    startConferenceOnEnter: flagOf(form, 'StartConferenceOnEnter') ?? true,
    endConferenceOnExit: flagOf(form, 'EndConferenceOnExit') ?? false,
    status: 'queued',
    createdAt: call.createdAt,
    updatedAt: call.updatedAt,
  });
  lives.begin(call);
  return created(participantResource(participant, network));
}

/** By its id, or, where it has not ended, by its name; a new one by a new name. */
function conferenceOf({ network, params, account }: Visit): Conference | undefined {
  const name = params['conference'] ?? '';
  const { conferences } = network.books;
  if (/^CF[0-9a-f]{32}$/.test(name)) return own(conferences.find(name), account);
  const now = network.clock.now();
  const isIt = ({ accountSid, friendlyName, status }: Conference): boolean =>
    accountSid === account.sid && friendlyName === name && status !== 'completed';
  return (
    conferences.all().find(isIt) ??
    conferences.add({
      kind: 'conference',
      sid: network.newSid('CF'),
      accountSid: account.sid,
      friendlyName: name,
      status: 'init',
      endReason: null,
      createdAt: now,
      updatedAt: now,
    })
  );
}

/** What a form says of how the call is in the conference, by the attribute of the script that says the same. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  Beep: 'beep',
  EndConferenceOnExit: 'endConferenceOnExit',
  Label: 'participantLabel',
  MaxParticipants: 'maxParticipants',
  Muted: 'muted',
  StartConferenceOnEnter: 'startConferenceOnEnter',
};

function scriptOf({ friendlyName }: Conference, form: URLSearchParams): string {
  const attributes = Object.entries(ATTRIBUTES)
    .filter(([name]) => form.get(name))
    .map(([name, attribute]) => ` ${attribute}="${escaped(textOf(form, name))}"`)
    .join('');
  return `<Response><Dial><Conference${attributes}>${escaped(friendlyName)}</Conference></Dial></Response>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function update(participant: Participant, { form, network }: Visit): HttpResponse {
  const [muted, hold, ends] = ['Muted', 'Hold', 'EndConferenceOnExit'].map((name) => flagOf(form, name));
  const changes = {
    ...(muted !== undefined && { muted }),
    ...(hold !== undefined && { hold }),
    ...(ends !== undefined && { endConferenceOnExit: ends }),
  };
  return shown(participantResource(network.books.participants.change(participant, changes), network));
}

/** Puts someone out of the conference, or calls off a call that did not come to it. */
function remove({ sid }: Participant, { lives }: Visit): HttpResponse {
  return lives.leave(sid) || lives.end(sid, 'completed') || lives.end(sid, 'canceled') ? deleted() : refusal(20404);
}

/** Until somebody is in the conference, it is their call that says how far they are. */
function statusOf({ sid, status }: Participant, { books }: Visit['network']): Participant['status'] {
  if (status !== 'queued') return status;
  const call = books.calls.find(sid);
  if (call === undefined || call.endedAt !== null) return 'failed';
  return call.status === 'ringing' ? 'ringing' : status;
}

function participantResource(participant: Participant, network: Visit['network']): JsonObject {
  const { accountSid, conferenceSid, sid } = participant;
  return {
    account_sid: accountSid,
    call_sid: sid,
    call_sid_to_coach: null,
    coaching: false,
    conference_sid: conferenceSid,
    date_created: rfc2822(participant.createdAt),
    date_updated: rfc2822(participant.updatedAt),
    end_conference_on_exit: participant.endConferenceOnExit,
    hold: participant.hold,
    label: participant.label,
    muted: participant.muted,
    queue_time: '0',
    sid,
    start_conference_on_enter: participant.startConferenceOnEnter,
    status: statusOf(participant, network),
    uri: `${pathOf(accountSid, 'Conferences', conferenceSid, 'Participants', sid)}.json`,
  };
}
