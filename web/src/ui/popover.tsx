import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button, type ButtonProps } from './button';
import css from './popover.module.css';

interface Props {
  readonly label: ReactNode;
  readonly button?: Omit<ButtonProps, 'children' | 'ref'>;
  readonly name?: string;
  readonly align?: 'start' | 'end';
  readonly children: (close: () => void) => ReactNode;
}

/// A button that opens a panel below it. The browser closes it on Escape and on a click elsewhere, and gives the focus
/// back to the button. Its content exists only while it is open.
export function Popover({ label, button, name, align = 'start', children }: Props) {
  const id = useId();
  const anchor = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const element = panel.current;
    if (!element) return;
    const onToggle = (event: Event) => setOpen((event as ToggleEvent).newState === 'open');
    element.addEventListener('toggle', onToggle);
    return () => element.removeEventListener('toggle', onToggle);
  }, []);

  useEffect(() => {
    if (!open || !anchor.current || !panel.current) return;
    place(anchor.current, panel.current, align);
    panel.current.querySelector<HTMLElement>('[autofocus], a, button, input, select')?.focus();
  }, [open, align]);

  const close = () => panel.current?.hidePopover();
  return (
    <>
      <Button
        {...button}
        ref={anchor}
        aria-expanded={open}
        aria-haspopup="dialog"
        aria-controls={id}
        onClick={() => panel.current?.togglePopover()}
      >
        {label}
      </Button>
      <div ref={panel} id={id} popover="auto" className={css.panel} role="group" aria-label={name}>
        {open && children(close)}
      </div>
    </>
  );
}

function place(anchor: HTMLElement, panel: HTMLElement, align: 'start' | 'end'): void {
  const gap = 6;
  const edge = 8;
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = panel;
  const left = align === 'start' ? box.left : box.right - width;
  const below = box.bottom + gap;
  const fits = below + height <= window.innerHeight - edge;
  panel.style.left = `${Math.max(edge, Math.min(left, window.innerWidth - width - edge))}px`;
  panel.style.top = `${fits ? below : Math.max(edge, window.innerHeight - height - edge)}px`;
}
