import type { PublishCommandInput } from '@aws-sdk/client-sns';
import type { Draft, Outcome } from '../../message/message.ts';
import type { MakeProvider } from '../../plugin/plugin.ts';
import type { Resource } from '../../resource/resource.ts';
import { asText } from '../../schema/schema.ts';
import { type Account, newPublish } from './client.ts';
import { outcomeOfExchange } from './outcome.ts';
import { senderRefusal } from './sender.ts';

/**
 * Text messages through the account of a SnsConfig. SNS reports deliveries to CloudWatch alone, and knows no message by its
 * id: so there is nothing to look for, and nothing to ask.
 */
export const makeSnsProvider: MakeProvider = (resource, { http }) => {
  const publish = newPublish(accountOf(resource), http);
  const secrets = Object.values(resource.secrets).map((secret) => () => secret.reveal());
  return {
    scriptType: 'text/plain; charset=utf-8',
    readCallback: () => ({ refused: 'SNS makes no callbacks' }),
    isGenuine: () => false,
    async send({ draft, signal }) {
      const refusal = refusalOf(draft);
      if (refusal !== undefined) return { kind: 'rejected', reason: refusal };
      if (signal.aborted) return calledOff();
      const exchange = await publish(messageOf(resource, draft), signal);
      return outcomeOfExchange(
        exchange,
        secrets.map((reveal) => reveal()),
      );
    },
  };
};

function calledOff(): Outcome {
  return { kind: 'rejected', reason: 'it was called off before it was sent', retry: { unreached: true } };
}

function accountOf({ settings, secrets }: Resource): Account {
  const [endpoint, accessKeyId] = [asText(settings['endpoint']), asText(settings['accessKeyId'])];
  const { secretAccessKey, sessionToken } = secrets;
  return {
    region: asText(settings['region']) ?? '',
    ...(endpoint !== undefined && { endpoint }),
    ...(accessKeyId !== undefined && {
      credentials: () => ({
        accessKeyId,
        secretAccessKey: secretAccessKey?.reveal() ?? '',
        ...(sessionToken && { sessionToken: sessionToken.reveal() }),
      }),
    }),
  };
}

/** Why a draft is not worth a request; undefined for one that is. */
function refusalOf({ channel, content, from }: Draft): string | undefined {
  if (channel !== 'sms' || content.kind !== 'text') return 'SNS sends text messages only';
  return from === '' ? undefined : senderRefusal(from);
}

function messageOf({ settings }: Resource, { to, from, content }: Draft): PublishCommandInput {
  const { smsType, maxPrice } = settings;
  const isNumber = /^\+?\d+$/.test(from);
  return {
    PhoneNumber: to,
    Message: content.kind === 'text' ? content.text : '',
    MessageAttributes: {
      'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: asText(smsType) ?? 'Transactional' },
      ...(from !== '' && !isNumber && { 'AWS.SNS.SMS.SenderID': { DataType: 'String', StringValue: from } }),
      ...(isNumber && { 'AWS.MM.SMS.OriginationNumber': { DataType: 'String', StringValue: from } }),
      ...(typeof maxPrice === 'number' && {
        'AWS.SNS.SMS.MaxPrice': { DataType: 'Number', StringValue: String(maxPrice) },
      }),
    },
  };
}
