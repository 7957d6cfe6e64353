import { describe, expect, test } from 'vitest';
import type { Catalog, DashboardSpec, SeenEvents } from '@/api/types';
import { checklist } from './checklist';

const seen = (...names: string[]): SeenEvents['events'] =>
  names.map((name) => ({ name, count: 2, first_at: '', last_at: '', declared: name.startsWith('chatbot_') }));
const dashboard = {
  cards: ['a'],
  funnel: { title: '', steps: [{ title: '', step: 'chatbot_start' }, { title: '', step: 'chatbot_end:status=resolved' }] },
} as unknown as DashboardSpec;
const catalog = { metrics: [{ id: 'a', needs: ['chatbot_rated'] }, { id: 'b', needs: ['chatbot_other'] }] } as unknown as Catalog;
const done = (...names: string[]) => checklist(seen(...names), catalog, dashboard).map((step) => step.done);

describe('checklist', () => {
  test('nothing is done at first', () => {
    expect(done()).toEqual([false, false, false, false]);
  });

  test('an event that the plan does not know is a first event only', () => {
    expect(done('clicked')).toEqual([true, false, false, false]);
  });

  test('the funnel and the cards say which events they miss', () => {
    const steps = checklist(seen('chatbot_start'), catalog, dashboard);
    expect(steps[2]?.missing).toEqual(['chatbot_end']);
    expect(steps[3]?.missing).toEqual(['chatbot_rated']);
  });

  test('all is done with the events of the funnel and the cards on the dashboard', () => {
    expect(done('chatbot_start', 'chatbot_end', 'chatbot_rated')).toEqual([true, true, true, true]);
  });
});
