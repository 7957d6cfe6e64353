/// Calendar days as `YYYY-MM-DD` text, without any zone; and the day it is in a zone.

export type Day = string;

const msPerDay = 86_400_000;

export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && fromMs(toMs(text)) === text;
}

/// Midnight of the day as if it were UTC.
export function toMs(day: Day): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10)));
}

export function fromMs(ms: number): Day {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(0, 10) : '';
}

export function addDays(day: Day, count: number): Day {
  return fromMs(toMs(day) + count * msPerDay);
}

export function addMonths(day: Day, count: number): Day {
  return fromMs(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1 + count, 1));
}

export function firstOfMonth(day: Day): Day {
  return `${day.slice(0, 7)}-01`;
}

/// Days from the first to the second.
export function daysBetween(from: Day, to: Day): number {
  return Math.round((toMs(to) - toMs(from)) / msPerDay);
}
