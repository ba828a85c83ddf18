import fc from 'fast-check';
import { isSameReading, type Reading, scanIdOf, scanInput, scanOf } from './scan.ts';

const reading: Reading = {
  eventId: 'EVENT',
  deviceId: 'door-1',
  nonce: 'nonce-0001',
  lane: 'A',
  direction: 'ENTRY',
  payload: 'a code',
  scannedAt: new Date('2027-03-01T19:00:00Z'),
  scannedBy: 'staff',
};

describe('a scan', () => {
  it('has one id for one event, device and nonce, however their texts are cut', () => {
    const part = fc.string({ minLength: 1, maxLength: 12 });
    const key = fc.record({ eventId: part, deviceId: part, nonce: part });
    fc.assert(
      fc.property(key, key, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        expect(scanIdOf(one) === scanIdOf(other)).toBe(same);
      }),
    );
    expect(scanIdOf({ ...reading, deviceId: 'a:b', nonce: 'c' })).not.toBe(
      scanIdOf({ ...reading, deviceId: 'a', nonce: 'b:c' }),
    );
  });

  it('does not keep the code', () => {
    expect(JSON.stringify(scanOf(reading, 'house', 'TICKET'))).not.toContain(reading.payload);
  });

  it.each([
    ['code', { payload: 'another code' }, false],
    ['lane', { lane: 'B' }, false],
    ['direction', { direction: 'EXIT' as const }, false],
    ['time', { scannedAt: new Date('2027-03-01T19:00:01Z') }, true],
  ])('with another %s under the same nonce is the same reading: %o → %s', (_, change, same) => {
    const one = scanOf(reading, 'house', undefined);
    expect(isSameReading(one, scanOf({ ...reading, ...change }, 'house', undefined))).toBe(same);
  });
});

describe('the input of a scan', () => {
  const input = { eventId: 'EVENT', payload: 'x', lane: ' A ', deviceId: 'd', nonce: '12345678' };

  it('is an entry unless it says otherwise', () => {
    expect(scanInput.parse(input)).toMatchObject({ direction: 'ENTRY', lane: 'A' });
    expect(scanInput.parse({ ...input, direction: null })).toMatchObject({ direction: 'ENTRY' });
  });

  it.each([
    ['payload', ''],
    ['payload', 'x'.repeat(401)],
    ['lane', '  '],
    ['lane', 'x'.repeat(41)],
    ['deviceId', ''],
    ['deviceId', 'x'.repeat(101)],
    ['nonce', '1234567'],
    ['nonce', 'x'.repeat(101)],
    ['eventId', ''],
  ])('is refused when %s is %j', (field, value) => {
    const parsed = scanInput.safeParse({ ...input, [field]: value });
    expect(parsed.error?.issues[0]?.path).toEqual([field]);
  });
});
