import { addDays, addMonths, type Day, daysBetween, firstOfMonth, isDay } from './days';
import { dayIn } from './zone';

/// Ranges that have a name in the address (`range=7d`). Whole weeks, so that a comparison meets the same weekdays.
export const presets = ['today', 'yesterday', '7d', '28d', '91d', 'mtd', 'last_month'] as const;
export type Preset = (typeof presets)[number];

/// A window of days. `to` is exclusive: a day, or a point in time where the window runs up to now.
export interface Range {
  readonly id: string;
  readonly preset: Preset | null;
  readonly from: Day;
  readonly to: string;
  readonly lastDay: Day;
  readonly days: number;
  /// The window holds today, which is not over yet.
  readonly incomplete: boolean;
}

export type Interval = 'hour' | 'day' | 'week';

const slotMs = 5 * 60_000;

/// Reads the grammar `7d|28d|91d|today|yesterday|mtd|last_month|YYYY-MM-DD..YYYY-MM-DD`; both ends of a custom range are
/// inclusive. Null where the text is none of these.
export function parseRange(text: string, now: Date, zone: string): Range | null {
  const today = dayIn(zone, now);
  switch (text) {
    case 'today':
      return untilNow(text, today, today, now);
    case 'yesterday':
      return whole(text, text, addDays(today, -1), addDays(today, -1));
    case '7d':
    case '28d':
    case '91d':
      return whole(text, text, addDays(today, -Number.parseInt(text, 10)), addDays(today, -1));
    case 'mtd':
      return untilNow(text, firstOfMonth(today), today, now);
    case 'last_month':
      return whole(text, text, addMonths(today, -1), addDays(firstOfMonth(today), -1));
  }
  const match = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text);
  if (!match) return null;
  const [, from = '', lastDay = ''] = match;
  if (!isDay(from) || !isDay(lastDay) || lastDay < from) return null;
  return { ...whole(text, null, from, lastDay), incomplete: lastDay >= today };
}

export function customRange(from: Day, lastDay: Day): string {
  return `${from}..${lastDay}`;
}

/// The window of the same length before or after it, as text for the address.
export function stepRange(range: Range, direction: -1 | 1): string {
  const shift = direction * range.days;
  return customRange(addDays(range.from, shift), addDays(range.lastDay, shift));
}

/// How fine a course is drawn: some 24 to 200 points.
export function intervalFor(range: Range): Interval {
  if (range.days <= 8) return 'hour';
  return range.days <= 200 ? 'day' : 'week';
}

function whole(id: string, preset: Preset | null, from: Day, lastDay: Day): Range {
  return {
    id,
    preset,
    from,
    to: addDays(lastDay, 1),
    lastDay,
    days: daysBetween(from, lastDay) + 1,
    incomplete: false,
  };
}

/// Ends at the next five-minute mark, so that the same question is asked, and answered from cache, for a while.
function untilNow(id: Preset, from: Day, today: Day, now: Date): Range {
  const to = new Date(Math.floor(now.getTime() / slotMs + 1) * slotMs).toISOString();
  return { id, preset: id, from, to, lastDay: today, days: daysBetween(from, today) + 1, incomplete: true };
}
