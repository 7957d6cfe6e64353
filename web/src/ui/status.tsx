import type { CardStatus, ConversationRow, Verdict } from '@/api/types';
import { t } from '@/lib/strings';
import css from './status.module.css';

type Shape = 'good' | 'watch' | 'bad' | 'none';

/// Shape, word and fill together carry a status; colour alone never does.
export function StatusShape({ shape, size = 14 }: { shape: Shape; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" className={`${css.mark} keep`} aria-hidden="true" focusable="false">
      {shape === 'good' && (
        <>
          <circle cx="8" cy="8" r="7" fill="var(--good)" />
          <path d="m4.800 8.300 2.200 2.200 4.200-4.600" fill="none" stroke="var(--on-mark)" strokeWidth="1.700" strokeLinecap="round" strokeLinejoin="round" />
        </>
      )}
      {shape === 'watch' && (
        <>
          <path d="M8 1.800 15 14H1z" fill="var(--watch)" stroke="var(--watch-edge)" strokeWidth="1.200" strokeLinejoin="round" />
          <path d="M8 6v4M8 11.800v.1" stroke="var(--on-watch)" strokeWidth="1.600" strokeLinecap="round" />
        </>
      )}
      {shape === 'bad' && (
        <>
          <path d="M5.100 1h5.800L15 5.100v5.800L10.900 15H5.100L1 10.900V5.100z" fill="var(--bad)" />
          <path d="m5.600 5.600 4.800 4.800M10.400 5.600l-4.800 4.800" stroke="var(--on-mark)" strokeWidth="1.600" strokeLinecap="round" />
        </>
      )}
      {shape === 'none' && <circle cx="8" cy="8" r="6" fill="none" stroke="var(--text-3)" strokeWidth="1.500" strokeDasharray="2.500 2.200" />}
    </svg>
  );
}

const statusShapes: Record<CardStatus, Shape | null> = {
  good: 'good',
  watch: 'watch',
  off_target: 'bad',
  no_target: null,
  not_enough_data: 'none',
  locked: 'none',
};

/// How a metric stands against its target; nothing where it has none.
export function Status({ status }: { status: CardStatus }) {
  const shape = statusShapes[status];
  if (!shape) return null;
  return (
    <span className={css.status}>
      <StatusShape shape={shape} />
      {t.status[status]}
    </span>
  );
}

const verdictShapes: Record<Verdict, Shape> = { accepted: 'good', violations: 'watch', quarantined: 'bad' };

export function VerdictMark({ verdict }: { verdict: Verdict }) {
  return (
    <span className={css.status}>
      <StatusShape shape={verdictShapes[verdict]} size={13} />
      {t.verdict[verdict]}
    </span>
  );
}

/// How a conversation went.
export function Outcome({ status }: { status: ConversationRow['status'] }) {
  return (
    <span className={css.outcome}>
      <svg width="10" height="10" viewBox="0 0 10 10" className={`${css.mark} keep`} aria-hidden="true" focusable="false">
        {status === 'resolved' && <circle cx="5" cy="5" r="4" fill="var(--good)" />}
        {status === 'handed_off' && <rect x="1" y="1" width="8" height="8" rx="1" fill="var(--agent)" />}
        {status === 'abandoned' && <circle cx="5" cy="5" r="3.500" fill="none" stroke="var(--bad)" strokeWidth="1.800" />}
        {status === 'unresolved' && <path d="M5 .5 9.500 5 5 9.500.5 5z" fill="var(--watch)" stroke="var(--watch-edge)" />}
        {status === 'open' && <circle cx="5" cy="5" r="3.500" fill="none" stroke="var(--text-3)" strokeWidth="1.500" strokeDasharray="1.800 1.600" />}
      </svg>
      {t.outcome[status]}
    </span>
  );
}
