/// Conditions in the address: `dimension:operator:value`, all of which must hold.

export const operators = ['is', 'is_not', 'contains', 'gt', 'lt'] as const;
export type Operator = (typeof operators)[number];

export interface Filter {
  readonly dimension: string;
  readonly operator: Operator;
  readonly value: string;
}

/// Null where the text is no filter; such text is ignored. A value may hold colons.
export function parseFilter(text: string): Filter | null {
  const match = /^([a-z0-9_]+):([a-z_]+):(.*)$/s.exec(text);
  if (!match) return null;
  const [, dimension = '', operator = '', value = ''] = match;
  if (!isOperator(operator)) return null;
  return { dimension, operator, value };
}

export function formatFilter({ dimension, operator, value }: Filter): string {
  return `${dimension}:${operator}:${value}`;
}

/// The filters with one more; one that is there already stays once.
export function withFilter(filters: readonly string[], filter: string): string[] {
  return filters.includes(filter) ? [...filters] : [...filters, filter];
}

export function operatorsFor(type: 'text' | 'number' | 'boolean'): readonly Operator[] {
  if (type === 'number') return ['is', 'gt', 'lt'];
  if (type === 'boolean') return ['is'];
  return ['is', 'is_not', 'contains'];
}

function isOperator(text: string): text is Operator {
  return (operators as readonly string[]).includes(text);
}
