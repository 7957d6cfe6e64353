import type { Catalog, DashboardSpec, SeenEvents } from '@/api/types';

export interface ChecklistStep {
  readonly id: 'first' | 'declared' | 'funnel' | 'cards';
  readonly done: boolean;
  readonly seen: number;
  readonly of: number;
  /// Events that are still wanted, by name.
  readonly missing: readonly string[];
}

/// How far a workspace is on its way to a full overview, from the events seen and what the catalogue's dashboard needs.
export function checklist(seen: SeenEvents['events'], catalog: Catalog, dashboard: DashboardSpec | undefined): ChecklistStep[] {
  const names = new Set(seen.map((event) => event.name));
  const total = seen.reduce((sum, event) => sum + event.count, 0);
  const declared = seen.filter((event) => event.declared).length;
  const steps = unique((dashboard?.funnel.steps ?? []).map(({ step }) => step.split(':')[0] ?? step));
  const cards = catalog.metrics.filter((metric) => dashboard?.cards.includes(metric.id));
  const needs = unique(cards.flatMap((metric) => metric.needs));
  const without = (wanted: readonly string[]) => wanted.filter((name) => !names.has(name));
  return [
    { id: 'first', done: total > 0, seen: total, of: 1, missing: [] },
    { id: 'declared', done: declared > 0, seen: declared, of: seen.length, missing: [] },
    { id: 'funnel', done: without(steps).length === 0, seen: steps.length - without(steps).length, of: steps.length, missing: without(steps) },
    { id: 'cards', done: without(needs).length === 0, seen: needs.length - without(needs).length, of: needs.length, missing: without(needs) },
  ];
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
