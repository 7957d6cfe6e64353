import { describe, expect, test } from 'vitest';
import { formatFilter, parseFilter, withFilter } from './filters';

describe('filters', () => {
  test('reads and writes the grammar of the address', () => {
    const text = 'intent:is_not:return_item';
    expect(parseFilter(text)).toEqual({ dimension: 'intent', operator: 'is_not', value: 'return_item' });
    expect(formatFilter(parseFilter(text)!)).toBe(text);
  });

  test('a value may hold colons', () => {
    expect(parseFilter('page:contains:https://a.b/c')?.value).toBe('https://a.b/c');
  });

  test('ignores what is no filter', () => {
    expect(parseFilter('intent')).toBeNull();
    expect(parseFilter('intent:like:x')).toBeNull();
    expect(parseFilter('In tent:is:x')).toBeNull();
  });

  test('does not repeat a filter', () => {
    expect(withFilter(['a:is:1'], 'a:is:1')).toEqual(['a:is:1']);
    expect(withFilter(['a:is:1'], 'a:is:2')).toEqual(['a:is:1', 'a:is:2']);
  });
});
