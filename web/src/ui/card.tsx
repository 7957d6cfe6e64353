import type { ReactNode } from 'react';
import css from './card.module.css';

interface Props {
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  /// The body reaches the card's edges: tables.
  readonly flush?: boolean;
  readonly children: ReactNode;
}

export function Card({ title, subtitle, actions, flush, children }: Props) {
  return (
    <section className={css.card}>
      <div className={css.head}>
        <div className={css.titles}>
          <h2 className={css.title}>{title}</h2>
          {subtitle && <div className={css.subtitle}>{subtitle}</div>}
        </div>
        {actions && (
          <div className={css.actions} data-no-print>
            {actions}
          </div>
        )}
      </div>
      <div className={flush ? `${css.body} ${css.flush}` : css.body}>{children}</div>
    </section>
  );
}
