import { expect, test } from 'vitest';
import { refusalOf } from '../../../src/plugins/core/address.ts';

test.each([
  'https://example.com/a?b=c',
  'http://example.com:8080',
  'https://93.184.216.34/',
  'https://[2606:2800:220:1:248:1893:25c8:1946]/',
  'https://localhost.example.com/',
  'https://10.example.com/',
  'https://172.32.0.1/',
])('lets %s pass', (address) => {
  expect(refusalOf(address)).toBeUndefined();
});

test.each([
  ['ftp://example.com', 'it is no http:// or https:// address'],
  ['file:///etc/passwd', 'it is no http:// or https:// address'],
  ['example.com', 'it is no http:// or https:// address'],
  ['', 'it is no http:// or https:// address'],
  ['https://ana:secret@example.com', 'it holds a user name or password: put them into `headers`'],
  ['http://localhost:8642/events', 'localhost is this machine'],
  ['http://LOCALHOST./', 'localhost is this machine'],
  ['http://db.localhost/', 'db.localhost is this machine'],
  ['http://127.0.0.1/', '127.0.0.1 is not a public address'],
  ['http://0x7f.1/', '127.0.0.1 is not a public address'],
  ['http://2130706433/', '127.0.0.1 is not a public address'],
  ['http://127.0.0.1./', '127.0.0.1 is not a public address'],
  ['http://0/', '0.0.0.0 is not a public address'],
  ['http://10.1.2.3/', '10.1.2.3 is not a public address'],
  ['http://172.16.0.1/', '172.16.0.1 is not a public address'],
  ['http://192.168.1.1/', '192.168.1.1 is not a public address'],
  ['http://100.64.0.1/', '100.64.0.1 is not a public address'],
  ['http://169.254.169.254/latest/meta-data', '169.254.169.254 is not a public address'],
  ['http://[::1]/', '::1 is not a public address'],
  ['http://[::]/', ':: is not a public address'],
  ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1 is not a public address'],
  ['http://[64:ff9b::10.0.0.1]/', '64:ff9b::a00:1 is not a public address'],
  ['http://[fe80::1]/', 'fe80::1 is not a public address'],
  ['http://[fd00::1]/', 'fd00::1 is not a public address'],
])('refuses %s: %s', (address, reason) => {
  expect(refusalOf(address)).toBe(reason);
});
