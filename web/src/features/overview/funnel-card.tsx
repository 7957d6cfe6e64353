import type { DashboardSpec, Funnel } from '@/api/types';
import { useApi } from '@/api/use-api';
import { useView } from '@/api/view';
import { aboutFile, fileName } from '@/charts/about';
import { ChartCard, type Sheet } from '@/charts/chart-card';
import { type FunnelBar, FunnelBars, WasKey } from '@/charts/funnel-bars';
import { count, duration, percent } from '@/lib/format';
import { t } from '@/lib/strings';

type Step = Funnel['steps'][number];

/// How far conversations get, through the steps that the dashboard names.
export function FunnelCard({ spec }: { spec: DashboardSpec['funnel'] }) {
  const view = useView();
  const answer = useApi('/api/v1/reports/funnel', { ...view.compared, steps: spec.steps.map(({ step }) => step).join(',') });
  const titleOf = (index: number, step: Step) => spec.steps[index]?.title ?? step.name;

  const bars = (steps: readonly Step[]): FunnelBar[] =>
    steps.map((step, index) => {
      const before = steps[index - 1];
      const lost = (before?.count ?? 0) - step.count;
      return {
        name: titleOf(index, step),
        count: step.count,
        previousCount: step.previous_count ?? null,
        countText: count(step.count),
        shareText: percent(step.of_first, 0),
        through: t.overview.through(percent(step.of_previous), step.median_seconds === null || step.median_seconds < 1 ? null : duration(step.median_seconds)),
        lost: t.overview.left(count(lost), percent(step.of_previous === null ? null : 1 - step.of_previous), lostBefore(before, step)),
      };
    });
  const sheet = ({ steps }: Funnel): Sheet => ({
    header: [t.overview.funnelStep, t.overview.count, t.overview.countBefore, t.overview.ofFirst, t.overview.ofPrevious],
    shown: steps.map((step, index) => [
      titleOf(index, step),
      count(step.count),
      count(step.previous_count ?? null),
      percent(step.of_first),
      percent(step.of_previous),
    ]),
    raw: steps.map((step, index) => [titleOf(index, step), step.count, step.previous_count ?? null, step.of_first, step.of_previous]),
  });

  const steps = answer.data?.steps ?? [];
  const last = steps.at(-1);
  return (
    <ChartCard
      title={spec.title}
      subtitle={
        <>
          <span>{last && steps[0] ? t.overview.finish(count(steps[0].count), percent(last.of_first)) : ' '}</span>
          {view.comparing && <WasKey name={view.range.days === 7 ? t.range.lastWeek : t.range.lastPeriod} />}
        </>
      }
      answer={answer}
      height={286}
      fileName={fileName('funnel', view)}
      about={aboutFile(spec.title, view)}
      sheet={sheet}
    >
      {(data) => <FunnelBars bars={bars(data.steps)} largestLabel={t.overview.largestDrop} />}
    </ChartCard>
  );
}

function lostBefore(before: Step | undefined, step: Step): string | null {
  if (!before?.previous_count || step.previous_count === null || step.previous_count === undefined) return null;
  return percent(1 - step.previous_count / before.previous_count);
}
