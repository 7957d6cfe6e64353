import { useEffect, useState } from 'react';
import { announce } from '@/lib/announce';
import { t } from '@/lib/strings';
import { Button, IconButton } from './button';
import type { IconName } from './icon';

async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Plain http on another machine has no clipboard interface.
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

function useCopied(text: () => string): [boolean, () => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const act = () => {
    void copy(text()).then(() => {
      setCopied(true);
      announce(t.copied);
    });
  };
  return [copied, act];
}

export function CopyButton({ text, label }: { text: () => string; label: string }) {
  const [copied, act] = useCopied(text);
  return (
    <Button icon={copied ? 'check' : 'copy'} onClick={act}>
      {copied ? t.copied : label}
    </Button>
  );
}

export function CopyIcon({ text, label, icon = 'copy' }: { text: () => string; label: string; icon?: IconName }) {
  const [copied, act] = useCopied(text);
  return <IconButton icon={copied ? 'check' : icon} label={copied ? t.copied : label} onClick={act} />;
}
