import fc from 'fast-check';
import { avif, jpeg, png, webp } from '../../../test/sample-images.ts';
import { IMAGE_TYPES, type ImageType } from './event-image.ts';
import { dimensionsOf, imageTypeOf } from './image-format.ts';
import { inspect, MAX_SIDE } from './uploaded-image.ts';

const SAMPLES: [string, ImageType, (width: number, height: number) => Buffer][] = [
  ['a PNG', 'image/png', (width, height) => png(Math.min(width, 40), Math.min(height, 40))],
  ['a JPEG', 'image/jpeg', (width, height) => jpeg(width, height)],
  ['a JPEG with much metadata', 'image/jpeg', (width, height) => jpeg(width, height, 60_000)],
  ['a lossy WebP', 'image/webp', (width, height) => webp('VP8 ', width, height)],
  ['a lossless WebP', 'image/webp', (width, height) => webp('VP8L', width, height)],
  ['an extended WebP', 'image/webp', (width, height) => webp('VP8X', width, height)],
  ['an AVIF', 'image/avif', (width, height) => avif(width, height)],
];

describe.each(SAMPLES)('%s', (name, type, make) => {
  it('is known by its bytes, with its dimensions', () => {
    const side = fc.integer({ min: 1, max: name === 'a PNG' ? 40 : 6_000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const file = make(width, height);
        expect(imageTypeOf(file)).toBe(type);
        expect(dimensionsOf(type, file)).toEqual({ width, height });
      }),
      { numRuns: 30 },
    );
  });

  it('that is cut off anywhere is refused or read, and never an error', () => {
    const file = make(30, 20);
    for (let length = 0; length < Math.min(file.length, 200); length++) {
      const inspected = inspect(file.subarray(0, length), type);
      if (inspected.ok) expect(inspected.value).toEqual({ contentType: type, width: 30, height: 20 });
      else expect(['UNSUPPORTED_IMAGE', 'UNUSABLE_IMAGE']).toContain(inspected.failure.code);
    }
  });
});

it('no bytes at all make the reading fail', () => {
  const signatures = SAMPLES.map(([, , make]) => make(9, 9).subarray(0, 40));
  fc.assert(
    fc.property(fc.constantFrom(...signatures), fc.uint8Array({ maxLength: 400 }), (signature, rest) => {
      const bytes = Buffer.concat([signature, rest]);
      const type = imageTypeOf(bytes);
      expect(IMAGE_TYPES).toContain(type);
      expect(() => dimensionsOf(type!, bytes)).not.toThrow();
    }),
  );
});

it.each([
  ['HTML', Buffer.from('<!doctype html><script>alert(1)</script>'), 'UNSUPPORTED_IMAGE'],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'UNSUPPORTED_IMAGE'],
  ['a GIF', Buffer.from('GIF89a\u0001\0\u0001\0'), 'UNSUPPORTED_IMAGE'],
  ['another type than announced', png(2, 2), 'UNSUPPORTED_IMAGE'],
  ['too long a side', jpeg(MAX_SIDE + 1, 10), 'UNUSABLE_IMAGE'],
  ['too large an area', jpeg(MAX_SIDE, MAX_SIDE), 'UNUSABLE_IMAGE'],
  ['no width', jpeg(0, 10), 'UNUSABLE_IMAGE'],
])('refuses %s', (_, file, code) => {
  const inspected = inspect(file, 'image/jpeg');
  expect(inspected.ok || inspected.failure.code).toBe(code);
});
