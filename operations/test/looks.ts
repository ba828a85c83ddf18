import { INVARIANTS } from '../verify/invariants/index.ts';
import { asJson, asText } from '../verify/report.ts';
import { isClean, type Verification, verify } from '../verify/verify.ts';
import type { Plant } from './plants/ground.ts';
import { SoundHouse } from './sound-house.ts';

/** The sound house of a spec: open while its tests run, and furnished anew after each. */
export function useSoundHouse(): () => SoundHouse {
  let sound: SoundHouse | undefined;
  beforeAll(async () => {
    sound = await SoundHouse.open();
  }, 60_000);
  afterEach(() => sound?.furnish());
  afterAll(() => sound?.close());
  return () => {
    if (!sound) throw new Error('the sound house is not open: it opens before the first test');
    return sound;
  };
}

/** Looks at these invariants (at all without a name), twice within moments. */
export const lookFor = ({ house }: SoundHouse, ...names: readonly string[]): Promise<Verification> =>
  verify(
    house,
    INVARIANTS.filter(({ name }) => names.length === 0 || names.includes(name)),
    { waitMs: 0, secondLookAfterMs: 50 },
  );

/** Plants each violation in the sound house, and sees it found and told. */
export function itFinds(sound: () => SoundHouse, plants: readonly Plant[]): void {
  it.each(plants)('finds %s (%s)', async (_, invariant, plant, told) => {
    await plant();
    const verification = await lookFor(sound(), invariant);
    expect(asText(verification)).toMatch(told);
    expect(isClean(verification)).toBe(false);
    expect(JSON.parse(asJson(verification))).toMatchObject({ clean: false });
  });
}
