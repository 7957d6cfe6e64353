import { describe, expect, test } from 'vitest';
import { bucket, change, count, dayRange, decimal, duration, moment, noValue, percent, round, sentence, value } from './format';

describe('format', () => {
  test('a missing value is a dash, a zero is a zero', () => {
    expect(value(null, 'ratio')).toBe(noValue);
    expect(value(0, 'count')).toBe('0');
    expect(percent(0)).toBe('0.0%');
  });

  test('values are written in their unit', () => {
    expect(value(0.6421, 'ratio')).toBe('64.2%');
    expect(value(19249, 'count')).toBe('19,249');
    expect(value(4.311, 'number')).toBe('4.31');
    expect(value(161, 'seconds')).toBe('2 min 41 s');
    expect(value(840, 'milliseconds')).toBe('840 ms');
    expect(value(1.938, 'money')).toBe('1.94');
    expect(count(1_240_000)).toBe('1.24M');
  });

  test('targets have no decimals that they do not need', () => {
    expect(round(0.65, 'ratio')).toBe('65%');
    expect(round(0.29, 'ratio')).toBe('29%');
    expect(round(0.655, 'ratio')).toBe('65.5%');
    expect(round(4, 'number')).toBe('4');
  });

  test('durations roll over and never say 60 s', () => {
    expect(duration(59.6)).toBe('1 min');
    expect(duration(2.5)).toBe('2.5 s');
    expect(duration(3600)).toBe('1 h');
    expect(duration(3 * 3600 + 5 * 60)).toBe('3 h 5 min');
    expect(duration(3599.7)).toBe('1 h');
    expect(duration(4 * 86400 + 7200)).toBe('4 d 2 h');
  });

  test('negative numbers have a true minus sign, and zero has none', () => {
    expect(decimal(-3.14, 1)).toBe('−3.1');
    expect(decimal(-0.01, 1)).toBe('0.0');
  });

  test('changes of rates are in points, of amounts in percent, from nothing “new”', () => {
    expect(change(0.642, 0.673, 'ratio')).toEqual({ size: '3.1', kind: 'points' });
    expect(change(19249, 18078, 'count')).toEqual({ size: '6.5%', kind: 'percent' });
    expect(change(5, 0, 'count').kind).toBe('new');
    expect(change(4.31, 4.36, 'number')).toEqual({ size: '0.05', kind: 'plain' });
  });

  test('ranges of days leave out what repeats', () => {
    expect(dayRange('2026-11-13', '2026-11-19')).toBe('13–19 Nov');
    expect(dayRange('2026-10-28', '2026-11-03')).toBe('28 Oct – 3 Nov');
    expect(dayRange('2025-12-28', '2026-01-03')).toBe('28 Dec 2025 – 3 Jan 2026');
    expect(dayRange('2026-11-19', '2026-11-19')).toBe('Thu 19 Nov');
  });

  test('moments and buckets are on the clock of the zone', () => {
    expect(moment('2026-11-19T13:42:00Z', 'Europe/Berlin')).toBe('Thu 19 Nov, 14:42');
    expect(bucket('2026-11-18T02:00:00Z', 'hour', 'UTC')).toBe('Wed 18 Nov, 02:00');
    expect(bucket('2026-11-16T00:00:00Z', 'week', 'UTC')).toBe('16–22 Nov');
  });

  test('codes read as words', () => {
    expect(sentence('handed_off')).toBe('Handed off');
  });
});
