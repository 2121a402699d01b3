import type { Route } from '../../http/http.ts';
import type { Lives, Network } from '../network.ts';
import { accountEndpoints } from './account.ts';
import { availableNumberEndpoints } from './available-number.ts';
import { callEndpoints } from './call.ts';
import { conferenceEndpoints } from './conference.ts';
import { enter } from './door.ts';
import type { Endpoint } from './endpoint.ts';
import { incomingNumberEndpoints } from './incoming-number.ts';
import { mediaEndpoints } from './media.ts';
import { messageEndpoints } from './message.ts';
import { notificationEndpoints } from './notification.ts';
import { participantEndpoints } from './participant.ts';
import { recordingEndpoints } from './recording.ts';
import { API_VERSION } from './resource.ts';
import { transcriptionEndpoints } from './transcription.ts';

/** All that can be asked. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...accountEndpoints,
  ...messageEndpoints,
  ...mediaEndpoints,
  ...callEndpoints,
  ...incomingNumberEndpoints,
  ...availableNumberEndpoints,
  ...recordingEndpoints,
  ...transcriptionEndpoints,
  ...conferenceEndpoints,
  ...participantEndpoints,
  ...notificationEndpoints,
];

/** The routes of Twilio's API. Whatever is asked under its version comes in by one door. */
export function apiRoutes(network: Network, lives: Lives): Route[] {
  return (['GET', 'POST', 'DELETE'] as const).map((method) => ({
    method,
    path: `/${API_VERSION}/*`,
    handle: (request) => enter(request, ENDPOINTS, network, lives),
  }));
}
