import { describe, expect, test } from 'vitest';
import { dayIn, wallClock } from './zone';

describe('zone', () => {
  test('shows the clock of the zone, with and without daylight saving', () => {
    expect(wallClock('2026-07-01T10:00:00Z', 'Europe/Berlin').toISOString()).toBe('2026-07-01T12:00:00.000Z');
    expect(wallClock('2026-11-20T10:00:00Z', 'Europe/Berlin').toISOString()).toBe('2026-11-20T11:00:00.000Z');
  });

  test('knows the day on either side of midnight', () => {
    expect(dayIn('Pacific/Auckland', '2026-11-19T23:30:00Z')).toBe('2026-11-20');
    expect(dayIn('America/Los_Angeles', '2026-11-20T03:00:00Z')).toBe('2026-11-19');
  });

  test('midnight is hour 0', () => {
    expect(wallClock('2026-11-20T00:00:00Z', 'UTC').getUTCHours()).toBe(0);
  });
});
