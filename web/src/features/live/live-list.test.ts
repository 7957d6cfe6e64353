import { describe, expect, test } from 'vitest';
import type { ChatEvent } from '@/api/types';
import { arrive, emptyLiveList, matches, pause, resume } from './live-list';

const event = (id: string, name = 'chatbot_message_sent') =>
  ({ message_id: id, name, verdict: 'accepted', conversation_id: 'c1', user_id: null, anonymous_id: 'a1', channel: 'web', properties: { model: 'Small' } }) as unknown as ChatEvent;
const ids = (events: readonly ChatEvent[]) => events.map(({ message_id }) => message_id);

describe('live list', () => {
  test('shows the newest first', () => {
    const list = arrive(arrive(emptyLiveList(), [event('1'), event('2')]), [event('3')]);
    expect(ids(list.shown)).toEqual(['3', '2', '1']);
  });

  test('loses nothing while it is paused', () => {
    let list = pause(arrive(emptyLiveList(), [event('1')]));
    list = arrive(list, [event('2'), event('3')]);
    expect(ids(list.shown)).toEqual(['1']);
    expect(list.waiting.length).toBe(2);
    list = resume(list);
    expect(ids(list.shown)).toEqual(['3', '2', '1']);
    expect(list.waiting).toEqual([]);
  });

  test('is bounded, and counts what it no longer shows', () => {
    const many = Array.from({ length: 1000 }, (_, index) => event(String(index)));
    const list = arrive(emptyLiveList(), many);
    expect(list.shown.length).toBe(400);
    expect(list.shown[0]?.message_id).toBe('999');
    expect(list.total).toBe(1000);
  });

  test('marks the first event of a name that the workspace had never seen', () => {
    const list = arrive(emptyLiveList(['chatbot_message_sent']), [event('1'), event('2', 'chatbot_error'), event('3', 'chatbot_error')]);
    expect([...list.firsts]).toEqual(['2']);
  });

  test('filters by name, id, property value and verdict', () => {
    expect(matches(event('1'), 'MESSAGE', 'all')).toBe(true);
    expect(matches(event('1'), 'small', 'all')).toBe(true);
    expect(matches(event('1'), 'nothing', 'all')).toBe(false);
    expect(matches(event('1'), '', 'quarantined')).toBe(false);
  });
});
