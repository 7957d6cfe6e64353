import { type FormEvent, useState } from 'react';
import { useAddress, useView } from '@/api/view';
import type { Day } from '@/lib/days';
import { dayRange } from '@/lib/format';
import { customRange, parseRange, presets, stepRange } from '@/lib/ranges';
import { remember } from '@/lib/remembered';
import { t } from '@/lib/strings';
import { dayIn } from '@/lib/zone';
import { Button } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { Popover } from '@/ui/popover';
import css from './toolbar.module.css';

/// Presets, a range of one's own, and the way to the period before or after.
export function RangePicker() {
  const { range, zone } = useView();
  const setAddress = useAddress();
  const choose = (text: string) => {
    const chosen = parseRange(text, new Date(), zone);
    if (chosen?.preset) remember('range', text);
    setAddress({ range: text, page: null });
  };
  const label = (
    <>
      {range.preset ? t.range[range.preset] : t.range.custom}
      <span className={`${css.when} num`}>{dayRange(range.from, range.lastDay)}</span>
      <Icon name="down" size={14} />
    </>
  );
  return (
    <Popover label={label} name={t.range.name} align="end" button={{ icon: 'calendar' }}>
      {(close) => {
        const pick = (text: string) => (choose(text), close());
        return (
          <div className={css.menu}>
            {presets.map((preset) => {
              const days = parseRange(preset, new Date(), zone);
              return (
                <button key={preset} type="button" className={css.choice} aria-current={range.preset === preset} onClick={() => pick(preset)}>
                  {t.range[preset]}
                  <span className="num">{days && dayRange(days.from, days.lastDay)}</span>
                </button>
              );
            })}
            <CustomRange from={range.from} lastDay={range.lastDay} today={dayIn(zone, new Date())} zone={zone} onPick={pick} onStep={(step) => choose(stepRange(range, step))} />
          </div>
        );
      }}
    </Popover>
  );
}

interface CustomProps {
  readonly from: Day;
  readonly lastDay: Day;
  readonly today: Day;
  readonly zone: string;
  readonly onPick: (range: string) => void;
  readonly onStep: (direction: -1 | 1) => void;
}

function CustomRange({ from, lastDay, today, zone, onPick, onStep }: CustomProps) {
  const [start, setStart] = useState(from);
  const [end, setEnd] = useState(lastDay);
  const valid = start !== '' && end !== '' && start <= end;
  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (valid) onPick(customRange(start, end));
  };
  return (
    <form className={css.form} onSubmit={apply}>
      <label>
        {t.range.from}
        <input type="date" name="from" value={start} max={today} required onInput={(event) => setStart(event.currentTarget.value)} />
      </label>
      <label>
        {t.range.to}
        <input type="date" name="to" value={end} min={start} max={today} required onInput={(event) => setEnd(event.currentTarget.value)} />
      </label>
      <span className={css.steps}>
        <Button icon="left" aria-label={t.range.earlier} title={t.range.earlier} onClick={() => onStep(-1)} />
        <Button icon="right" aria-label={t.range.later} title={t.range.later} disabled={lastDay >= today} onClick={() => onStep(1)} />
      </span>
      <Button type="submit" primary disabled={!valid}>
        {t.range.apply}
      </Button>
      <p className={`${css.note} ${css.wide}`}>{t.range.zone(zone)}</p>
    </form>
  );
}
