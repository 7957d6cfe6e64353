import { line } from 'd3-shape';
import { linearScale, paddedExtent } from './maths';

interface Props {
  readonly values: readonly (number | null)[];
  readonly target: number | null;
  /// Fill of the last dot: the status' own colour.
  readonly dot: string;
}

const width = 96;
const height = 32;

/// Thirteen weeks at a glance: a line, the target dashed, and the last value as a dot. Says nothing that the card does
/// not say in words.
export function Sparkline({ values, target, dot }: Props) {
  const known = values.flatMap((value, index) => (value === null ? [] : [{ index, value }]));
  const last = known.at(-1);
  if (!last) return null;
  const [low, high] = paddedExtent(target === null ? known.map(({ value }) => value) : [...known.map(({ value }) => value), target]);
  const x = linearScale([0, Math.max(1, values.length - 1)], [2, width - 5]);
  const y = linearScale([low, high], [height - 4, 4]);
  const path = line<{ index: number; value: number }>(
    (point) => x(point.index),
    (point) => y(point.value),
  )(known);
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false" className="keep">
      {target !== null && <line x1={2} x2={width - 2} y1={y(target)} y2={y(target)} stroke="var(--text-3)" strokeDasharray="2 2" />}
      <path d={path ?? ''} fill="none" stroke="var(--previous)" strokeWidth="1.25" strokeLinejoin="round" />
      <circle cx={x(last.index)} cy={y(last.value)} r={3} fill={dot} />
    </svg>
  );
}
