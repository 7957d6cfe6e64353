import { type ReactNode, useEffect, useState } from 'react';
import type { Plan, PlanEvent, SeenEvents } from '@/api/types';
import { useApi } from '@/api/use-api';
import { usePlace } from '@/api/workspace';
import { count, moment, words } from '@/lib/format';
import { t } from '@/lib/strings';
import { EmptyNote, Loaded } from '@/ui/notes';
import { StatusShape } from '@/ui/status';
import { Table } from '@/ui/table';
import css from './plan-page.module.css';

type Seen = SeenEvents['events'][number];

/// What events mean, for people: every event of the plan with its properties, and what has arrived of it.
export default function PlanPage() {
  const { workspace } = usePlace();
  const plan = useApi('/api/v1/plan', { workspace: workspace.id });
  const seen = useApi('/api/v1/events/seen', { workspace: workspace.id }, { every: 30_000 });
  return (
    <div className={css.page}>
      <Loaded answer={plan} what={t.plan.what} height={600}>
        {(data) => <Events plan={data} seen={seen.data?.events ?? []} />}
      </Loaded>
    </div>
  );
}

function Events({ plan, seen }: { plan: Plan; seen: readonly Seen[] }) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const shown = plan.events.filter((event) => matches(event, wanted));
  const unknown = seen.filter((event) => !event.declared && !event.name.startsWith('$'));
  const counts = new Map(seen.map((event) => [event.name, event]));
  const arrived = plan.events.filter((event) => counts.has(event.name)).length;
  return (
    <div className={css.page}>
      <div className={css.bar}>
        <strong>{t.plan.subtitle(plan.id, plan.version)}</strong>
        <span>{plan.strict ? t.plan.strict : t.plan.lenient}</span>
        <span className="num">{t.plan.progress(arrived, plan.events.length)}</span>
        <input type="search" value={text} placeholder={t.plan.find} aria-label={t.plan.find} onInput={(event) => setText(event.currentTarget.value)} />
      </div>
      {shown.length === 0 ? (
        <EmptyNote title={t.plan.noMatch} />
      ) : (
        <section className={css.list} aria-label={t.plan.events}>
          {shown.map((event) => (
            <EventDoc key={event.name} event={event} seen={counts.get(event.name)} />
          ))}
        </section>
      )}
      {unknown.length > 0 && wanted === '' && <Unknown events={unknown} />}
    </div>
  );
}

function matches(event: PlanEvent, wanted: string): boolean {
  if (!wanted) return true;
  const texts = [event.name, event.title, event.description, ...event.properties.map(({ name }) => name)];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

function EventDoc({ event, seen }: { event: PlanEvent; seen: Seen | undefined }) {
  const linked = window.location.hash === `#${event.name}`;
  const [open, setOpen] = useState(linked);
  useEffect(() => {
    if (linked) document.getElementById(event.name)?.scrollIntoView();
  }, [linked, event.name]);
  return (
    <details id={event.name} className={css.event} open={open} onToggle={(toggle) => setOpen(toggle.currentTarget.open)}>
      <summary>
        <span className={css.name}>
          <h2>{event.title}</h2>
          <code>{event.name}</code>
        </span>
        <SeenMark seen={seen} />
        <span className={css.description}>{event.description}</span>
      </summary>
      {open && (
        <div className={css.more}>
          <dl className={css.facts}>
            <Fact name={t.plan.purpose}>{event.purpose}</Fact>
            <Fact name={t.plan.owner}>{event.owner}</Fact>
          </dl>
          <Table
            label={`${event.title}: ${t.plan.properties(event.properties.length)}`}
            compact
            rows={event.properties}
            rowKey={(property) => property.name}
            columns={[
              { key: 'name', title: t.plan.property, heads: true, cell: (property) => <code>{property.name}</code> },
              { key: 'type', title: t.plan.type, cell: (property) => property.type },
              { key: 'presence', title: t.plan.presence, cell: (property) => property.presence },
              { key: 'privacy', title: t.plan.privacy, cell: (property) => words(property.privacy) },
              {
                key: 'description',
                title: t.plan.description,
                cell: (property) => (
                  <span className={css.long}>
                    {property.description}
                    {property.enumeration && property.enumeration.length > 0 && (
                      <span className={css.values}>
                        {t.plan.values} {property.enumeration.join(', ')}
                      </span>
                    )}
                  </span>
                ),
              },
            ]}
          />
        </div>
      )}
    </details>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div>
      <dt>{name}: </dt>
      <dd>{children}</dd>
    </div>
  );
}

function SeenMark({ seen }: { seen: Seen | undefined }) {
  const { workspace } = usePlace();
  return (
    <span className={css.seen} data-seen={seen !== undefined}>
      <StatusShape shape={seen ? 'good' : 'none'} size={12} />
      {seen ? t.plan.seen(count(seen.count), moment(seen.last_at, workspace.time_zone)) : t.plan.unseen}
    </span>
  );
}

function Unknown({ events }: { events: readonly Seen[] }) {
  return (
    <div className={css.list}>
      <div className={css.event}>
        <div style={{ padding: '12px 16px' }}>
          <h2>{t.plan.unknown}</h2>
          <p className={css.description}>{t.plan.unknownText}</p>
        </div>
        <Table
          label={t.plan.unknown}
          compact
          rows={events}
          rowKey={(event) => event.name}
          columns={[
            { key: 'name', title: t.quarantine.event, heads: true, cell: (event) => <code>{event.name}</code> },
            { key: 'seen', title: t.plan.seenColumn, end: true, cell: (event) => <SeenMark seen={event} /> },
          ]}
        />
      </div>
    </div>
  );
}
