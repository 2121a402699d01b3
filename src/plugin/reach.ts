/**
 * A callback address as a provider may be given it. An address of this machine is given to what runs on this machine alone:
 * others cannot reach it, and some refuse the whole request for it. `baseUrl` is where the provider's API is, if not at home.
 */
export function reachableUrl(callbackUrl: string | undefined, baseUrl: string | undefined): string | undefined {
  if (callbackUrl === undefined || !isLoopback(callbackUrl)) return callbackUrl;
  return baseUrl !== undefined && isLoopback(baseUrl) ? callbackUrl : undefined;
}

function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || host.startsWith('127.');
}
