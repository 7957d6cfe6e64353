import { describe, expect, test } from 'vitest';
import { toCsv, withPreamble } from './csv';

describe('csv', () => {
  test('quotes commas, quotes and line breaks', () => {
    expect(toCsv(['a', 'b'], [['x,y', 'say "hi"'], ['two\nlines', 1]])).toBe(
      'a,b\r\n"x,y","say ""hi"""\r\n"two\nlines",1\r\n',
    );
  });

  test('defuses formulas but leaves negative numbers alone', () => {
    expect(toCsv(['a'], [['=1+1'], ['+49'], ['-x'], ['@sum'], [-3.5]])).toBe("a\r\n'=1+1\r\n'+49\r\n'-x\r\n'@sum\r\n-3.5\r\n");
  });

  test('a missing value is an empty cell', () => {
    expect(toCsv(['a', 'b'], [[null, 0]])).toBe('a,b\r\n,0\r\n');
  });

  test('says first what the table holds', () => {
    expect(withPreamble(['Resolution rate, 13–19 Nov'], 'a\r\n')).toBe('"# Resolution rate, 13–19 Nov"\r\na\r\n');
  });
});
