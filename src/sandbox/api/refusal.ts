import { type HttpResponse, json } from '../../http/http.ts';

/** Twilio's errors that are played here, with its own words: https://www.twilio.com/docs/api/errors. */
const REFUSALS = {
  20003: { status: 401, message: 'Authenticate' },
  20404: { status: 404, message: 'The requested resource was not found' },
  21201: { status: 400, message: "No 'To' number is specified" },
  21205: { status: 400, message: 'Url parameter is required, and has to be a valid URL.' },
  21211: { status: 400, message: "The 'To' number is not a valid phone number." },
  21212: {
    status: 400,
    message: "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID.",
  },
  21213: { status: 400, message: "'From' phone number is required" },
  21602: { status: 400, message: 'Message body is required.' },
  21603: { status: 400, message: "A 'From' phone number is required." },
  21604: { status: 400, message: "A 'To' phone number is required." },
  21609: { status: 400, message: "The 'StatusCallback' URL is not a valid URL." },
  21617: { status: 400, message: 'The concatenated message body exceeds the 1600 character limit' },
  32018: { status: 400, message: 'Twiml size exceeded maximum allowed value of 4000 characters' },
} as const;

/** Why Twilio takes no notice of a request. */
export type RefusalCode = keyof typeof REFUSALS;

/** An error as Twilio answers it. */
export function refusal(code: RefusalCode): HttpResponse {
  const { status, message } = REFUSALS[code];
  return json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}
