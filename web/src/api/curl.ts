import type { ChatEvent } from './types';

/// A command that sends an event to this server, safe to paste into a shell.
export function curlFor(origin: string, writeKey: string, body: unknown): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", `'\\''`);
  return [`curl ${origin}/v1/track`, `-u ${quote(`${writeKey}:`)}`, `-H 'Content-Type: application/json'`, `-d '${json}'`].join(' \\\n  ');
}

/// An event as a client would have sent it, under a message id of its own so that it is no duplicate.
export function asSent(event: ChatEvent): Record<string, unknown> {
  const person = event.user_id ? { userId: event.user_id } : { anonymousId: event.anonymous_id ?? 'visitor-1' };
  const ids = event.conversation_id ? { conversation_id: event.conversation_id } : {};
  const channel = event.channel ? { channel: event.channel } : {};
  return { event: event.name, ...person, properties: { ...ids, ...channel, ...event.properties } };
}

function quote(text: string): string {
  return /^[\w:./@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
