import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { ApiError, get, type Parameters } from './client';
import type { GetAnswer, GetPath } from './types';

export type Answer<T> = UseQueryResult<T, ApiError>;

interface Options {
  readonly inPath?: Readonly<Record<string, string>>;
  /// Milliseconds between silent refreshes.
  readonly every?: number;
  readonly enabled?: boolean;
  /// Keep showing the last answer while another question is asked. Off where it would be about something else.
  readonly keep?: boolean;
}

/// Asks the server, shares the answer with all who ask the same, and keeps the last one while a new one loads.
export function useApi<P extends GetPath>(path: P, query: Parameters = {}, options: Options = {}): Answer<GetAnswer<P>> {
  const { inPath = {}, every, enabled = true, keep = true } = options;
  const result = useQuery({
    queryKey: [path, inPath, query] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) => get(path, query, inPath, signal),
    enabled,
    ...(every ? { refetchInterval: every } : {}),
    ...(keep ? { placeholderData: keepPreviousData as never } : {}),
  });
  return result as unknown as Answer<GetAnswer<P>>;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 20_000,
        retry: (failures, error) => failures < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
        retryDelay: (attempt) => 500 * 2 ** attempt,
      },
    },
  });
}
