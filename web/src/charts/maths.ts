/// The sums behind the charts, apart from any drawing.

/// A straight map from one range of numbers to another, with its way back.
export interface Scale {
  (value: number): number;
  readonly invert: (position: number) => number;
}

export function linearScale([low, high]: readonly [number, number], [start, end]: readonly [number, number]): Scale {
  const factor = (end - start) / (high - low || 1);
  const scale = (value: number) => start + (value - low) * factor;
  return Object.assign(scale, { invert: (position: number) => low + (position - start) / (factor || 1) });
}

/// A zero-based scale with about `count` round steps: its top, and where the grid lines go. Counts get whole steps.
export function niceScale(maximum: number, count = 4, whole = false): { top: number; ticks: number[] } {
  if (!(maximum > 0)) return { top: 1, ticks: [0, 1] };
  const rough = maximum / Math.max(1, count - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? 10 * power;
  const size = whole ? Math.max(1, Math.ceil(step)) : step;
  const steps = Math.ceil(maximum / size - 1e-9);
  return { top: steps * size, ticks: Array.from({ length: steps + 1 }, (_, index) => round(index * size)) };
}

/// Which of `bins` equally wide bins between 0 and the maximum a value falls in.
export function heatBin(value: number, maximum: number, bins = 7): number {
  if (!(maximum > 0) || !(value > 0)) return 0;
  return Math.min(bins - 1, Math.floor((value / maximum) * bins));
}

/// The part of an interval's range in which a line is drawn, with some air around it.
export function paddedExtent(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = high > low ? (high - low) * 0.12 : Math.abs(high) * 0.1 || 0.5;
  return [low - air, high + air];
}

/// Where the reading goes when an arrow key is pressed: one point, or a day with Shift; Home and End.
export function moveReading(index: number, key: string, shift: boolean, length: number, day: number): number | null {
  const step = shift ? day : 1;
  const target = { ArrowLeft: index - step, ArrowRight: index + step, Home: 0, End: length - 1 }[key];
  if (target === undefined) return null;
  return Math.max(0, Math.min(length - 1, target));
}

/// Where the focus goes within a grid of rows and columns.
export function moveInGrid(row: number, column: number, key: string, rows: number, columns: number): [number, number] | null {
  const clamp = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));
  switch (key) {
    case 'ArrowLeft':
      return [row, clamp(column - 1, columns)];
    case 'ArrowRight':
      return [row, clamp(column + 1, columns)];
    case 'ArrowUp':
      return [clamp(row - 1, rows), column];
    case 'ArrowDown':
      return [clamp(row + 1, rows), column];
    case 'Home':
      return [row, 0];
    case 'End':
      return [row, columns - 1];
  }
  return null;
}

/// The step of a funnel after which most are lost, by number; -1 where there is no loss.
export function largestDrop(counts: readonly number[]): number {
  let best = -1;
  let most = 0;
  for (let index = 1; index < counts.length; ++index) {
    const lost = (counts[index - 1] ?? 0) - (counts[index] ?? 0);
    if (lost > most) [best, most] = [index, lost];
  }
  return best;
}

/// At most `limit` of the positions, evenly spread, so that labels do not touch.
export function spread<T>(items: readonly T[], limit: number): T[] {
  if (items.length <= limit) return [...items];
  const step = Math.ceil(items.length / Math.max(1, limit));
  return items.filter((_, index) => index % step === 0);
}

function round(value: number): number {
  return Number(value.toPrecision(12));
}
