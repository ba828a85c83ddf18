import { Failure, fail, InvalidInput, money, NotPermitted, ok } from '#kernel';
import { answer, failureError } from './answer.ts';

class TooDear extends Failure {
  readonly code = 'TOO_DEAR';
  readonly price = money(1_050, 'EUR');

  constructor(readonly since: Date) {
    super('It costs more now.');
  }
}

describe('the answer to a mutation', () => {
  it('is the value as its type', () => {
    expect(answer('Hold', ok({ id: 'h1' }), ({ id }) => ({ id }))).toEqual({ __typename: 'Hold', id: 'h1' });
  });

  it('is the failure as the type that its code names, with money as the schema has it', () => {
    const since = new Date(0);
    expect(answer('Hold', fail(new TooDear(since)), () => ({}))).toEqual({
      __typename: 'TooDear',
      code: 'TOO_DEAR',
      message: 'It costs more now.',
      price: { amount: 1_050, currency: 'EUR', formatted: 'EUR 10.50' },
      since,
    });
  });
});

describe('a failure where there is no union', () => {
  it('is an error with its code, and the field if there is one', () => {
    expect(failureError(new NotPermitted('Not for you.'))).toMatchObject({
      message: 'Not for you.',
      extensions: { code: 'NOT_PERMITTED' },
    });
    const { extensions } = failureError(new InvalidInput('first', 'first: must be at least 1'));
    expect(extensions).toEqual({ code: 'INVALID_INPUT', field: 'first' });
  });
});
