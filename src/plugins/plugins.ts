/** The plugins that come with Ringbook. */
import type { Plugin } from '../plugin/plugin.ts';
import { ats } from './ats/ats.ts';
import { core } from './core/core.ts';
import { debug } from './debug/debug.ts';
import { exotel } from './exotel/exotel.ts';
import { smsOperator } from './sms-operator/sms-operator.ts';
import { sns } from './sns/sns.ts';
import { twilio } from './twilio/twilio.ts';

export const builtIn: readonly Plugin[] = [core, twilio, exotel, sns, ats, smsOperator, debug];
