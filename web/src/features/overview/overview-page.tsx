import type { Dashboard, DashboardSpec } from '@/api/types';
import { useApi } from '@/api/use-api';
import { useAddress, useView, type View } from '@/api/view';
import { usePlace } from '@/api/workspace';
import { addDays } from '@/lib/days';
import { dayRange, moment } from '@/lib/format';
import { customRange } from '@/lib/ranges';
import { t } from '@/lib/strings';
import { dayIn } from '@/lib/zone';
import { Button } from '@/ui/button';
import { EmptyNote, Loaded } from '@/ui/notes';
import { FunnelCard } from './funnel-card';
import { HeadlineSentence } from './headline-sentence';
import { HoursCard } from './hours-card';
import { IntentsCard } from './intents-card';
import { MetricCards } from './metric-cards';
import { ReviewCard } from './review-card';
import { VolumeCard } from './volume-card';
import css from './overview-page.module.css';

const refreshMs = 60_000;

/// The executive's page: one sentence, eight cards, then what stands behind them. It draws what the catalogue's first
/// dashboard lists and knows no metric by name.
export default function OverviewPage() {
  const { catalog } = usePlace();
  const spec = catalog.dashboards[0];
  return spec ? <DashboardPage spec={spec} /> : <EmptyNote title={t.overview.noData} />;
}

function DashboardPage({ spec }: { spec: DashboardSpec }) {
  const view = useView();
  const dashboard = useApi('/api/v1/dashboards/{id}', view.compared, { inPath: { id: spec.id }, every: refreshMs });
  const volume = spec.cards[0];
  return (
    <div className={css.page}>
      <Loaded answer={dashboard} what={t.overview.what} height={282}>
        {(data) => (
          <div className={css.page}>
            <HeadlineSentence dashboard={data} />
            <MetricCards cards={data.cards} />
          </div>
        )}
      </Loaded>
      {dashboard.data && isEmpty(dashboard.data) ? (
        <NoData view={view} />
      ) : (
        <>
          <div className={css.row}>
            {volume && <VolumeCard metric={volume} />}
            <FunnelCard spec={spec.funnel} />
          </div>
          <div className={`${css.row} ${css.even}`}>
            <HoursCard />
            <IntentsCard />
          </div>
          <ReviewCard />
        </>
      )}
      {dashboard.data && <Footer dashboard={dashboard.data} zone={view.zone} />}
    </div>
  );
}

function isEmpty(dashboard: Dashboard): boolean {
  return dashboard.cards.every((card) => card.answer.n === 0);
}

function Footer({ dashboard, zone }: { dashboard: Dashboard; zone: string }) {
  return (
    <p className={css.footer}>
      {dashboard.data_to && t.overview.dataTo(moment(dashboard.data_to, zone), zone)}
      <span data-no-print>
        {dashboard.data_to && ' · '}
        {t.overview.footer}
        <kbd>?</kbd>
        {t.overview.footerEnd}
      </span>
    </p>
  );
}

/// Nothing in the window: either the filters leave nothing, or the events lie elsewhere in time.
function NoData({ view }: { view: View }) {
  const { firstEventAt, lastEventAt } = usePlace();
  const setAddress = useAddress();
  if (view.filters.length > 0) {
    return <EmptyNote title={t.overview.filtered} actions={<Button onClick={() => setAddress({ f: null })}>{t.filters.clear}</Button>} />;
  }
  if (!firstEventAt || !lastEventAt) return <EmptyNote title={t.overview.noData} />;
  const last = dayIn(view.zone, lastEventAt);
  const first = dayIn(view.zone, firstEventAt);
  return (
    <EmptyNote
      title={t.overview.noData}
      actions={<Button onClick={() => setAddress({ range: customRange(addDays(last, -27), last) })}>{t.overview.showLast}</Button>}
    >
      <p>{t.overview.noDataText(dayRange(first, first), dayRange(last, last))}</p>
    </EmptyNote>
  );
}
