import type { ReactNode } from 'react';
import type { Dashboard, Headline, Metric } from '@/api/types';
import { useLink, useView } from '@/api/view';
import { usePlace } from '@/api/workspace';
import { withFilter } from '@/lib/filters';
import { change, dayRange, percent, value, words } from '@/lib/format';
import { t } from '@/lib/strings';
import { StatusShape } from '@/ui/status';
import css from './overview-page.module.css';

/// What moved most, in words. It says only what the server computed.
export function HeadlineSentence({ dashboard }: { dashboard: Dashboard }) {
  const { catalog } = usePlace();
  const { comparing, range } = useView();
  const { headline } = dashboard;
  const metric = headline && catalog.metrics.find(({ id }) => id === headline.metric);
  if (headline && metric) return <Change headline={headline} metric={metric} dashboard={dashboard} />;

  const [first] = dashboard.cards;
  const title = catalog.metrics.find(({ id }) => id === first?.metric)?.title;
  if (!first || !title || first.answer.n === 0) return null;
  const days = dayRange(range.from, range.lastDay);
  return (
    <p className={css.headline}>
      <span>
        {comparing
          ? t.overview.steady(range.days === 7 ? t.range.lastWeek : t.range.lastPeriod)
          : t.overview.plain(title, value(first.answer.value, metricUnit(first.answer.unit)), days)}
      </span>
    </p>
  );
}

function Change({ headline, metric, dashboard }: { headline: Headline; metric: Metric; dashboard: Dashboard }) {
  const link = useLink();
  const { size, kind } = change(headline.value, headline.previous, metric.unit);
  const amount = kind === 'points' ? t.overview.points(size) : size;
  // The sentence is about the change: a turn for the worse is no good news even while the target is met.
  const offTarget = dashboard.cards.some((card) => card.metric === headline.metric && card.status === 'off_target');
  const shape = headline.good === null ? null : headline.good ? 'good' : offTarget ? 'bad' : 'watch';
  const say = headline.verdict === 'up' ? t.overview.rose : t.overview.fell;
  return (
    <p className={css.headline}>
      {shape && <StatusShape shape={shape} size={16} />}
      <span>
        <strong>
          <Plain href={link(`/metrics/${encodeURIComponent(metric.id)}`)}>{say(metric.title, amount, value(headline.value, metric.unit))}</Plain>
        </strong>{' '}
        {t.overview.from(value(headline.previous, metric.unit))} <Driver headline={headline} />
      </span>
    </p>
  );
}

function Plain({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} style={{ color: 'inherit', textDecorationLine: 'none' }}>
      {children}
    </a>
  );
}

function Driver({ headline: { driver } }: { headline: Headline }) {
  const { catalog } = usePlace();
  const { filters } = useView();
  const link = useLink();
  if (!driver) return null;
  const dimension = catalog.dimensions.find(({ id }) => id === driver.dimension);
  const filter = `${driver.dimension}:is:${driver.key}`;
  return (
    <>
      {driver.share >= 0.995 ? t.overview.driverAll : t.overview.driver(percent(driver.share, 0))}
      <a href={link('/conversations', { f: withFilter(filters, filter) })}>{words(driver.key)}</a>
      {t.overview.driverOf(dimension?.title ?? words(driver.dimension))}
    </>
  );
}

function metricUnit(unit: string): Metric['unit'] {
  return unit as Metric['unit'];
}
