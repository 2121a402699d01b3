import { asText, type Op, OpFailed, RequestFailed } from 'ringbook/plugin';
import { accountOf, get } from './account.ts';
import { objectIn } from './answer.ts';

/** How many messages the account can still send; fails where they are fewer than `at_least`. */
export const pigeonCredit: Op = async ({ resource, at_least }, context) => {
  const account = accountOf(context.resource(asText(resource) ?? ''));
  const left = await creditOf(() => get(account, context.http, '/credit', context.signal));
  if (typeof at_least === 'number' && left < at_least) throw new OpFailed(`only ${left} messages are left`);
  return { left };
};

async function creditOf(ask: () => ReturnType<typeof get>): Promise<number> {
  try {
    const { status, body } = await ask();
    const left = status === 200 ? objectIn(body)?.['left'] : undefined;
    if (typeof left === 'number') return left;
    throw new OpFailed(`Pigeon answered ${status}, and not how much credit is left`);
  } catch (failure) {
    if (failure instanceof RequestFailed) throw new OpFailed(`Pigeon did not answer: ${failure.message}`, failure);
    throw failure;
  }
}
