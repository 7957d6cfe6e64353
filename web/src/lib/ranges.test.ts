import { describe, expect, test } from 'vitest';
import { intervalFor, parseRange, presets, stepRange } from './ranges';

const now = new Date('2026-11-20T10:02:00Z');
const parse = (text: string) => parseRange(text, now, 'UTC');

describe('ranges', () => {
  test('seven days are the last seven whole days, without today', () => {
    expect(parse('7d')).toMatchObject({ from: '2026-11-13', to: '2026-11-20', lastDay: '2026-11-19', days: 7 });
  });

  test('last month is the whole month', () => {
    expect(parse('last_month')).toMatchObject({ from: '2026-10-01', to: '2026-11-01', lastDay: '2026-10-31', days: 31 });
  });

  test('today runs to the next five-minute mark and says that it is incomplete', () => {
    expect(parse('today')).toMatchObject({ from: '2026-11-20', to: '2026-11-20T10:05:00.000Z', incomplete: true });
    expect(parse('mtd')).toMatchObject({ from: '2026-11-01', to: '2026-11-20T10:05:00.000Z', days: 20 });
  });

  test('the day is that of the zone', () => {
    expect(parseRange('yesterday', now, 'Pacific/Auckland')?.from).toBe('2026-11-19');
    expect(parseRange('yesterday', new Date('2026-11-20T11:30:00Z'), 'Pacific/Auckland')?.from).toBe('2026-11-20');
  });

  test('a custom range names its first and last day', () => {
    expect(parse('2026-09-21..2026-11-15')).toMatchObject({ from: '2026-09-21', to: '2026-11-16', days: 56 });
  });

  test('refuses what is no range', () => {
    for (const text of ['8d', '', '2026-02-30..2026-03-01', '2026-03-02..2026-03-01', '2026-03-01']) {
      expect(parse(text), text).toBeNull();
    }
  });

  test('every preset parses', () => {
    for (const preset of presets) expect(parse(preset)?.preset).toBe(preset);
  });

  test('steps by its own length, across month and year ends', () => {
    expect(stepRange(parse('7d')!, -1)).toBe('2026-11-06..2026-11-12');
    expect(stepRange(parse('2026-12-29..2027-01-04')!, 1)).toBe('2027-01-05..2027-01-11');
  });

  test('the ranges of days are whole weeks that end yesterday', () => {
    for (const text of ['7d', '28d', '91d']) {
      expect(parse(text)!.days % 7).toBe(0);
      expect(parse(text)!.to).toBe('2026-11-20');
    }
  });

  test('a course has between 20 and 200 points', () => {
    expect(intervalFor(parse('7d')!)).toBe('hour');
    expect(intervalFor(parse('28d')!)).toBe('day');
    expect(intervalFor(parse('91d')!)).toBe('day');
    expect(intervalFor(parse('2025-01-01..2026-01-01')!)).toBe('week');
  });
});
