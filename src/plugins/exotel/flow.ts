/** Why calls cannot be led to a flow, or undefined where they can: to an app by its number, or by its address. */
export function flowRefusal(flow: string): string | undefined {
  if (/^\d{1,12}$/.test(flow) || isAddress(flow)) return undefined;
  return 'the flow is not the id of one of Exotel, which is a number, nor its address';
}

/** Whether a flow is given by the address that Exotel has it under. */
export function isAddress(flow: string): boolean {
  return /^https?:\/\/my\.exotel\.(com|in)\/[\w./-]+$/.test(flow);
}
