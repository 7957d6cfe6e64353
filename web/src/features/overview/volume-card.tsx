import { useMetric } from '@/api/workspace';
import { MetricCourse } from '@/charts/metric-course';

/// The dashboard's first metric over time.
export function VolumeCard({ metric: id }: { metric: string }) {
  const metric = useMetric(id);
  return metric ? <MetricCourse metric={metric} title={metric.title} height={286} /> : null;
}
