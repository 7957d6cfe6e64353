import { useSyncExternalStore } from 'react';

/// Small choices that this browser remembers: theme, last range, last workspace, shortcuts. Never filters. A browser
/// that forbids storage forgets them with the page.
const prefix = 'parley.';
const values = new Map<string, string | null>();
const listeners = new Set<() => void>();

export function recall(name: string): string | null {
  if (!values.has(name)) {
    let stored: string | null = null;
    try {
      stored = window.localStorage.getItem(prefix + name);
    } catch {
      stored = null;
    }
    values.set(name, stored);
  }
  return values.get(name) ?? null;
}

export function remember(name: string, value: string | null): void {
  values.set(name, value);
  try {
    if (value === null) window.localStorage.removeItem(prefix + name);
    else window.localStorage.setItem(prefix + name, value);
  } catch {
    // Kept for this page only.
  }
  for (const listener of listeners) listener();
}

export function useRemembered(name: string): [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => recall(name),
  );
  return [value, (next) => remember(name, next)];
}
