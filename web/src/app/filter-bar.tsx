import { type FormEvent, useState } from 'react';
import { useApi } from '@/api/use-api';
import { useAddress, useView } from '@/api/view';
import { usePlace } from '@/api/workspace';
import { type Filter, formatFilter, type Operator, operatorsFor, parseFilter, withFilter } from '@/lib/filters';
import { words } from '@/lib/format';
import { t } from '@/lib/strings';
import { Button, IconButton } from '@/ui/button';
import { Popover } from '@/ui/popover';
import css from './toolbar.module.css';

/// The conditions in force, each with a way to take it out. They hold for every chart of the page.
export function FilterChips() {
  const { filters } = useView();
  const { catalog } = usePlace();
  const setAddress = useAddress();
  if (filters.length === 0) return null;
  const keep = (list: readonly string[]) => setAddress({ f: list, page: null });
  return (
    <div className={css.chips} role="group" aria-label={t.filters.label}>
      {filters.map((text) => {
        const filter = parseFilter(text) as Filter;
        const title = catalog.dimensions.find(({ id }) => id === filter.dimension)?.title ?? words(filter.dimension);
        const name = `${title} ${t.filters[filter.operator]} ${words(filter.value)}`;
        return (
          <span key={text} className={css.chip}>
            {title}
            <em>{t.filters[filter.operator]}</em>
            <strong title={filter.value}>{words(filter.value)}</strong>
            <IconButton icon="close" label={t.filters.remove(name)} onClick={() => keep(filters.filter((other) => other !== text))} />
          </span>
        );
      })}
      <Button onClick={() => keep([])}>{t.filters.clear}</Button>
    </div>
  );
}

export function AddFilter() {
  return (
    <Popover label={t.toolbar.filter} name={t.filters.add} button={{ icon: 'filter' }}>
      {(close) => <FilterForm onDone={close} />}
    </Popover>
  );
}

function FilterForm({ onDone }: { onDone: () => void }) {
  const { catalog } = usePlace();
  const { filters, scope } = useView();
  const setAddress = useAddress();
  const [id, setId] = useState(catalog.dimensions[0]?.id ?? '');
  const dimension = catalog.dimensions.find((one) => one.id === id);
  const choices = operatorsFor(dimension?.type ?? 'text');
  const [operator, setOperator] = useState<Operator>('is');
  const [value, setValue] = useState('');
  const known = useApi('/api/v1/dimensions/{id}/values', { ...scope, limit: 50 }, { inPath: { id }, enabled: id !== '', keep: false });

  const add = (event: FormEvent) => {
    event.preventDefault();
    const text = value.trim();
    if (!id || !text) return;
    setAddress({ f: withFilter(filters, formatFilter({ dimension: id, operator, value: text })), page: null }, 'open');
    onDone();
  };
  return (
    <form className={css.filterForm} onSubmit={add}>
      <label>
        {t.filters.dimension}
        <select
          value={id}
          onChange={(event) => {
            setId(event.currentTarget.value);
            setOperator('is');
            setValue('');
          }}
        >
          {catalog.dimensions.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.filters.operator}
        <select value={operator} onChange={(event) => setOperator(event.currentTarget.value as Operator)}>
          {choices.map((choice) => (
            <option key={choice} value={choice}>
              {t.filters[choice]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t.filters.value}
        {dimension?.type === 'boolean' ? (
          <select value={value} onChange={(event) => setValue(event.currentTarget.value)}>
            <option value="" />
            <option value="true">{t.filters.yes}</option>
            <option value="false">{t.filters.no}</option>
          </select>
        ) : (
          <input list="filter-values" value={value} autoComplete="off" onInput={(event) => setValue(event.currentTarget.value)} />
        )}
      </label>
      <datalist id="filter-values">
        {known.data?.values.map((one) => (
          <option key={one.key} value={one.key} />
        ))}
      </datalist>
      <Button type="submit" primary disabled={value.trim() === ''}>
        {t.filters.add}
      </Button>
    </form>
  );
}
