import { line } from 'd3-shape';
import { type KeyboardEvent, type PointerEvent, useMemo, useState } from 'react';
import { announce } from '@/lib/announce';
import { linearScale, moveReading, niceScale, spread } from './maths';
import { useWidth } from './use-width';
import css from './line-chart.module.css';

export interface LinePoint {
  /// How the point is called in a reading: `Wed 18 Nov, 02:00`.
  readonly name: string;
  readonly value: number | null;
  readonly previous: number | null;
  /// Stands under the axis where a day, week or month begins.
  readonly tick: string | null;
}

interface Props {
  readonly label: string;
  readonly points: readonly LinePoint[];
  readonly currentName: string;
  readonly previousName: string | null;
  /// Points that make up a day, for Shift and the arrows.
  readonly day: number;
  readonly height: number;
  readonly whole: boolean;
  readonly target?: number | null;
  readonly format: (value: number | null) => string;
  readonly axisFormat: (value: number) => string;
  /// Called with the first and last point of a part that was dragged over.
  readonly onZoom?: (first: number, last: number) => void;
}

const margin = { top: 8, right: 6, bottom: 26, left: 44 };

/// A course over time with the period before as a thinner grey line. Straight lines from zero. Reads itself with the
/// pointer or the arrow keys, and a drag asks for a closer look.
export function LineChart(props: Props) {
  const { label, points, previousName, height, whole, target, onZoom } = props;
  const [box, width] = useWidth<HTMLDivElement>(720);
  const [reading, setReading] = useState<number | null>(null);
  const [dragFrom, setDragFrom] = useState<number | null>(null);

  const drawing = useMemo(() => {
    const values = points.flatMap((point) => [point.value ?? 0, point.previous ?? 0]);
    const { top, ticks } = niceScale(Math.max(0, target ?? 0, ...values), 4, whole);
    const x = linearScale([0, Math.max(1, points.length - 1)], [margin.left, Math.max(margin.left + 1, width - margin.right)]);
    const y = linearScale([0, top], [height - margin.bottom, margin.top]);
    const path = (pick: (point: LinePoint) => number | null) =>
      line<LinePoint>()
        .defined((point) => pick(point) !== null)
        .x((_, index) => x(index))
        .y((point) => y(pick(point) ?? 0))(points as LinePoint[]) ?? '';
    return { x, y, ticks, current: path((point) => point.value), previous: path((point) => point.previous) };
  }, [points, width, height, whole, target]);

  const { x, y, ticks } = drawing;
  const starts = points.flatMap((point, index) => (point.tick === null ? [] : [{ index, tick: point.tick }]));
  const labels = spread(starts, Math.max(2, Math.floor((width - margin.left) / 68)));
  // The name of a day stands under its middle where the day is many points wide, else under its point.
  const gap = (starts[1]?.index ?? 0) - (starts[0]?.index ?? 0);
  const toMiddle = props.day > 1 && gap === props.day ? gap / 2 : 0;
  const at = (event: PointerEvent) => {
    const left = event.currentTarget.getBoundingClientRect().left;
    return Math.max(0, Math.min(points.length - 1, Math.round(x.invert(event.clientX - left))));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const next = moveReading(reading ?? points.length, event.key, event.shiftKey, points.length, props.day);
    if (next === null) return;
    event.preventDefault();
    setReading(next);
    const point = points[next];
    if (!point) return;
    const was = previousName && point.previous !== null ? `, ${previousName} ${props.format(point.previous)}` : '';
    announce(`${point.name}: ${props.format(point.value)}${was}`);
  };
  const onPointerUp = (event: PointerEvent) => {
    const end = at(event);
    if (dragFrom !== null && Math.abs(end - dragFrom) > 2) onZoom?.(Math.min(dragFrom, end), Math.max(dragFrom, end));
    setDragFrom(null);
  };

  const point = reading === null ? undefined : points[reading];
  return (
    <div
      ref={box}
      className={css.chart}
      style={{ height: `${height}px` }}
      tabIndex={0}
      role="img"
      aria-roledescription="chart"
      aria-label={label}
      onKeyDown={onKeyDown}
      onBlur={() => setReading(null)}
      onPointerMove={(event) => setReading(at(event))}
      onPointerLeave={() => (setReading(null), setDragFrom(null))}
      onPointerDown={(event) => onZoom && event.button === 0 && setDragFrom(at(event))}
      onPointerUp={onPointerUp}
    >
      <svg width={width} height={height} aria-hidden="true" focusable="false">
        {ticks.map((tick) => (
          <g key={tick}>
            <line className={css.grid} x1={margin.left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} />
            <text className={css.axis} x={margin.left - 10} y={y(tick)} dy="0.32em" textAnchor="end">
              {props.axisFormat(tick)}
            </text>
          </g>
        ))}
        {starts.length < 40 &&
          starts.map(({ index }) => (
            <line key={index} className={css.grid} x1={x(index)} x2={x(index)} y1={margin.top} y2={height - margin.bottom} />
          ))}
        {labels.map(({ index, tick }) => (
          <text key={index} className={css.axis} x={Math.min(x(index + toMiddle), width - 24)} y={height - 8} textAnchor="middle">
            {tick}
          </text>
        ))}
        {previousName && <path className={css.previous} d={drawing.previous} />}
        {target !== null && target !== undefined && (
          <line className={css.target} x1={margin.left} x2={width - margin.right} y1={y(target)} y2={y(target)} />
        )}
        <path className={css.current} d={drawing.current} />
        {dragFrom !== null && reading !== null && (
          <rect className={css.brush} x={Math.min(x(dragFrom), x(reading))} width={Math.abs(x(reading) - x(dragFrom))} y={margin.top} height={height - margin.top - margin.bottom} />
        )}
        {point && reading !== null && (
          <>
            <line className={css.cross} x1={x(reading)} x2={x(reading)} y1={margin.top} y2={height - margin.bottom} />
            {point.value !== null && <circle className={css.dot} cx={x(reading)} cy={y(point.value)} r={4} />}
          </>
        )}
      </svg>
      {point && reading !== null && <Tip {...props} point={point} x={x(reading)} width={width} />}
    </div>
  );
}

function Tip({ point, currentName, previousName, format, x, width }: Props & { point: LinePoint; x: number; width: number }) {
  const side = x > width / 2 ? { right: `${width - x + 12}px` } : { left: `${x + 12}px` };
  return (
    <div className={css.tip} style={{ top: '16px', ...side }} aria-hidden="true">
      <strong>{point.name}</strong>
      <div className={css.line}>
        <span className={css.key}>{currentName}</span>
        <b>{format(point.value)}</b>
      </div>
      {previousName && (
        <div className={css.line}>
          <span className={`${css.key} ${css.keyPrevious}`}>{previousName}</span>
          <b>{format(point.previous)}</b>
        </div>
      )}
    </div>
  );
}

export function LineKey({ name, previous }: { name: string; previous?: boolean }) {
  return <span className={previous ? `${css.key} ${css.keyPrevious}` : css.key}>{name}</span>;
}
