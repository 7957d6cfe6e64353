import type { View } from '@/api/view';
import { t } from '@/lib/strings';

/// What a file says of itself before its table: window, zone and filters.
export function aboutFile(title: string, view: View): string[] {
  const lines = [title, t.chart.window(view.range.from, view.range.lastDay, view.zone)];
  if (view.filters.length > 0) lines.push(t.chart.filters(view.filters.join(', ')));
  return lines;
}

export function fileName(what: string, view: View): string {
  return `parley-${what}-${view.range.from}-${view.range.lastDay}`;
}
