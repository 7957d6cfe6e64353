import { describe, expect, test } from 'vitest';
import { all, change, first, formatQuery, parseQuery } from './query-string';

describe('query string', () => {
  test('keeps order and repeated names through a round trip', () => {
    const text = 'range=7d&f=intent:is:return_item&f=outcome:is_not:resolved&conv=c_8f31a2';
    expect(formatQuery(parseQuery(`?${text}`))).toBe(text);
  });

  test('escapes what would break an address and nothing more', () => {
    expect(formatQuery([['f', 'page:is:/help?a=1&b=2 #x']])).toBe('f=page:is:/help%3Fa%3D1%26b%3D2+%23x');
    expect(first(parseQuery('f=page:is:/help%3Fa%3D1%26b%3D2+%23x'), 'f')).toBe('page:is:/help?a=1&b=2 #x');
  });

  test('a changed name keeps its place, a new one goes to the end, null takes it out', () => {
    const query = parseQuery('range=7d&f=a:is:1&f=b:is:2&conv=c1');
    const changed = change(query, { f: ['c:is:3'], conv: null, q: 'boots' });
    expect(formatQuery(changed)).toBe('range=7d&f=c:is:3&q=boots');
  });

  test('keeps names that it does not know', () => {
    expect(formatQuery(change(parseQuery('utm=x&range=7d'), { range: '28d' }))).toBe('utm=x&range=28d');
  });

  test('an empty list takes every value out', () => {
    expect(all(change(parseQuery('f=a:is:1&f=b:is:2'), { f: [] }), 'f')).toEqual([]);
  });
});
