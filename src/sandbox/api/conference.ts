import type { HttpResponse } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Conference } from '../ledger.ts';
import { allOwn, type Endpoint, own, shown, type Visit } from './endpoint.ts';
import { textOf } from './form.ts';
import { list } from './list.ts';
import { refusal } from './refusal.ts';
import { API_VERSION, partsOf, pathOf, rfc2822 } from './resource.ts';

/** Calls that are put together (https://www.twilio.com/docs/voice/api/conference-resource). */
export const conferenceEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'Accounts/:account/Conferences', handle: listConferences },
  {
    method: 'GET',
    path: 'Accounts/:account/Conferences/:conference',
    handle: withConference((conference) => shown(conferenceResource(conference))),
  },
  { method: 'POST', path: 'Accounts/:account/Conferences/:conference', handle: withConference(update) },
];

/** Answers with what `act` makes of the conference that is asked for. */
export function withConference(act: (conference: Conference, visit: Visit) => HttpResponse): Endpoint['handle'] {
  return (visit) => {
    const { network, params, account } = visit;
    const conference = own(network.books.conferences.find(params['conference'] ?? ''), account);
    return conference ? act(conference, visit) : refusal(20404);
  };
}

function listConferences(visit: Visit): HttpResponse {
  const { network, account } = visit;
  return list(visit, {
    name: 'conferences',
    entries: allOwn(network.books.conferences.all(), account),
    sidOf: ({ sid }) => sid,
    show: conferenceResource,
    equal: {
      FriendlyName: ({ friendlyName }, wanted) => friendlyName === wanted,
      Status: ({ status }, wanted) => status === wanted,
    },
    dates: { DateCreated: ({ createdAt }) => createdAt, DateUpdated: ({ updatedAt }) => updatedAt },
  });
}

/** Ends it for all who are in it; what their scripts say next is done. */
function update(conference: Conference, { form, network, lives }: Visit): HttpResponse {
  const status = textOf(form, 'Status');
  if (status && status !== 'completed') return refusal(20001, 'Status can only be completed');
  if (!status || conference.status === 'completed') return shown(conferenceResource(conference));
  const { conferences } = network.books;
  // One that nobody is in yet is known to the books alone.
  if (!lives.endConference(conference.sid)) {
    conferences.change(conference, { status: 'completed', endReason: 'conference-ended-via-api' });
  }
  return shown(conferenceResource(conferences.find(conference.sid) ?? conference));
}

function conferenceResource(conference: Conference): JsonObject {
  const path = pathOf(conference.accountSid, 'Conferences', conference.sid);
  return {
    account_sid: conference.accountSid,
    api_version: API_VERSION,
    call_sid_ending_conference: null,
    date_created: rfc2822(conference.createdAt),
    date_updated: rfc2822(conference.updatedAt),
    friendly_name: conference.friendlyName,
    reason_conference_ended: conference.endReason,
    region: 'us1',
    sid: conference.sid,
    status: conference.status,
    subresource_uris: partsOf(path, ['Participants', 'Recordings']),
    uri: `${path}.json`,
  };
}
