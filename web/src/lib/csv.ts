/// CSV by RFC 4180. Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay raw.

export type Cell = string | number | boolean | null;

export function toCsv(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [header, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

/// Lines before the table that say what it holds: its definition, window and filters.
export function withPreamble(lines: readonly string[], csv: string): string {
  return lines.map((line) => cell(`# ${line}`) + '\r\n').join('') + csv;
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
