import { extname } from 'node:path/posix';
import type { HttpResponse } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Sms } from '../ledger.ts';
import { deleted, type Endpoint, shown, type Visit } from './endpoint.ts';
import { list } from './list.ts';
import { withMessage } from './message.ts';
import { refusal } from './refusal.ts';
import { derivedSid, pathOf, rfc2822 } from './resource.ts';

/** Pictures and files of a message (https://www.twilio.com/docs/messaging/api/media-resource): where they are is kept, not they. */
export const mediaEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'Accounts/:account/Messages/:message/Media', handle: withMessage(listMedia) },
  { method: 'GET', path: 'Accounts/:account/Messages/:message/Media/:media', handle: withMessage(fetchMedia) },
  { method: 'DELETE', path: 'Accounts/:account/Messages/:message/Media/:media', handle: withMessage(removeMedia) },
];

function listMedia(sms: Sms, visit: Visit): HttpResponse {
  return list(visit, {
    name: 'media_list',
    entries: sms.mediaUrls,
    sidOf: (url) => mediaSid(sms, url),
    show: (url) => mediaResource(sms, url),
    dates: { DateCreated: () => sms.createdAt },
  });
}

function fetchMedia(sms: Sms, { params }: Visit): HttpResponse {
  const url = sms.mediaUrls.find((one) => mediaSid(sms, one) === params['media']);
  return url === undefined ? refusal(20404) : shown(mediaResource(sms, url));
}

function removeMedia(sms: Sms, { params, network }: Visit): HttpResponse {
  const mediaUrls = sms.mediaUrls.filter((one) => mediaSid(sms, one) !== params['media']);
  if (mediaUrls.length === sms.mediaUrls.length) return refusal(20404);
  network.books.messages.change(sms, { mediaUrls });
  return deleted();
}

function mediaSid(sms: Sms, url: string): string {
  return derivedSid('ME', sms.sid, url);
}

/** What a phone takes for each ending of a file; anything else is bytes. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.vcf': 'text/vcard',
};

function mediaResource(sms: Sms, url: string): JsonObject {
  const sid = mediaSid(sms, url);
  return {
    account_sid: sms.accountSid,
    content_type: CONTENT_TYPES[extname(URL.parse(url)?.pathname ?? '').toLowerCase()] ?? 'application/octet-stream',
    date_created: rfc2822(sms.createdAt),
    date_updated: rfc2822(sms.updatedAt),
    parent_sid: sms.sid,
    sid,
    uri: `${pathOf(sms.accountSid, 'Messages', sms.sid, 'Media', sid)}.json`,
  };
}
