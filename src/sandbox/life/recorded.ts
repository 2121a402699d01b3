import type { Network } from '../network.ts';
import { beginRecording, endRecording } from '../voice/recording.ts';
import type { Talk } from './call.ts';

/** `talk`, and a recording of all of it where the caller asked for one. */
export function recorded(network: Network, talk: Talk): Talk {
  return async (line) => {
    if (!line.call.record) return talk(line);
    const recording = beginRecording(network, 'OutboundAPI', line.sid);
    try {
      await talk(line);
    } finally {
      if (!network.stopping.aborted) endRecording(network, recording);
    }
  };
}
