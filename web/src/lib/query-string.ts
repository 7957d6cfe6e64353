/// The query part of an address: an ordered list of names and values, written so that people can read it. Characters
/// that our grammar uses (`:` `,` `/` `@`) stay as they are.

export type Query = ReadonlyArray<readonly [name: string, value: string]>;

/// What becomes of a name: its new value or values, or null to take it out.
export type QueryChanges = Readonly<Record<string, string | readonly string[] | null>>;

export function parseQuery(search: string): Query {
  return [...new URLSearchParams(search)];
}

export function formatQuery(query: Query): string {
  return query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

export function first(query: Query, name: string): string | null {
  return query.find(([key]) => key === name)?.[1] ?? null;
}

export function all(query: Query, name: string): string[] {
  return query.filter(([key]) => key === name).map(([, value]) => value);
}

/// The query with the changes made. A name that was there keeps its place; a new one goes to the end.
export function change(query: Query, changes: QueryChanges): Query {
  const pending = new Map(Object.entries(changes));
  const result: Array<readonly [string, string]> = [];
  for (const [name, value] of query) {
    if (!(name in changes)) {
      result.push([name, value]);
    } else if (pending.has(name)) {
      for (const replacement of asList(pending.get(name))) result.push([name, replacement]);
      pending.delete(name);
    }
  }
  for (const [name, values] of pending) {
    for (const value of asList(values)) result.push([name, value]);
  }
  return result;
}

function asList(value: string | readonly string[] | null | undefined): readonly string[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function encode(text: string): string {
  return encodeURIComponent(text)
    .replace(/%20/g, '+')
    .replace(/%(3A|2C|2F|40)/g, (escape) => decodeURIComponent(escape));
}
