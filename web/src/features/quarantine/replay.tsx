import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type ApiError, post } from '@/api/client';
import { usePlace } from '@/api/workspace';
import { announce } from '@/lib/announce';
import { count } from '@/lib/format';
import { t } from '@/lib/strings';
import { Button } from '@/ui/button';
import { Dialog } from '@/ui/dialog';
import { ErrorNote } from '@/ui/notes';
import css from './replay.module.css';

interface Outcome {
  readonly passed: number;
  readonly still_quarantined: number;
}

/// Judges the events again: first only says what would pass, then takes those that do.
export function Replay({ reason, total }: { reason: string | null; total: number }) {
  const { workspace } = usePlace();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const replay = (dryRun: boolean) =>
    post<Outcome>('/api/v1/quarantine/replay', { ...(reason ? { reason } : {}), dry_run: dryRun }, { workspace: workspace.id });
  const trial = useMutation<Outcome, ApiError, void>({ mutationFn: () => replay(true) });
  const taking = useMutation<Outcome, ApiError, void>({
    mutationFn: () => replay(false),
    onSuccess: ({ passed, still_quarantined }) => {
      announce(t.quarantine.replayed(count(passed), count(still_quarantined)));
      void client.invalidateQueries();
    },
  });

  const start = () => {
    setOpen(true);
    taking.reset();
    trial.mutate();
  };
  const error = trial.error ?? taking.error;
  return (
    <>
      <Button primary disabled={total === 0} onClick={start}>
        {t.quarantine.check}
      </Button>
      {open && (
        <Dialog title={t.quarantine.checkTitle} onClose={() => setOpen(false)}>
          <div className={css.body}>
            <p>{t.quarantine.checkText}</p>
            {error && <ErrorNote error={error} what={t.quarantine.what} />}
            <p role="status">
              <strong>{outcome(taking.data, trial.data) ?? (error ? '' : t.quarantine.checking)}</strong>
            </p>
            <div className={css.actions}>
              <Button onClick={() => setOpen(false)}>{taking.data ? t.close : t.quarantine.cancel}</Button>
              {trial.data && trial.data.passed > 0 && !taking.data && (
                <Button primary disabled={taking.isPending} onClick={() => taking.mutate()}>
                  {t.quarantine.replay(count(trial.data.passed))}
                </Button>
              )}
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}

function outcome(taken: Outcome | undefined, trial: Outcome | undefined): string | null {
  if (taken) return t.quarantine.replayed(count(taken.passed), count(taken.still_quarantined));
  if (!trial) return null;
  if (trial.passed === 0) return t.quarantine.nothingPasses;
  return t.quarantine.wouldPass(count(trial.passed), count(trial.still_quarantined));
}
