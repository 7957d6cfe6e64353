import { utcFormat } from 'd3-time-format';
import type { Point } from '@/api/types';
import { bucket } from '@/lib/format';
import type { Interval } from '@/lib/ranges';
import { wallClock } from '@/lib/zone';
import type { LinePoint } from './line-chart';

const dayTick = utcFormat('%a %-d');
const dateTick = utcFormat('%-d %b');
const hourTick = utcFormat('%H:%M');

/// The points of a course beside those of the period before, by position, with what stands under the axis: hours for
/// up to two days, days for up to two weeks, Mondays beyond.
export function linePoints(series: readonly Point[], previous: readonly Point[], interval: Interval, zone: string): LinePoint[] {
  const perDay = interval === 'hour' ? 24 : 1;
  const days = series.length / perDay;
  return series.map((point, index) => ({
    name: bucket(point.start, interval, zone),
    value: point.value,
    previous: previous[index]?.value ?? null,
    tick: interval === 'week' ? dateTick(wallClock(point.start, zone)) : tickAt(wallClock(point.start, zone), interval, days),
  }));
}

function tickAt(local: Date, interval: Interval, days: number): string | null {
  if (interval === 'hour') {
    if (days <= 2.5) return local.getUTCHours() % 3 === 0 ? hourTick(local) : null;
    return local.getUTCHours() === 0 ? dayTick(local) : null;
  }
  if (days <= 14) return dayTick(local);
  return local.getUTCDay() === 1 ? dateTick(local) : null;
}
