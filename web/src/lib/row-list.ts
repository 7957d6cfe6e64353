import { useEffect, useSyncExternalStore } from 'react';

/// The ids of the rows that a page shows, in order, so that the drawer and the keyboard can go to the next one.
let rows: readonly string[] = [];
const listeners = new Set<() => void>();

function set(next: readonly string[]): void {
  rows = next;
  for (const listener of listeners) listener();
}

export function useShownRows(ids: readonly string[]): void {
  const key = ids.join('\n');
  useEffect(() => {
    set(key ? key.split('\n') : []);
    return () => set([]);
  }, [key]);
}

export function useRowList(): readonly string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => rows,
  );
}

/// The row after or before; null at the ends, the first where the id is not among them.
export function neighbour(ids: readonly string[], id: string | null, direction: -1 | 1): string | null {
  const index = id === null ? -1 : ids.indexOf(id);
  if (index < 0) return ids[0] ?? null;
  return ids[index + direction] ?? null;
}
