import type { BlockList } from 'node:net';

/**
 * Why an address is not asked; undefined for one that may be. What a rulebook asks is made of events that anybody may send, so
 * this machine and the private network around it are out of reach: 127.0.0.1, 10.0.0.5, 169.254.169.254 (where clouds keep
 * their credentials), `localhost`. A name that DNS leads to such an address is not seen through.
 */
export function refusalOf(address: string): string | undefined {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol)) return 'it is no http:// or https:// address';
  if (url.username !== '' || url.password !== '') return 'it holds a user name or password: put them into `headers`';
  // URL has written every form of an IPv4 address (0x7f.1, 2130706433) as four numbers.
  const host = url.hostname.replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1');
  if (host === 'localhost' || host.endsWith('.localhost')) return `${host} is this machine`;
  inner ??= newBlockList();
  return inner.check(host, familyOf(host)) ? `${host} is not a public address` : undefined;
}

/** What is not the public internet: https://www.iana.org/assignments/iana-ipv4-special-registry, and the one of IPv6. */
const INNER_NETWORKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  // An IPv4 address in the form of IPv6, as translators take it.
  '64:ff9b::/96',
  'fc00::/7',
  'fe80::/10',
  'ff00::/8',
];

/** Made when the first address is looked at: most rulebooks ask none, and node:net takes a while to load. */
let inner: BlockList | undefined;

function newBlockList(): BlockList {
  const list = new (process.getBuiltinModule('node:net').BlockList)();
  for (const network of INNER_NETWORKS) {
    const [address = '', prefix = ''] = network.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}

/** The hosts that URL leaves are names, and addresses of which only those of IPv6 have a colon. */
function familyOf(host: string): 'ipv4' | 'ipv6' {
  return host.includes(':') ? 'ipv6' : 'ipv4';
}
