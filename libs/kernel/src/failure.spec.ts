import { NotFound } from './failure.ts';

describe('a thing that does not exist', () => {
  it.each([
    ['nope', 'There is no hold nope.'],
    ['', 'There is no hold without an id.'],
    ['x'.repeat(101), `There is no hold ${'x'.repeat(100)}….`],
  ])('is named as far as a sentence can', (id, message) => {
    expect(new NotFound('hold', id)).toMatchObject({ message, id });
  });
});
