import type { HttpResponse } from '../../http/http.ts';
import type { JsonObject } from '../../schema/schema.ts';
import type { Notification } from '../ledger.ts';
import { withCall } from './call.ts';
import { allOwn, type Endpoint, own, shown, type Visit } from './endpoint.ts';
import { list } from './list.ts';
import { refusal } from './refusal.ts';
import { API_VERSION, pathOf, rfc2822 } from './resource.ts';

const OF_CALL = 'Accounts/:account/Calls/:call/Notifications';

/** The log of errors and warnings (https://www.twilio.com/docs/usage/troubleshooting/debugging-event-webhooks). */
export const notificationEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: 'Accounts/:account/Notifications', handle: (visit) => listNotifications(visit, () => true) },
  { method: 'GET', path: 'Accounts/:account/Notifications/:notification', handle: fetchNotification },
  {
    method: 'GET',
    path: OF_CALL,
    handle: withCall(({ sid }, visit) => listNotifications(visit, ({ callSid }) => callSid === sid)),
  },
  { method: 'GET', path: `${OF_CALL}/:notification`, handle: withCall((_call, visit) => fetchNotification(visit)) },
];

function listNotifications(visit: Visit, belongs: (notification: Notification) => boolean): HttpResponse {
  const { network, account } = visit;
  return list(visit, {
    name: 'notifications',
    entries: allOwn(network.books.notifications.all(), account).filter(belongs),
    sidOf: ({ sid }) => sid,
    show: notificationResource,
    equal: { Log: (notification, wanted) => logOf(notification) === wanted },
    dates: { MessageDate: ({ createdAt }) => createdAt },
  });
}

function fetchNotification({ network, params, account }: Visit): HttpResponse {
  const found = own(network.books.notifications.find(params['notification'] ?? ''), account);
  const { call = found?.callSid } = params;
  return found && found.callSid === call ? shown(notificationResource(found)) : refusal(20404);
}

/** 0 is an error, 1 a warning. */
function logOf({ level }: Notification): string {
  return level === 'error' ? '0' : '1';
}

function notificationResource(notification: Notification): JsonObject {
  const { accountSid, sid, callSid, errorCode, createdAt } = notification;
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    call_sid: callSid,
    date_created: rfc2822(createdAt),
    date_updated: rfc2822(notification.updatedAt),
    error_code: String(errorCode),
    log: logOf(notification),
    message_date: rfc2822(createdAt),
    message_text: notification.text,
    more_info: `https://www.twilio.com/docs/errors/${errorCode}`,
    request_method: notification.requestMethod || null,
    request_url: notification.requestUrl,
    request_variables: '',
    response_body: '',
    response_headers: '',
    sid,
    uri: `${pathOf(accountSid, 'Notifications', sid)}.json`,
  };
}
