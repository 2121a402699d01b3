import { type HttpResponse, json } from '../../http/http.ts';

/** Twilio's errors that are played here, with its own words: https://www.twilio.com/docs/api/errors. A status other than 400 is said. */
const REFUSALS: Readonly<Record<number, { readonly message: string; readonly status?: number }>> = {
  20001: { message: 'Invalid parameter' },
  20002: { message: 'Invalid FriendlyName' },
  20003: { message: 'Authenticate', status: 401 },
  20004: { message: 'Method not allowed', status: 405 },
  20005: { message: 'Account not active', status: 403 },
  20006: { message: 'Access Denied', status: 403 },
  20009: { message: 'Cannot delete a resource that is not complete yet', status: 409 },
  20404: { message: 'The requested resource was not found', status: 404 },
  20429: { message: 'Too Many Requests', status: 429 },
  20500: { message: 'Internal Server Error', status: 500 },
  21201: { message: "No 'To' number is specified" },
  21205: { message: 'Url parameter is required, and has to be a valid URL.' },
  21206: { message: 'Invalid SendDigits' },
  21208: { message: 'Invalid Timeout' },
  21209: { message: 'Invalid Method' },
  21210: { message: "'From' phone number not verified" },
  21211: { message: "The 'To' number is not a valid phone number." },
  21212: { message: "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID." },
  21213: { message: "'From' phone number is required" },
  21214: { message: "'To' phone number cannot be reached" },
  21215: { message: 'Account not authorized to call phone number' },
  21216: { message: 'Account not allowed to call phone number' },
  21217: { message: 'Phone number does not appear to be valid' },
  21218: { message: 'Invalid ApplicationSid' },
  21219: { message: "'To' phone number not verified" },
  21220: { message: 'Call is not in-progress. Cannot redirect.' },
  21402: { message: 'Invalid URL' },
  21403: { message: 'Invalid Method' },
  21408: {
    message: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
  },
  21421: { message: 'PhoneNumber is invalid' },
  21422: { message: 'PhoneNumber is not available for purchase' },
  21451: { message: 'Invalid area code' },
  21452: { message: 'No phone numbers found in area code' },
  21458: { message: 'PhoneNumber Provisioning Type Mismatch' },
  21470: { message: 'Invalid AccountSid' },
  21475: { message: 'Unable to update Status, invalid Status.' },
  21477: { message: 'Unable to update Status for parent accounts' },
  21479: { message: 'Unable to update Status for subaccount, subaccount has been closed.' },
  21602: { message: 'Message body is required.' },
  21603: { message: "A 'From' phone number is required." },
  21604: { message: "A 'To' phone number is required." },
  21606: {
    message:
      "The 'From' phone number provided is not a valid, message-capable Twilio phone number for this destination/account",
  },
  21608: { message: "The 'To' phone number is unverified. Trial accounts cannot send messages to unverified numbers" },
  21609: { message: "The 'StatusCallback' URL is not a valid URL." },
  21610: { message: 'Attempt to send to unsubscribed recipient' },
  21611: { message: "This 'From' number has exceeded the maximum number of queued messages", status: 429 },
  21612: { message: "The message cannot be sent with the current combination of 'To' and 'From' parameters" },
  21614: { message: "'To' number is not a valid mobile number" },
  21617: { message: 'The concatenated message body exceeds the 1600 character limit' },
  21620: { message: 'Invalid media URL(s)' },
  21623: { message: 'Number of media files exceeds allowed limit' },
  21635: { message: "The 'To' number cannot be a landline" },
  30001: { message: 'Queue overflow' },
  30002: { message: 'Account suspended' },
  30003: { message: 'Unreachable destination handset' },
  30004: { message: 'Message blocked' },
  30005: { message: 'Unknown destination handset' },
  30006: { message: 'Landline or unreachable carrier' },
  30007: { message: 'Message filtered' },
  30008: { message: 'Unknown error' },
  30409: { message: 'This message cannot be canceled' },
  30500: { message: 'Internal server error' },
  32018: { message: 'Twiml size exceeded maximum allowed value of 4000 characters' },
  35111: { message: "SendAt cannot be empty for ScheduleType 'fixed'" },
  35114: {
    message: 'SendAt time must be between 900 seconds and 35 days (3024000 seconds) in the future, inclusive',
  },
  35118: { message: 'MessagingServiceSid is required to schedule a message' },
  35126: { message: 'The ScheduleType value provided is not supported for this channel' },
};

/** An error as Twilio answers it. `detail` says what it is about; a code that is not known here is a 400 without Twilio's words. */
export function refusal(code: number, detail?: string): HttpResponse {
  const { message, status = 400 } = REFUSALS[code] ?? { message: 'Refused' };
  return json(status, {
    code,
    message: detail === undefined ? message : `${message}: ${detail}`,
    more_info: `https://www.twilio.com/docs/errors/${code}`,
    status,
  });
}

/** What Twilio says of a code that stands at a message; null where there is none, or none that is known here. */
export function wordsOf(code: number | null): string | null {
  return code === null ? null : (REFUSALS[code]?.message ?? null);
}
