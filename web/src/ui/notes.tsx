import type { ReactNode } from 'react';
import type { ApiError } from '@/api/client';
import type { Answer } from '@/api/use-api';
import { t } from '@/lib/strings';
import { Button } from './button';
import css from './notes.module.css';

/// What is missing, and what to do about it.
export function EmptyNote({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={`${css.note} ${css.centre}`}>
      <p className={css.title}>{title}</p>
      {children}
      {actions && <div className={css.actions}>{actions}</div>}
    </div>
  );
}

export function ErrorNote({ error, what, onRetry }: { error: ApiError; what: string; onRetry?: () => void }) {
  return (
    <div className={css.note} role="alert">
      <p className={css.title}>{t.error.couldNotLoad(what)}</p>
      <p>{error.code === 'network' ? t.error.network : error.message}</p>
      {onRetry && <Button onClick={onRetry}>{t.error.retry}</Button>}
      {error.requestId && <p className={css.request}>{t.error.request(error.requestId)}</p>}
    </div>
  );
}

/// Holds the place of what is loading, in its final height; shows itself only after 150 ms.
export function Skeleton({ height, width = '100%' }: { height: number; width?: number | string }) {
  return <div className={css.skeleton} style={{ height: `${height}px`, width: typeof width === 'number' ? `${width}px` : width }} />;
}

interface LoadedProps<T> {
  readonly answer: Answer<T>;
  /// What could not be loaded, as it reads in “Could not load …”.
  readonly what: string;
  readonly height: number;
  readonly children: (data: T) => ReactNode;
}

/// The states of an answer: a skeleton at first, an error of its own, and old data that dims while new data loads.
export function Loaded<T>({ answer, what, height, children }: LoadedProps<T>) {
  if (answer.data !== undefined) {
    return <div className={answer.isPlaceholderData ? css.stale : undefined}>{children(answer.data)}</div>;
  }
  if (answer.error) return <ErrorNote error={answer.error} what={what} onRetry={() => void answer.refetch()} />;
  return <Skeleton height={height} />;
}
