import { useApi } from '@/api/use-api';
import { useAddress, useHere, useView } from '@/api/view';
import { aboutFile, fileName } from '@/charts/about';
import { toCsv, withPreamble } from '@/lib/csv';
import { decimal } from '@/lib/format';
import { useLocation } from '@/lib/location';
import { first } from '@/lib/query-string';
import { t } from '@/lib/strings';
import { Button, IconButton } from '@/ui/button';
import { conversationSheet } from '@/ui/conversation-sheet';
import { ConversationTable } from '@/ui/conversation-table';
import { download } from '@/ui/download';
import { EmptyNote, Loaded } from '@/ui/notes';
import css from './conversations-page.module.css';

const pageSize = 50;
type Sort = keyof typeof t.conversations.sorts;

/// The full list behind every number: filtered, searched, sorted and paged by the server.
export default function ConversationsPage() {
  const view = useView();
  const { query } = useLocation();
  const setAddress = useAddress();
  const here = useHere();
  const search = first(query, 'q');
  const sort = sortOf(first(query, 'sort'));
  const page = Math.max(1, Number.parseInt(first(query, 'page') ?? '1', 10) || 1);
  const offset = (page - 1) * pageSize;
  const answer = useApi('/api/v1/conversations', { ...view.scope, q: search, sort, limit: pageSize, offset });

  const total = answer.data?.total ?? 0;
  const rows = answer.data?.rows ?? [];
  const goTo = (next: number) => setAddress({ page: next > 1 ? String(next) : null }, 'open');
  const save = () => {
    const sheet = conversationSheet(rows);
    download(`${fileName('conversations', view)}.csv`, withPreamble(aboutFile(t.conversations.title, view), toCsv(sheet.header, sheet.raw)));
  };
  return (
    <div className={css.list}>
      <div className={css.bar}>
        <p className={`${css.count} num`} role="status">
          {answer.data && t.conversations.found(decimal(total === 0 ? 0 : offset + 1), decimal(Math.min(total, offset + rows.length)), decimal(total))}
          {answer.data && search && ` ${t.conversations.searching(search)}`}
        </p>
        <div className={css.sort}>
          <label className={css.sort}>
            {t.conversations.sort}
            <select value={sort} onChange={(event) => setAddress({ sort: event.currentTarget.value, page: null })}>
              {Object.entries(t.conversations.sorts).map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <IconButton icon="download" label={t.chart.csv(t.conversations.title)} disabled={rows.length === 0} onClick={save} />
        </div>
      </div>
      <Loaded answer={answer} what={t.conversations.title} height={600}>
        {(data) =>
          data.rows.length === 0 ? (
            <EmptyNote
              title={t.conversations.none}
              actions={<Button onClick={() => setAddress({ f: null, q: null, page: null })}>{t.conversations.clearAll}</Button>}
            >
              <p>{t.conversations.noneText}</p>
            </EmptyNote>
          ) : (
            <ConversationTable label={t.conversations.title} rows={data.rows} zone={view.zone} open={first(query, 'conv')} href={(id) => here({ conv: id })} />
          )
        }
      </Loaded>
      {total > pageSize && (
        <div className={css.pager}>
          <Button icon="left" disabled={page <= 1} onClick={() => goTo(page - 1)}>
            {t.conversations.earlier}
          </Button>
          <Button icon="right" disabled={offset + pageSize >= total} onClick={() => goTo(page + 1)}>
            {t.conversations.later}
          </Button>
        </div>
      )}
    </div>
  );
}

function sortOf(text: string | null): Sort {
  return text !== null && text in t.conversations.sorts ? (text as Sort) : 'started';
}
