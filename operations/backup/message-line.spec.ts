import fc from 'fast-check';
import type { KafkaMessage } from 'kafkajs';
import { lineOf, messageOf } from './message-line.ts';
import { documentsIn } from './load-collections.ts';

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)),
  fc.string().map((text) => Buffer.from(text)),
);

describe('a message as a line', () => {
  it('is one line, and gives the same bytes again', () => {
    fc.assert(
      fc.property(
        fc.option(bytes),
        fc.option(bytes),
        fc.dictionary(
          fc.string({ minLength: 1 }),
          fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 3 })),
        ),
        fc.nat(),
        (key, value, headers, offset) => {
          const message: KafkaMessage = {
            key,
            value,
            headers,
            offset: String(offset),
            timestamp: '1767225600000',
            attributes: 0,
          };
          const line = lineOf(message);
          expect(line).not.toContain('\n');
          expect(messageOf(line)).toEqual({ key, value, headers, offset, timestamp: '1767225600000' });
        },
      ),
    );
  });
});

describe('documents behind one another', () => {
  it('come out whole, wherever the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 5, max: 60 })),
        fc.integer({ min: 1, max: 70 }),
        async (lengths, cut) => {
          const documents = lengths.map((length) => {
            const document = Buffer.alloc(length, length);
            document.writeInt32LE(length);
            return document;
          });
          const whole = Buffer.concat(documents);
          const found: Buffer[] = [];
          for await (const document of documentsIn(chunksOf(whole, cut))) found.push(Buffer.from(document));
          expect(found).toEqual(documents);
        },
      ),
    );
  });

  it('are refused when the last one is cut off, or they are something else', async () => {
    const cutOff = Buffer.from([9, 0, 0, 0, 1]);
    const read = async (content: Buffer): Promise<void> => {
      for await (const document of documentsIn(chunksOf(content, 3))) expect(document).toBeDefined();
    };
    await expect(read(cutOff)).rejects.toThrow('cut off');
    await expect(read(Buffer.alloc(8))).rejects.toThrow('no BSON');
  });
});

async function* chunksOf(whole: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}
