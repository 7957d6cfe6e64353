import type { Day } from './days';

const parts = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  let found = parts.get(zone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    parts.set(zone, found);
  }
  return found;
}

/// The wall clock of a zone as a Date whose UTC fields are the zone's: what the formatters of d3 then print with their
/// `utc` variants. Only for display: it is no point in time.
export function wallClock(time: Date | string | number, zone: string): Date {
  const instant = new Date(time);
  const fields: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(instant)) fields[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, instant.getUTCMilliseconds()));
}

/// The day that it is in the zone.
export function dayIn(zone: string, time: Date | string | number): Day {
  return wallClock(time, zone).toISOString().slice(0, 10);
}
