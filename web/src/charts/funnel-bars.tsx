import { largestDrop } from './maths';
import css from './funnel-bars.module.css';

export interface FunnelBar {
  readonly name: string;
  readonly count: number;
  readonly previousCount: number | null;
  readonly countText: string;
  readonly shareText: string;
  /// What happened since the step before: how many came through, in what time; how many left.
  readonly through: string;
  readonly lost: string;
}

/// Bars from zero, the first being all; a tick where the period before stood; the largest loss is named.
export function FunnelBars({ bars, largestLabel }: { bars: readonly FunnelBar[]; largestLabel: string }) {
  const full = bars[0]?.count || 1;
  const fullBefore = bars[0]?.previousCount || 0;
  const largest = largestDrop(bars.map((bar) => bar.count));
  return (
    <ol className={css.funnel}>
      {bars.map((bar, index) => (
        <li key={index}>
          {index > 0 && (
            <div className={index === largest ? `${css.between} ${css.largest}` : css.between}>
              <span>
                <span aria-hidden="true">↓ </span>
                {bar.through}
                {index === largest && <strong>{largestLabel}</strong>}
              </span>
              <span>{bar.lost}</span>
            </div>
          )}
          <div className={css.step}>
            <span className={css.name}>{bar.name}</span>
            <span className={css.track} aria-hidden="true">
              <span className={css.bar} style={{ width: `${(100 * bar.count) / full}%` }} />
              {bar.previousCount !== null && fullBefore > 0 && (
                <span className={css.was} style={{ left: `${(100 * bar.previousCount) / fullBefore}%` }} />
              )}
            </span>
            <b className="num">{bar.countText}</b>
            <em className="num">{bar.shareText}</em>
          </div>
        </li>
      ))}
    </ol>
  );
}

export function WasKey({ name }: { name: string }) {
  return <span className={css.wasKey}>{name}</span>;
}
