import { describe, expect, test } from 'vitest';
import { matchPattern } from './routes';

describe('routes', () => {
  test('match whole paths only', () => {
    expect(matchPattern('/', '/')).toEqual({});
    expect(matchPattern('/live', '/live')).toEqual({});
    expect(matchPattern('/live', '/live/x')).toBeNull();
    expect(matchPattern('/conversations/:id', '/conversations')).toBeNull();
  });

  test('names take what stands in their place, decoded', () => {
    expect(matchPattern('/conversations/:id', '/conversations/a%2Fb')).toEqual({ id: 'a/b' });
    expect(matchPattern('/conversations/:id', '/conversations/%')).toBeNull();
  });
});
