/** The plugins that come with Ringbook. */
import type { Plugin } from '../plugin/plugin.ts';
import { core } from './core/core.ts';
import { exotel } from './exotel/exotel.ts';
import { twilio } from './twilio/twilio.ts';

export const builtIn: readonly Plugin[] = [core, twilio, exotel];
