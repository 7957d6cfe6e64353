import { describe, expect, test } from 'vitest';
import { heatBin, largestDrop, linearScale, moveInGrid, moveReading, niceScale, paddedExtent, spread } from './maths';

describe('chart maths', () => {
  test('a scale maps its ends, either way round, and back', () => {
    const y = linearScale([0, 300], [260, 8]);
    expect([y(0), y(150), y(300)]).toEqual([260, 134, 8]);
    expect(y.invert(y(42))).toBeCloseTo(42);
    expect(linearScale([5, 5], [0, 10])(5)).toBe(0);
  });

  test('scales start at zero, reach the maximum and have round steps', () => {
    expect(niceScale(245)).toEqual({ top: 300, ticks: [0, 100, 200, 300] });
    expect(niceScale(0.73).ticks).toEqual([0, 0.25, 0.5, 0.75]);
    for (const maximum of [0.001, 0.9, 7, 12.5, 99, 1234, 8e6]) {
      const { top, ticks } = niceScale(maximum);
      expect(top).toBeGreaterThanOrEqual(maximum);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(6);
    }
  });

  test('counts have no half steps', () => {
    expect(niceScale(2, 4, true).ticks).toEqual([0, 1, 2]);
  });

  test('nothing still has a scale', () => {
    expect(niceScale(0)).toEqual({ top: 1, ticks: [0, 1] });
  });

  test('heat bins are equally wide, the maximum is in the last and zero in the first', () => {
    expect([0, 1, 99, 100, 699, 700].map((value) => heatBin(value, 700))).toEqual([0, 0, 0, 1, 6, 6]);
    expect(heatBin(3, 0)).toBe(0);
  });

  test('a flat line still has room around it', () => {
    const [low, high] = paddedExtent([5, 5]);
    expect(low).toBeLessThan(5);
    expect(high).toBeGreaterThan(5);
  });

  test('arrows move the reading by a point, with Shift by a day, and stay inside', () => {
    expect(moveReading(30, 'ArrowRight', false, 168, 24)).toBe(31);
    expect(moveReading(30, 'ArrowLeft', true, 168, 24)).toBe(6);
    expect(moveReading(3, 'ArrowLeft', true, 168, 24)).toBe(0);
    expect(moveReading(3, 'End', false, 168, 24)).toBe(167);
    expect(moveReading(3, 'x', false, 168, 24)).toBeNull();
  });

  test('arrows move within a grid and stop at its edges', () => {
    expect(moveInGrid(0, 0, 'ArrowUp', 7, 24)).toEqual([0, 0]);
    expect(moveInGrid(2, 5, 'ArrowDown', 7, 24)).toEqual([3, 5]);
    expect(moveInGrid(2, 5, 'End', 7, 24)).toEqual([2, 23]);
    expect(moveInGrid(2, 5, 'Tab', 7, 24)).toBeNull();
  });

  test('the largest drop is counted in conversations', () => {
    expect(largestDrop([2964, 2487, 1721, 1588])).toBe(2);
    expect(largestDrop([10, 10])).toBe(-1);
    expect(largestDrop([])).toBe(-1);
  });

  test('labels are thinned evenly', () => {
    expect(spread([1, 2, 3, 4, 5, 6, 7], 4)).toEqual([1, 3, 5, 7]);
    expect(spread([1, 2], 4)).toEqual([1, 2]);
  });
});
