import type { ReactNode } from 'react';
import css from './table.module.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: ReactNode;
  readonly end?: boolean;
  /// The first column that says which row it is.
  readonly heads?: boolean;
  readonly cell: (row: Row, index: number) => ReactNode;
}

interface Props<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row, index: number) => string;
  readonly compact?: boolean;
}

/// A plain table that scrolls within its place where it is too wide.
export function Table<Row>({ label, columns, rows, rowKey, compact }: Props<Row>) {
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label={label}>
      <table className={compact ? `${css.table} ${css.compact}` : css.table}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={column.end ? css.end : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey(row, index)}>
              {columns.map((column) =>
                column.heads ? (
                  <th key={column.key} scope="row">
                    {column.cell(row, index)}
                  </th>
                ) : (
                  <td key={column.key} className={column.end ? css.end : undefined}>
                    {column.cell(row, index)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
