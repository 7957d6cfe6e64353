import { useMemo } from 'react';
import { dayIn } from '@/lib/zone';
import { parseFilter } from '@/lib/filters';
import { navigate, useLocation } from '@/lib/location';
import { all, change, first, formatQuery, type Query, type QueryChanges } from '@/lib/query-string';
import { parseRange, type Range } from '@/lib/ranges';
import { recall } from '@/lib/remembered';
import type { Parameters } from './client';
import { usePlace } from './workspace';

/// Names that follow the reader from page to page; the others belong to one page.
const carried = ['workspace', 'range', 'compare', 'f'];

export interface View {
  readonly range: Range;
  readonly comparing: boolean;
  /// Filters as they stand in the address, those that are none left out.
  readonly filters: readonly string[];
  readonly zone: string;
  readonly query: Query;
  /// The window and filters, as every question takes them.
  readonly scope: Parameters;
  /// The same with the period before, if it is wanted.
  readonly compared: Parameters;
}

/// What the address asks to see.
export function useView(): View {
  const { query } = useLocation();
  const { workspace, firstEventAt } = usePlace();
  const zone = workspace.time_zone;
  const now = new Date();
  const range = chosenRange(query, zone, now, firstEventAt);
  const filters = all(query, 'f').filter((text) => parseFilter(text) !== null);
  const comparing = first(query, 'compare') !== 'none';
  const key = [workspace.id, range.id, range.from, range.to, comparing, zone, ...filters].join('\n');
  return useMemo(() => {
    const scope = { workspace: workspace.id, from: range.from, to: range.to, f: filters };
    return { range, comparing, filters, zone, query, scope, compared: { ...scope, compare: comparing ? 'previous' : 'none' } };
    // The key holds all that the view is made of.
  }, [key, query]);
}

function chosenRange(query: Query, zone: string, now: Date, firstEventAt: string | null): Range {
  for (const text of [first(query, 'range'), recall('range')]) {
    const range = text && parseRange(text, now, zone);
    if (range) return range;
  }
  // A workspace that began today has nothing in its last whole days.
  const startedToday = firstEventAt !== null && dayIn(zone, firstEventAt) === dayIn(zone, now);
  const range = parseRange(startedToday ? 'today' : '7d', now, zone);
  if (!range) throw new Error('a preset is always a range');
  return range;
}

/// The address of a page of the same view, with changes. What belongs to another page is left behind.
export type MakeLink = (path: string, changes?: QueryChanges) => string;

export function useLink(): MakeLink {
  const { query } = useLocation();
  return (path, changes = {}) => {
    const kept = query.filter(([name]) => carried.includes(name));
    const text = formatQuery(change(kept, changes));
    return text ? `${path}?${text}` : path;
  };
}

/// Changes the address of the page one is on. Tuning replaces the entry in the history, opening makes a new one.
export function useAddress(): (changes: QueryChanges, how?: 'open' | 'tune') => void {
  const { path, query } = useLocation();
  return (changes, how = 'tune') => {
    const text = formatQuery(change(query, changes));
    navigate(text ? `${path}?${text}` : path, how);
  };
}

/// The address of the page one is on, with changes.
export function useHere(): (changes: QueryChanges) => string {
  const { path, query } = useLocation();
  return (changes) => {
    const text = formatQuery(change(query, changes));
    return text ? `${path}?${text}` : path;
  };
}
