import { useState } from 'react';
import type { HourRow } from '@/api/types';
import { useApi } from '@/api/use-api';
import { useLink, useView } from '@/api/view';
import { useDimension } from '@/api/workspace';
import { aboutFile, fileName } from '@/charts/about';
import { ChartCard, type Sheet } from '@/charts/chart-card';
import { HeatGrid } from '@/charts/heat-grid';
import { withFilter } from '@/lib/filters';
import { count, dayRange } from '@/lib/format';
import { t } from '@/lib/strings';
import { Segments } from '@/ui/button';

type Kind = 'conversations' | 'handoffs';

/// When in the week conversations start, or are handed to an agent.
export function HoursCard() {
  const view = useView();
  const link = useLink();
  const [kind, setKind] = useState<Kind>('conversations');
  const answer = useApi('/api/v1/reports/hour_of_week', view.scope);
  const linked = [useDimension('weekday'), useDimension('hour')].every(Boolean) && kind === 'conversations';
  const name = kind === 'conversations' ? t.overview.count.toLowerCase() : t.overview.hoursHandoffs.toLowerCase();

  const href = (row: number, hour: number) =>
    linked ? link('/conversations', { f: withFilter(withFilter(view.filters, `weekday:is:${row + 1}`), `hour:is:${hour}`) }) : null;
  const sheet = ({ rows }: { rows: readonly HourRow[] }): Sheet => ({
    header: [t.overview.weekday, t.overview.hourColumn, t.overview.count, t.overview.hoursHandoffs],
    shown: rows.map((row) => [weekdayName(row.weekday), `${row.hour}:00`, count(row.conversations), count(row.handoffs)]),
    raw: rows.map((row) => [row.weekday, row.hour, row.conversations, row.handoffs]),
  });
  return (
    <ChartCard
      title={t.overview.hours}
      subtitle={t.overview.hoursSubtitle(dayRange(view.range.from, view.range.lastDay), view.zone)}
      actions={
        <Segments
          name="hours"
          label={t.overview.hoursShow}
          value={kind}
          choices={[
            { value: 'conversations', label: t.overview.count },
            { value: 'handoffs', label: t.overview.hoursHandoffs },
          ]}
          onChange={setKind}
        />
      }
      answer={answer}
      height={258}
      fileName={fileName('hour_of_week', view)}
      about={aboutFile(t.overview.hours, view)}
      sheet={sheet}
    >
      {(data) => (
        <HeatGrid
          label={t.overview.hours}
          hint={linked ? t.overview.hoursHint : t.overview.hoursHintPlain}
          rows={t.overview.weekdays}
          values={grid(data.rows, kind)}
          format={count}
          describe={(row, hour, value) => t.overview.hour(weekdayName(row + 1), String(hour).padStart(2, '0'), count(value), name)}
          href={href}
        />
      )}
    </ChartCard>
  );
}

function weekdayName(isoWeekday: number): string {
  return t.overview.weekdays[isoWeekday - 1] ?? '';
}

function grid(rows: readonly HourRow[], kind: Kind): number[][] {
  const values = Array.from({ length: 7 }, () => Array<number>(24).fill(0));
  for (const row of rows) {
    const line = values[row.weekday - 1];
    if (line) line[row.hour] = row[kind];
  }
  return values;
}
