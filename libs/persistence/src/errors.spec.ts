import { MongoDriverError, MongoNetworkTimeoutError, MongoServerError } from 'mongodb';
import { isMongoDown } from './errors.ts';

const answered = (code: number, codeName: string): MongoServerError =>
  new MongoServerError({ code, codeName, errmsg: codeName });

/** As the driver's pool names it, which makes it alone. */
class NoConnectionFree extends MongoDriverError {
  override get name(): string {
    return 'MongoWaitQueueTimeoutError';
  }
}

describe('a failure that passes once MongoDB can work again', () => {
  it.each([
    ['silence', new MongoNetworkTimeoutError('connection 7 to 127.0.0.1:27017 timed out')],
    ['a full pool', new NoConnectionFree('Timed out while checking out a connection')],
    ['a primary that steps down', answered(189, 'PrimarySteppedDown')],
    ['one that is none any more', answered(10_107, 'NotWritablePrimary')],
    ['a server that shuts down', answered(91, 'ShutdownInProgress')],
    ['a server that has not caught up', answered(134, 'ReadConcernMajorityNotAvailableYet')],
  ])('is not held against the command: %s', (_what, error) => {
    expect(isMongoDown(error)).toBe(true);
  });

  it.each([
    ['a duplicate key', answered(11_000, 'DuplicateKey')],
    ['a wrong operator', answered(9, 'FailedToParse')],
    ['a document that is too large', answered(10_334, 'BSONObjectTooLarge')],
    ['a failure of the code', new TypeError('undefined is not a function')],
  ])('is none: %s', (_what, error) => {
    expect(isMongoDown(error)).toBe(false);
  });
});
