import { Fragment, useState } from 'react';
import type { ChatEvent, Quarantine } from '@/api/types';
import { useApi } from '@/api/use-api';
import { useAddress, useHere, useLink } from '@/api/view';
import { usePlace } from '@/api/workspace';
import { count, moment, noValue, sentence } from '@/lib/format';
import { useLocation } from '@/lib/location';
import { first } from '@/lib/query-string';
import { t } from '@/lib/strings';
import { Button, ButtonLink, IconButton } from '@/ui/button';
import { EventDetails } from '@/ui/event-details';
import { EmptyNote, Loaded } from '@/ui/notes';
import table from '@/ui/table.module.css';
import { Replay } from './replay';
import css from './quarantine-page.module.css';

const pageSize = 50;

/// Events that could not be taken, why, and the way back in once the cause is mended.
export default function QuarantinePage() {
  const { workspace } = usePlace();
  const { query } = useLocation();
  const link = useLink();
  const reason = first(query, 'reason');
  const page = Math.max(1, Number.parseInt(first(query, 'page') ?? '1', 10) || 1);
  const answer = useApi('/api/v1/quarantine', { workspace: workspace.id, reason, limit: pageSize, offset: (page - 1) * pageSize }, { every: 30_000 });
  return (
    <Loaded answer={answer} what={t.quarantine.what} height={500}>
      {(data) =>
        data.reasons.length === 0 ? (
          <EmptyNote title={t.quarantine.none} actions={<ButtonLink href={link('/live')}>{t.nav.live}</ButtonLink>}>
            <p>{t.quarantine.noneText}</p>
          </EmptyNote>
        ) : (
          <div className={css.page}>
            <Reasons data={data} chosen={reason} />
            <Rows data={data} reason={reason} page={page} />
          </div>
        )
      }
    </Loaded>
  );
}

function Reasons({ data, chosen }: { data: Quarantine; chosen: string | null }) {
  const { workspace } = usePlace();
  const here = useHere();
  const total = data.reasons.reduce((sum, { count: size }) => sum + size, 0);
  return (
    <nav className={`${css.panel} ${css.reasons}`} aria-labelledby="reasons">
      <h2 id="reasons">{t.quarantine.reasons}</h2>
      <ul>
        <li>
          <a className={css.reason} href={here({ reason: null, page: null })} aria-current={chosen === null}>
            <span>{t.quarantine.allReasons}</span>
            <span className="num">{count(total)}</span>
          </a>
        </li>
        {data.reasons.map((row) => (
          <li key={row.reason}>
            <a className={css.reason} href={here({ reason: row.reason, page: null })} aria-current={chosen === row.reason}>
              <span>{sentence(row.reason)}</span>
              <span className="num">{count(row.count)}</span>
              <small>{t.quarantine.lastAt(moment(row.last_at, workspace.time_zone))}</small>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Rows({ data, reason, page }: { data: Quarantine; reason: string | null; page: number }) {
  const { workspace } = usePlace();
  const link = useLink();
  const setAddress = useAddress();
  const [open, setOpen] = useState<string | null>(null);
  return (
    <div className={css.panel}>
      <div className={css.bar}>
        <p>{t.quarantine.subtitle}</p>
        <div className={css.actions}>
          <ButtonLink href={link('/plan')}>{t.quarantine.plan}</ButtonLink>
          <Replay reason={reason} total={data.total} />
        </div>
      </div>
      <div className={table.scroll} tabIndex={0} role="region" aria-label={t.quarantine.title}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t.quarantine.event}</th>
              <th scope="col">{t.quarantine.reason}</th>
              <th scope="col">{t.quarantine.field}</th>
              <th scope="col">{t.quarantine.got}</th>
              <th scope="col">{t.quarantine.expected}</th>
              <th scope="col">{t.quarantine.received}</th>
              <th scope="col">
                <span className="sr">{t.quarantine.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.rows.map((event) => (
              <Fragment key={event.message_id}>
                <Row event={event} zone={workspace.time_zone} open={open === event.message_id} onToggle={setOpen} />
                {open === event.message_id && (
                  <tr className={css.detail}>
                    <td colSpan={7}>
                      <EventDetails event={event} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      </div>
      {data.total > pageSize && (
        <div className={css.pager}>
          <Button icon="left" disabled={page <= 1} onClick={() => setAddress({ page: page > 2 ? String(page - 1) : null }, 'open')}>
            {t.conversations.earlier}
          </Button>
          <Button icon="right" disabled={page * pageSize >= data.total} onClick={() => setAddress({ page: String(page + 1) }, 'open')}>
            {t.conversations.later}
          </Button>
        </div>
      )}
    </div>
  );
}

interface RowProps {
  readonly event: ChatEvent;
  readonly zone: string;
  readonly open: boolean;
  readonly onToggle: (id: string | null) => void;
}

function Row({ event, zone, open, onToggle }: RowProps) {
  const [violation] = event.violations;
  return (
    <tr>
      <th scope="row">{event.name || noValue}</th>
      <td className={css.nowrap}>{violation ? sentence(violation.reason) : noValue}</td>
      <td>
        <code className={css.code}>{violation?.field || noValue}</code>
      </td>
      <td>
        <code className={css.code}>{violation?.got || noValue}</code>
      </td>
      <td>{violation?.expected || noValue}</td>
      <td className={`${css.nowrap} num`}>{moment(event.received_at, zone)}</td>
      <td className={table.end}>
        <IconButton icon="down" label={t.live.expand(event.name)} aria-expanded={open} onClick={() => onToggle(open ? null : event.message_id)} />
      </td>
    </tr>
  );
}
