import type { ChatEvent, Verdict } from '@/api/types';

/// What the live page keeps: the newest events first, up to a limit; while it is paused they wait apart.
export interface LiveList {
  readonly shown: readonly ChatEvent[];
  readonly waiting: readonly ChatEvent[];
  readonly paused: boolean;
  readonly total: number;
  /// Events whose name the workspace had never seen before, by message id.
  readonly firsts: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
}

/// Nothing yet, in a workspace that has seen events of these names.
export function emptyLiveList(seen: readonly string[] = []): LiveList {
  return { shown: [], waiting: [], paused: false, total: 0, firsts: new Set(), names: new Set(seen) };
}

const limit = 400;

/// Adds events that came in this order.
export function arrive(list: LiveList, events: readonly ChatEvent[]): LiveList {
  const names = new Set(list.names);
  const firsts = new Set(list.firsts);
  for (const event of events) {
    if (!names.has(event.name)) firsts.add(event.message_id);
    names.add(event.name);
  }
  const newest = [...events].reverse();
  const next = { ...list, names, firsts, total: list.total + events.length };
  if (list.paused) return { ...next, waiting: [...newest, ...list.waiting].slice(0, limit) };
  return { ...next, shown: [...newest, ...list.shown].slice(0, limit) };
}

export function pause(list: LiveList): LiveList {
  return { ...list, paused: true };
}

export function resume(list: LiveList): LiveList {
  return { ...list, paused: false, waiting: [], shown: [...list.waiting, ...list.shown].slice(0, limit) };
}

export function clear(list: LiveList): LiveList {
  return { ...list, shown: [], waiting: [], total: 0 };
}

/// The event's name, ids or any property holds the text, and its verdict is the one wanted.
export function matches(event: ChatEvent, text: string, verdict: Verdict | 'all'): boolean {
  if (verdict !== 'all' && event.verdict !== verdict) return false;
  const wanted = text.trim().toLowerCase();
  if (!wanted) return true;
  const ids = [event.name, event.conversation_id, event.user_id, event.anonymous_id, event.message_id, event.channel];
  return [...ids, JSON.stringify(event.properties)].some((part) => part?.toLowerCase().includes(wanted));
}
