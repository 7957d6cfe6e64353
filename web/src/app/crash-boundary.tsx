import { Component, type ReactNode } from 'react';
import { t } from '@/lib/strings';
import { Button } from '@/ui/button';
import { EmptyNote } from '@/ui/notes';

/// Keeps a page's own fault to that page. A new version of the app on the server looks like one too (its old pages are
/// gone), and is cured by loading again.
export class CrashBoundary extends Component<{ children: ReactNode }, { crashed: boolean }> {
  override state = { crashed: false };

  static getDerivedStateFromError() {
    return { crashed: true };
  }

  override componentDidCatch(error: unknown) {
    console.error(error);
  }

  override render() {
    if (!this.state.crashed) return this.props.children;
    return (
      <EmptyNote title={t.error.crashed} actions={<Button onClick={() => window.location.reload()}>{t.error.retry}</Button>}>
        <p>{t.error.crashedText}</p>
      </EmptyNote>
    );
  }
}
