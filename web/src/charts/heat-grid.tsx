import { type KeyboardEvent, useRef, useState } from 'react';
import { heatBin, moveInGrid } from './maths';
import css from './heat-grid.module.css';

const bins = [css.bin0, css.bin1, css.bin2, css.bin3, css.bin4, css.bin5, css.bin6];
const hours = Array.from({ length: 24 }, (_, hour) => hour);

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly rows: readonly string[];
  /// By row, then hour.
  readonly values: readonly (readonly number[])[];
  readonly format: (value: number) => string;
  /// What a cell says of itself, and the list that it opens if there is one.
  readonly describe: (row: number, hour: number, value: number) => string;
  readonly href: (row: number, hour: number) => string | null;
}

/// A week by the hour, darker where there is more; equal steps with the scale printed. One tab stop; arrows move within.
export function HeatGrid({ label, hint, rows, values, format, describe, href }: Props) {
  const [focus, setFocus] = useState<[number, number]>([0, 9]);
  const [reading, setReading] = useState<string | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const maximum = Math.max(0, ...values.flat());
  const minimum = Math.min(...values.flat());

  const onKeyDown = (event: KeyboardEvent) => {
    const next = moveInGrid(focus[0], focus[1], event.key, rows.length, 24);
    if (!next) return;
    event.preventDefault();
    setFocus(next);
    grid.current?.querySelector<HTMLElement>(`[data-cell="${next[0]}.${next[1]}"]`)?.focus();
  };

  return (
    <div className={css.wrap}>
      <div className={css.scroll}>
        <div ref={grid} className={css.grid} role="grid" aria-label={label} onKeyDown={onKeyDown} onPointerLeave={() => setReading(null)}>
          {rows.map((name, row) => (
            <div key={name} className={css.row} role="row">
              <span className={css.name} role="rowheader">
                {name}
              </span>
              {hours.map((hour) => {
                const value = values[row]?.[hour] ?? 0;
                const text = describe(row, hour, value);
                const address = href(row, hour);
                const shared = {
                  className: `${css.cell} ${bins[heatBin(value, maximum)]}`,
                  'data-cell': `${row}.${hour}`,
                  tabIndex: focus[0] === row && focus[1] === hour ? 0 : -1,
                  onFocus: () => (setFocus([row, hour]), setReading(text)),
                  onPointerEnter: () => setReading(text),
                };
                return (
                  <span key={hour} role="gridcell">
                    {address ? (
                      <a {...shared} href={address}>
                        <span className="sr">{text}</span>
                      </a>
                    ) : (
                      <span {...shared}>
                        <span className="sr">{text}</span>
                      </span>
                    )}
                  </span>
                );
              })}
            </div>
          ))}
          <div className={css.row} aria-hidden="true">
            <span />
            {hours.map((hour) => (
              <span key={hour} className={css.hour}>
                {hour % 3 === 0 ? String(hour).padStart(2, '0') : ''}
              </span>
            ))}
          </div>
        </div>
      </div>
      <div className={css.foot}>
        <span>{reading ?? hint}</span>
        <span className={css.scale} aria-hidden="true">
          <span>{format(minimum)}</span>
          {bins.map((bin) => (
            <i key={bin} className={bin} />
          ))}
          <span>{format(maximum)}</span>
        </span>
      </div>
    </div>
  );
}
