import { z } from 'zod';
import { oneLine, parseInput } from './input.ts';

const schema = z.object({
  name: z.string().min(2).max(5).optional(),
  currency: z.string().length(3).optional(),
  lines: z
    .array(z.object({ quantity: z.int().min(1).max(100) }))
    .min(1)
    .max(2)
    .optional(),
  word: z.string().min(1, 'is missing').optional(),
});

describe('parseInput', () => {
  it('gives what the schema makes of good input', () => {
    expect(parseInput(schema, { name: 'Ada' })).toEqual({ ok: true, value: { name: 'Ada' } });
  });

  it.each([
    ['name', { name: 'A' }, 'must have at least 2 characters'],
    ['name', { name: 'Adalbert' }, 'must have at most 5 characters'],
    ['currency', { currency: 'EURO' }, 'must have exactly 3 characters'],
    ['lines', { lines: [] }, 'must have at least 1 item'],
    ['lines', { lines: [1, 2, 3].map((quantity) => ({ quantity })) }, 'must have at most 2 items'],
    ['lines.0.quantity', { lines: [{ quantity: 0 }] }, 'must be at least 1'],
    ['lines.1.quantity', { lines: [{ quantity: 1 }, { quantity: 101 }] }, 'must be at most 100'],
    ['word', { word: '' }, 'is missing'],
    ['name', { name: 1 }, 'Invalid input: expected string, received number'],
  ])('names the field and its limit: %s', (field, input, limit) => {
    const parsed = parseInput(schema, input);
    expect(parsed).toMatchObject({ ok: false, failure: { field, message: `${field}: ${limit}` } });
  });
});

describe('oneLine', () => {
  const named = z.object({ name: oneLine(z.string().trim().min(1)) });

  it.each(['Ünï 👩‍🎤', "O'Brien & Söhne, 3. Stock", 'محمد', '張偉', ' framed by spaces\n'])(
    'takes %j',
    (name) => {
      expect(parseInput(named, { name })).toEqual({ ok: true, value: { name: name.trim() } });
    },
  );

  it.each(['Eve\r\nBcc: x@example.org', 'a\u0000b', 'a\tb', 'a\u2028b', 'a\ud800b', 'a\u202eb'])(
    'refuses %j',
    (name) => {
      expect(parseInput(named, { name })).toMatchObject({ ok: false, failure: { field: 'name' } });
    },
  );
});
