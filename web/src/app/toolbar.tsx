import { type FormEvent, useEffect, useState } from 'react';
import { useAddress, useLink, useView } from '@/api/view';
import { useMetric } from '@/api/workspace';
import { dayRange } from '@/lib/format';
import { currentLocation, navigate, useLocation } from '@/lib/location';
import { first } from '@/lib/query-string';
import { useRemembered } from '@/lib/remembered';
import { t } from '@/lib/strings';
import { Button, IconButton } from '@/ui/button';
import { CopyIcon } from '@/ui/copy';
import { Icon } from '@/ui/icon';
import { AddFilter, FilterChips } from './filter-bar';
import { RangePicker } from './range-picker';
import type { Route } from './routes';
import { currentTheme, toggleTheme } from './theme';
import css from './toolbar.module.css';

/// The bar on top: what page this is, and the controls of its view.
export function Toolbar({ title, controls }: { title: string; controls: Route['controls'] }) {
  const { path } = useLocation();
  const metric = useMetric(path.startsWith('/metrics/') ? path.slice('/metrics/'.length) : undefined);
  const view = useView();
  const scoped = controls !== 'none';
  useRemembered('theme');
  const dark = currentTheme() === 'dark';
  return (
    <>
      <div className={css.toolbar} role="region" aria-label={t.toolbar.label}>
        <h1 className={css.title}>{metric?.title ?? title}</h1>
        {scoped && (
          <span className={css.printed}>
            {dayRange(view.range.from, view.range.lastDay)}, {view.zone}
          </span>
        )}
        <div className={css.controls} data-no-print>
          <SearchBox />
          {scoped && <AddFilter />}
          {scoped && <RangePicker />}
          {controls === 'comparison' && <CompareToggle />}
          <span className={css.divider} />
          <CopyIcon icon="link" label={t.toolbar.copyLink} text={() => window.location.href} />
          <IconButton icon={dark ? 'sun' : 'moon'} label={t.toolbar.theme(dark ? 'light' : 'dark')} onClick={toggleTheme} />
        </div>
      </div>
      {scoped && <FilterChips />}
    </>
  );
}

/// Searches conversations from any page.
function SearchBox() {
  const { path, query } = useLocation();
  const link = useLink();
  const there = path === '/conversations' ? (first(query, 'q') ?? '') : '';
  const [text, setText] = useState(there);
  useEffect(() => setText(there), [there]);
  const go = (event: FormEvent) => {
    event.preventDefault();
    const sort = path === '/conversations' ? first(currentLocation().query, 'sort') : null;
    navigate(link('/conversations', { q: text.trim() || null, sort }));
  };
  return (
    <form className={css.search} role="search" onSubmit={go}>
      <Icon name="search" />
      <input
        id="search"
        type="search"
        name="q"
        value={text}
        placeholder={t.toolbar.search}
        aria-label={t.toolbar.search}
        autoComplete="off"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

function CompareToggle() {
  const view = useView();
  const setAddress = useAddress();
  return (
    <Button aria-pressed={view.comparing} onClick={() => setAddress({ compare: view.comparing ? 'none' : null })}>
      {view.range.days === 7 ? t.toolbar.compareWeek : t.toolbar.comparePeriod}
    </Button>
  );
}
