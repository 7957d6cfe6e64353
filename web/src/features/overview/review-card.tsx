import { useApi } from '@/api/use-api';
import { useHere, useLink, useView } from '@/api/view';
import { aboutFile, fileName } from '@/charts/about';
import { ChartCard } from '@/charts/chart-card';
import { useLocation } from '@/lib/location';
import { first } from '@/lib/query-string';
import { t } from '@/lib/strings';
import { ButtonLink } from '@/ui/button';
import { conversationSheet } from '@/ui/conversation-sheet';
import { ConversationTable } from '@/ui/conversation-table';
import { EmptyNote } from '@/ui/notes';

/// The conversations that most need a look.
export function ReviewCard() {
  const view = useView();
  const { query } = useLocation();
  const here = useHere();
  const link = useLink();
  const answer = useApi('/api/v1/conversations', { ...view.scope, sort: 'review', limit: 7 });
  return (
    <ChartCard
      title={t.overview.review}
      subtitle={t.overview.reviewSubtitle}
      actions={<ButtonLink href={link('/conversations', { sort: 'review' })}>{t.overview.reviewAll}</ButtonLink>}
      answer={answer}
      height={290}
      flush
      tableOnly
      fileName={fileName('review', view)}
      about={aboutFile(t.overview.review, view)}
      sheet={(data) => conversationSheet(data.rows)}
    >
      {({ rows }) =>
        rows.length === 0 ? (
          <EmptyNote title={t.overview.reviewNone} />
        ) : (
          <ConversationTable label={t.overview.review} rows={rows} zone={view.zone} open={first(query, 'conv')} href={(id) => here({ conv: id })} />
        )
      }
    </ChartCard>
  );
}
