import type { ChatEvent } from './types';
import { address } from './client';

export type LiveState = 'connecting' | 'open' | 'lost';

/// Follows the events of a workspace as they come in. Returns what ends it. The browser connects again by itself.
export function followEvents(
  workspace: string,
  onEvent: (event: ChatEvent) => void,
  onState: (state: LiveState) => void,
): () => void {
  const source = new EventSource(address('/api/v1/events/live', { workspace }));
  onState('connecting');
  source.addEventListener('open', () => onState('open'));
  source.addEventListener('error', () => onState('lost'));
  source.addEventListener('event', (message) => {
    try {
      onEvent(JSON.parse(message.data) as ChatEvent);
    } catch {
      // One line that is no event does not end the stream.
    }
  });
  return () => source.close();
}
