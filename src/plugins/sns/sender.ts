/** At most 11 letters, digits and hyphens, with one letter at least; or a number of the account. */
const SENDER = /^(?:(?=.*[A-Za-z])[A-Za-z0-9-]{1,11}|\+[1-9]\d{6,14}|\d{3,8})$/;

/** Why a text message cannot come from there, or undefined where it can. */
export function senderRefusal(sender: string): string | undefined {
  if (SENDER.test(sender)) return undefined;
  return 'SNS takes a sender of at most 11 letters, digits and hyphens, with one letter at least, or a number of the account';
}
