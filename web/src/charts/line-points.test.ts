import { describe, expect, test } from 'vitest';
import { linePoints } from './line-points';

const hours = (first: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    start: new Date(Date.parse(first) + index * 3_600_000).toISOString(),
    value: index,
    n: index,
  }));

describe('line points', () => {
  test('the period before is matched by position', () => {
    const points = linePoints(hours('2026-11-13T00:00:00Z', 3), hours('2026-11-06T00:00:00Z', 2), 'hour', 'UTC');
    expect(points.map((point) => point.previous)).toEqual([0, 1, null]);
  });

  test('a week by the hour has a tick at each midnight of the zone', () => {
    const points = linePoints(hours('2026-11-12T23:00:00Z', 168), [], 'hour', 'Europe/Berlin');
    const ticks = points.flatMap((point) => point.tick ?? []);
    expect(ticks).toEqual(['Fri 13', 'Sat 14', 'Sun 15', 'Mon 16', 'Tue 17', 'Wed 18', 'Thu 19']);
  });

  test('four weeks by the day have a tick each Monday', () => {
    const days = Array.from({ length: 28 }, (_, index) => ({
      start: new Date(Date.UTC(2026, 9, 23 + index)).toISOString(),
      value: 1,
      n: 1,
    }));
    expect(linePoints(days, [], 'day', 'UTC').flatMap((point) => point.tick ?? [])).toEqual(['26 Oct', '2 Nov', '9 Nov', '16 Nov']);
  });
});
