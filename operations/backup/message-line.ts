import type { IHeaders, KafkaMessage } from 'kafkajs';
import { z } from 'zod';

/** Bytes that are text, as text; others in base64. */
const bytes = z.union([z.string(), z.object({ base64: z.string() }), z.null()]);
type Bytes = z.output<typeof bytes>;

const line = z.object({
  offset: z.int().min(0),
  /** Unix milliseconds. */
  timestamp: z.string(),
  key: bytes,
  value: bytes,
  headers: z.record(z.string(), z.array(bytes)).optional(),
});

export interface SavedMessage {
  readonly offset: number;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: IHeaders;
}

/** A message as one line of JSON, from which {@link messageOf} makes the same bytes again. */
export function lineOf({ offset, timestamp, key, value, headers }: KafkaMessage): string {
  const saved: z.input<typeof line> = {
    offset: Number(offset),
    timestamp,
    key: toBytes(key),
    value: toBytes(value),
  };
  const named = Object.entries(headers ?? {}).map(([name, content]) => {
    const contents = Array.isArray(content) ? content : [content];
    return [name, contents.map((one) => toBytes(one === undefined ? null : Buffer.from(one)))] as const;
  });
  return JSON.stringify(named.length > 0 ? { ...saved, headers: Object.fromEntries(named) } : saved);
}

/** The message of a line that `lineOf` wrote. @throws ZodError or SyntaxError on anything else */
export function messageOf(text: string): SavedMessage {
  const { offset, timestamp, key, value, headers = {} } = line.parse(JSON.parse(text));
  const restored = Object.entries(headers).map(([name, contents]) => {
    const [first, ...more] = contents.map((content) => fromBytes(content) ?? Buffer.alloc(0));
    return [name, more.length > 0 && first ? [first, ...more] : first] as const;
  });
  return {
    offset,
    timestamp,
    key: fromBytes(key),
    value: fromBytes(value),
    headers: Object.fromEntries(restored),
  };
}

function toBytes(content: Buffer | null): Bytes {
  if (content === null) return null;
  const text = content.toString('utf8');
  return Buffer.from(text, 'utf8').equals(content) ? text : { base64: content.toString('base64') };
}

function fromBytes(content: Bytes): Buffer | null {
  if (content === null) return null;
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content.base64, 'base64');
}
