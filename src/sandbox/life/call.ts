import type { CallStatus } from '../ledger.ts';
import type { Network } from '../network.ts';
import { personOf } from '../phones.ts';
import type { Fault } from '../sandbox.ts';
import type { Line } from './line.ts';

/** What happens on a call between its being answered and its end. */
export type Talk = (line: Line) => Promise<void>;

/** Paces that it rings before a person who picks up by habit does. */
const RINGS = 3;
/** Paces that a machine greets before it records. */
const GREETING = 3;

/**
 * The life of a call that the network places: queued, initiated (which only a callback tells of), ringing, then in-progress
 * and completed, or busy, no-answer, failed, canceled. Rejects when the network stops.
 */
export async function carryCall(network: Network, line: Line, talk: Talk): Promise<void> {
  const status = await untilCut(network, line, async () => {
    await line.pace();
    line.tell('initiated');
    await line.pace();
    const fault = network.faults.take(CALL_FAULTS, personOf(line.call));
    const outcome = await connect(network, line, fault);
    if (outcome !== 'answered') return outcome;
    await converse(network, line, fault?.kind === 'voicemail', talk);
    return 'completed';
  });
  await line.finish(status);
}

/** What the account's end does with a call that a person placed: it takes it, or ends it in a state. */
export type TakeCall = (line: Line) => Promise<Talk | CallStatus>;

/** The life of a call that a person places: ringing, until the script of the number is there, which takes it or not. */
export async function carryInboundCall(network: Network, line: Line, take: TakeCall): Promise<void> {
  const status = await untilCut(network, line, async () => {
    line.change({ status: 'ringing' });
    await line.pace();
    const taken = await take(line);
    if (typeof taken === 'string') return taken;
    await converse(network, line, false, taken);
    return 'completed';
  });
  await line.finish(status);
}

/** The state that `life` comes to, or the one that the call was ended with from outside. */
async function untilCut(network: Network, line: Line, life: () => Promise<CallStatus>): Promise<CallStatus> {
  try {
    return await life();
  } catch (error) {
    if (network.stopping.aborted || line.ending === undefined) throw error;
    return line.ending;
  }
}

const CALL_FAULTS = ['busy', 'no-answer', 'failed', 'voicemail'] as const;
type CallFault = Extract<Fault, { kind: (typeof CALL_FAULTS)[number] }>;

async function connect(network: Network, line: Line, fault: CallFault | undefined): Promise<'answered' | CallStatus> {
  if (fault?.kind === 'busy') return 'busy';
  if (fault?.kind === 'failed') {
    line.note(`The call could not be put through${fault.errorCode ? `: error ${fault.errorCode}` : ''}.`);
    return 'failed';
  }
  line.change({ status: 'ringing' });
  line.tell('ringing');
  return ring(network, line, fault);
}

async function ring(network: Network, line: Line, fault: CallFault | undefined): Promise<'answered' | CallStatus> {
  const patienceMs = line.call.timeoutSeconds * 1000;
  const { answers } = network.habitOf(personOf(line.call));
  const picksUp = fault?.kind === 'voicemail' || (fault === undefined && answers === 'itself');
  const rings = picksUp ? Math.min(RINGS * network.paceMs, patienceMs) : patienceMs;
  return (await line.decision(rings)) ?? (picksUp && rings < patienceMs ? 'answered' : 'no-answer');
}

/** From the answer to the last word, for as long as the call may last. */
async function converse(network: Network, line: Line, isMachine: boolean, talk: Talk): Promise<void> {
  const { machineDetection, timeLimitSeconds } = line.call;
  line.change({ status: 'in-progress', startedAt: network.clock.now() });
  line.isMachine = isMachine;
  if (isMachine) line.note('A machine answered.');
  if (machineDetection) {
    const isAfterBeep = machineDetection === 'DetectMessageEnd';
    if (isMachine && isAfterBeep) await line.sleep(GREETING * network.paceMs);
    line.change({ answeredBy: isMachine ? (isAfterBeep ? 'machine_end_beep' : 'machine_start') : 'human' });
  }
  line.tell('answered');
  line.limit(timeLimitSeconds * 1000);
  await talk(line);
}
