import type { ConversationRow } from '@/api/types';
import { duration, noValue } from '@/lib/format';
import { t } from '@/lib/strings';
import { summaryOf } from './conversation-table';

/// Conversations as a table for a file: ids and facts, raw.
export function conversationSheet(rows: readonly ConversationRow[]) {
  return {
    header: ['conversation_id', 'started_at', 'status', 'primary_intent', 'channel', 'language', 'user_turns', 'bot_turns', 'duration_seconds', 'fallbacks', 'handoffs', 'errors', 'csat', 'wait_seconds', 'bot_version'],
    shown: rows.map((row) => [summaryOf(row), t.outcome[row.status], String(row.user_turns), String(row.csat ?? noValue), duration(row.duration_seconds)]),
    raw: rows.map((row) => [
      row.conversation_id,
      row.started_at,
      row.status,
      row.primary_intent,
      row.channel,
      row.language,
      row.user_turns,
      row.bot_turns,
      row.duration_seconds,
      row.fallbacks,
      row.handoffs,
      row.errors,
      row.csat,
      row.wait_seconds,
      row.bot_version,
    ]),
  };
}
