import '@/ui/tokens.css';
import '@/ui/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from '@/api/use-api';
import { followLinks } from '@/lib/location';
import { App } from './app';
import { applyTheme } from './theme';

applyTheme();
followLinks();

const root = document.getElementById('app');
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={makeQueryClient()}>
      <App />
    </QueryClientProvider>,
  );
}
