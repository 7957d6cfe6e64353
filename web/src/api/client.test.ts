import { describe, expect, test } from 'vitest';
import { address } from './client';

describe('address', () => {
  test('fills the path and repeats lists', () => {
    expect(address('/api/v1/metrics/{id}', { from: '2026-11-13', f: ['a:is:1', 'b:is:2'] }, { id: 'x/y' })).toBe(
      '/api/v1/metrics/x%2Fy?from=2026-11-13&f=a%3Ais%3A1&f=b%3Ais%3A2',
    );
  });

  test('leaves out what has no value, but not false and zero', () => {
    expect(address('/p', { a: null, b: undefined, c: false, d: 0 })).toBe('/p?c=false&d=0');
  });
});
