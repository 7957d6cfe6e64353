import type { IntentRow } from '@/api/types';
import { useApi } from '@/api/use-api';
import { useLink, useView } from '@/api/view';
import { useDimension } from '@/api/workspace';
import { aboutFile, fileName } from '@/charts/about';
import { ChartCard, type Sheet } from '@/charts/chart-card';
import { withFilter } from '@/lib/filters';
import { count, percent, sentence } from '@/lib/format';
import { t } from '@/lib/strings';
import { EmptyNote } from '@/ui/notes';
import { Table } from '@/ui/table';
import css from './intents-card.module.css';

/// What visitors came for, and how it went.
export function IntentsCard() {
  const view = useView();
  const link = useLink();
  const answer = useApi('/api/v1/reports/intents', { ...view.scope, limit: 8 });
  // A row counts conversations with the intent anywhere, so its link asks for the same.
  const anywhere = useDimension('any_intent');
  const primary = useDimension('intent');
  const dimension = anywhere ?? primary;
  const sheet = ({ rows }: { rows: readonly IntentRow[] }): Sheet => ({
    header: [t.overview.intent, t.overview.count, t.overview.share, t.overview.resolved, t.overview.handed, t.overview.rated, t.overview.confidence],
    shown: rows.map((row) => [
      sentence(row.intent),
      count(row.conversations),
      percent(row.share),
      percent(row.resolution_rate),
      percent(row.escalation_rate),
      percent(row.csat),
      percent(row.mean_confidence),
    ]),
    raw: rows.map((row) => [row.intent, row.conversations, row.share, row.resolution_rate, row.escalation_rate, row.csat, row.mean_confidence]),
  });
  return (
    <ChartCard
      title={t.overview.intents}
      subtitle={t.overview.intentsSubtitle}
      answer={answer}
      height={280}
      flush
      tableOnly
      fileName={fileName('intents', view)}
      about={aboutFile(t.overview.intents, view)}
      sheet={sheet}
    >
      {({ rows }) => {
        if (rows.length === 0) return <EmptyNote title={t.overview.noIntents} />;
        const most = Math.max(...rows.map((row) => row.conversations));
        return (
          <Table
            label={t.overview.intents}
            compact
            rows={rows}
            rowKey={(row) => row.intent}
            columns={[
              {
                key: 'intent',
                title: t.overview.intent,
                heads: true,
                cell: (row) => <IntentName intent={row.intent} href={dimension && link('/conversations', { f: withFilter(view.filters, `${dimension.id}:is:${row.intent}`) })} />,
              },
              {
                key: 'count',
                title: t.overview.count,
                cell: (row) => (
                  <span className={css.volume}>
                    <b>{count(row.conversations)}</b>
                    <i style={{ width: `${(100 * row.conversations) / most}%` }} />
                  </span>
                ),
              },
              { key: 'resolved', title: t.overview.resolved, end: true, cell: (row) => percent(row.resolution_rate, 0) },
              { key: 'handed', title: t.overview.handed, end: true, cell: (row) => percent(row.escalation_rate, 0) },
              { key: 'rated', title: t.overview.rated, end: true, cell: (row) => percent(row.csat, 0) },
              { key: 'confidence', title: t.overview.confidence, end: true, cell: (row) => percent(row.mean_confidence, 0) },
            ]}
          />
        );
      }}
    </ChartCard>
  );
}

function IntentName({ intent, href }: { intent: string; href: string | undefined }) {
  return href ? (
    <a className={css.intent} href={href}>
      {sentence(intent)}
    </a>
  ) : (
    <span className={css.intent}>{sentence(intent)}</span>
  );
}
