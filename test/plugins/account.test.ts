import { expect, test } from 'vitest';
import { accountOf } from '../../src/plugin/account.ts';
import type { Resource } from '../../src/resource/resource.ts';
import type { Json } from '../../src/schema/schema.ts';
import { registry } from './project.ts';

function accountFor(className: string, mid: string, settings: Readonly<Record<string, Json>>): string {
  const resource: Resource = { mid, class: className, settings, secrets: {} };
  return accountOf(resource, registry.resourceClass(className));
}

test('resources of one account are told by what their class says of an account', () => {
  const settings = { sid: 'rajnikanth', region: 'mumbai' };
  const first = accountFor('ExotelConfig', 'sales', { ...settings, dltTemplateId: '1107' });
  expect(accountFor('ExotelConfig', 'support', settings)).toBe(first);
  expect(accountFor('ExotelConfig', 'support', { ...settings, region: 'singapore' })).not.toBe(first);
  expect(accountFor('ExotelConfig', 'support', { ...settings, sid: 'other' })).not.toBe(first);
});

test('a resource whose class says nothing of accounts, or that lacks it, stands alone', () => {
  expect(accountFor('NoSuchClass', 'sales', { sid: 'rajnikanth' })).toBe('sales');
  expect(accountFor('ExotelConfig', 'sales', { sid: 'rajnikanth' })).toBe('sales');
});
