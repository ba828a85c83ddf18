import { INVARIANTS } from '../verify/invariants/index.ts';
import { asJson, asText } from '../verify/report.ts';
import { isClean, type Verification, verify } from '../verify/verify.ts';
import type { Plant } from './plants/ground.ts';
import type { SoundHouse } from './sound-house.ts';

/** Looks at these invariants (at all without a name), twice within moments. */
export const lookFor = ({ house }: SoundHouse, ...names: readonly string[]): Promise<Verification> =>
  verify(
    house,
    INVARIANTS.filter(({ name }) => names.length === 0 || names.includes(name)),
    { waitMs: 0, secondLookAfterMs: 50 },
  );

/** Plants each violation in the sound house, which is furnished anew after each test, and sees it found and told. */
export function itFinds(sound: () => SoundHouse, plants: readonly Plant[]): void {
  it.each(plants)('finds %s (%s)', async (_, invariant, plant, told) => {
    await plant();
    const verification = await lookFor(sound(), invariant);
    expect(asText(verification)).toMatch(told);
    expect(isClean(verification)).toBe(false);
    expect(JSON.parse(asJson(verification))).toMatchObject({ clean: false });
  });
}
