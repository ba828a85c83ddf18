import { getOperationAST, parse } from 'graphql';
import { operationLabel } from './operation-metrics.ts';

const labelOf = (document: string): string => operationLabel(getOperationAST(parse(document)) ?? undefined);

describe('the label of an operation', () => {
  it('is its first root field, whatever the client calls the operation or the field', () => {
    expect(labelOf('query MadeUpByTheClient { mine: currentUser { id } orders { nodes { id } } }')).toBe(
      'currentUser',
    );
    expect(labelOf('mutation { pay { __typename } }')).toBe('pay');
  });

  it('tells the joins of different types apart', () => {
    expect(labelOf('query ($r: [_Any!]!) { _entities(representations: $r) { ... on Event { id } } }')).toBe(
      '_entities Event',
    );
  });

  it('is one of two words for what has no root field of its own', () => {
    expect(labelOf('{ ...Fields } fragment Fields on Query { currentUser { id } }')).toBe('other');
    expect(operationLabel(undefined)).toBe('invalid');
  });
});
