import type { Metric, MetricAnswer } from '@/api/types';
import { useApi } from '@/api/use-api';
import { useAddress, useView } from '@/api/view';
import { dayRange, decimal, percent, value } from '@/lib/format';
import { customRange, intervalFor } from '@/lib/ranges';
import { t } from '@/lib/strings';
import { dayIn } from '@/lib/zone';
import { aboutFile, fileName } from './about';
import { ChartCard, type Sheet } from './chart-card';
import { LineChart, LineKey } from './line-chart';
import { linePoints } from './line-points';

interface Props {
  readonly metric: Metric;
  readonly title: string;
  readonly height: number;
  readonly target?: number | null;
}

const perInterval = { hour: t.range.perHour, day: t.range.perDay, week: t.range.perWeek };

/// A metric over the view's window, with the period before.
export function MetricCourse({ metric, title, height, target = null }: Props) {
  const view = useView();
  const { range, zone, comparing } = view;
  const setAddress = useAddress();
  // A rate of a few conversations an hour is noise: only counts are drawn by the hour beyond two days.
  const interval = metric.unit !== 'count' && range.days > 2 && intervalFor(range) === 'hour' ? 'day' : intervalFor(range);
  const answer = useApi('/api/v1/metrics/{id}', { ...view.compared, interval }, { inPath: { id: metric.id }, every: 60_000 });
  const [current, previous] = range.days === 7 ? [t.range.thisWeek, t.range.lastWeek] : [t.range.thisPeriod, t.range.lastPeriod];
  const format = (number: number | null) => value(number, metric.unit);

  const points = (data: MetricAnswer) => linePoints(data.series, data.previous?.series ?? [], interval, zone);
  const sheet = (data: MetricAnswer): Sheet => ({
    header: comparing ? [t.chart.start, metric.title, previous] : [t.chart.start, metric.title],
    shown: points(data).map((point) => [point.name, format(point.value), ...(comparing ? [format(point.previous)] : [])]),
    raw: data.series.map((point, index) => [
      point.start,
      point.value,
      ...(comparing ? [data.previous?.series?.[index]?.value ?? null] : []),
    ]),
  });
  const zoom = (data: MetricAnswer, first: number, last: number) => {
    const [start, end] = [data.series[first], data.series[last]];
    if (start && end && range.days > 1) setAddress({ range: customRange(dayIn(zone, start.start), dayIn(zone, end.start)) }, 'open');
  };
  return (
    <ChartCard
      title={title}
      subtitle={
        <>
          <span>
            {perInterval[interval]}, {dayRange(range.from, range.lastDay)}
            {range.incomplete && `, ${t.range.incomplete}`}
          </span>
          {comparing && (
            <>
              <LineKey name={current} />
              <LineKey name={previous} previous />
            </>
          )}
        </>
      }
      answer={answer}
      height={height}
      fileName={fileName(metric.id, view)}
      about={aboutFile(`${metric.title}: ${metric.formula}`, view)}
      sheet={sheet}
    >
      {(data) => (
        <LineChart
          label={t.chart.reading(title)}
          points={points(data)}
          currentName={current}
          previousName={comparing ? previous : null}
          day={interval === 'hour' ? 24 : 1}
          height={height}
          whole={metric.unit === 'count'}
          target={target}
          format={format}
          axisFormat={(tick) => (metric.unit === 'ratio' ? percent(tick, 0) : metric.unit === 'count' ? decimal(tick) : value(tick, metric.unit))}
          onZoom={(first, last) => zoom(data, first, last)}
        />
      )}
    </ChartCard>
  );
}
