/**
 * Why calls cannot be led to a flow, or undefined where they can: to one of Twilio's applications, or to an address that answers
 * with TwiML, such as Studio's.
 */
export function flowRefusal(flow: string): string | undefined {
  if (isApplication(flow) || URL.parse(flow)?.protocol === 'https:') return undefined;
  return 'the flow is neither the SID of a TwiML application (AP...) nor an https:// address';
}

export function isApplication(flow: string): boolean {
  return /^AP[0-9a-f]{32}$/i.test(flow);
}
