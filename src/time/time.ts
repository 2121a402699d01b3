/** Time, passed in so that a test can own it, and work that is due at a time. */

export type { Clock, VirtualClock, Watch } from './clock.ts';
export { durationMs } from './duration.ts';
export { persist } from './persist.ts';
export { type FedPump, newPump, PUMP_AT_REST, type Pump, type Work } from './pump.ts';
