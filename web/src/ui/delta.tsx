import type { Comparison, Metric } from '@/api/types';
import { change, type Unit } from '@/lib/format';
import { t } from '@/lib/strings';
import css from './delta.module.css';

interface Props {
  readonly value: number | null;
  readonly previous: Comparison;
  readonly unit: Unit;
  readonly better: Metric['better'];
}

/// The change against the period before. Coloured, and called better or worse, only where it is clear and the metric has
/// a direction; a change that may be chance is grey and “steady”.
export function Delta({ value, previous, unit, better }: Props) {
  if (value === null || previous.value === null) return <span className={css.delta}>{t.delta.none}</span>;
  const { size, kind } = change(value, previous.value, unit);
  const text = kind === 'points' ? t.delta.points(size) : kind === 'new' ? t.delta.fresh : size;
  const rises = value > previous.value;
  const clear = previous.verdict === 'up' || previous.verdict === 'down';
  const judged = clear && better !== 'neither' && kind !== 'new';
  const good = (previous.verdict === 'up') === (better === 'higher');
  const tone = judged ? (good ? css.good : css.bad) : '';
  const word = judged ? (good ? t.delta.better : t.delta.worse) : previous.verdict === 'no_clear_change' ? t.delta.steady : '';
  return (
    <span className={`${css.delta} ${tone}`}>
      {value !== previous.value && (
        <svg width="9" height="8" viewBox="0 0 9 8" aria-hidden="true" focusable="false" fill="currentColor">
          <path d={rises ? 'M4.500 0 9 8H0z' : 'M4.500 8 0 0h9z'} />
        </svg>
      )}
      {value !== previous.value && <span className="sr">{rises ? t.delta.up : t.delta.down}</span>}
      <span className="num">{text}</span>
      {word && <span>{word}</span>}
    </span>
  );
}
