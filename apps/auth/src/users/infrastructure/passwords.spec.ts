import { unwrap } from '#kernel';
import { Passwords } from './passwords.ts';

describe('passwords', () => {
  const passwords = new Passwords();

  it('are known again by their hash, and only they', async () => {
    const hashed = unwrap(await passwords.hash('correct horse'));
    expect(unwrap(await passwords.verify(hashed, 'correct horse'))).toBe(true);
    expect(unwrap(await passwords.verify(hashed, 'wrong horse'))).toBe(false);
    expect(unwrap(await passwords.verify(undefined, 'a password that nobody has'))).toBe(false);
  });

  it('in a rush are asked to come back, and served again afterwards', async () => {
    const rush = await Promise.all(Array.from({ length: 80 }, (_, i) => passwords.hash(`password ${i}`)));
    const refused = rush.filter((result) => !result.ok);
    expect(refused).toHaveLength(80 - 2 - 60);
    expect(refused[0]).toMatchObject({ failure: { code: 'RETRY_LATER' } });
    expect((await passwords.hash('after the rush')).ok).toBe(true);
  });
});
