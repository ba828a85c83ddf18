import {
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** Most levels of fields in each other. Introspection is not counted here: graphql-js bounds it by a rule of its own. */
export const MAX_DEPTH = 10;
/** Most aliased fields, each spread of a fragment counted. */
export const MAX_ALIASES = 15;

export interface OperationSize {
  readonly depth: number;
  readonly aliases: number;
}

const NOTHING: OperationSize = { depth: 0, aliases: 0 };

type FragmentOf = (name: string) => FragmentDefinitionNode | null | undefined;

/**
 * The size of an operation as it would be executed. Each fragment is measured once, however often it is spread, so a
 * hostile document costs no more than its length. A fragment that contains itself counts as nothing: graphql-js refuses
 * it anyway.
 */
export function sizeOf(operation: OperationDefinitionNode, fragmentOf: FragmentOf): OperationSize {
  const fragments = new Map<string, OperationSize>();

  function ofSelections({ selections }: SelectionSetNode): OperationSize {
    return selections
      .map(ofSelection)
      .reduce(
        (sum, size) => ({ depth: Math.max(sum.depth, size.depth), aliases: sum.aliases + size.aliases }),
        NOTHING,
      );
  }

  function ofSelection(selection: SelectionSetNode['selections'][number]): OperationSize {
    switch (selection.kind) {
      case Kind.FIELD:
        return ofField(selection);
      case Kind.INLINE_FRAGMENT:
        return ofSelections(selection.selectionSet);
      case Kind.FRAGMENT_SPREAD:
        return ofFragment(selection.name.value);
    }
  }

  function ofField({ name, alias, selectionSet }: FieldNode): OperationSize {
    const aliases = alias ? 1 : 0;
    if (!selectionSet || name.value.startsWith('__')) return { depth: 1, aliases };
    const inner = ofSelections(selectionSet);
    return { depth: inner.depth + 1, aliases: inner.aliases + aliases };
  }

  function ofFragment(name: string): OperationSize {
    const known = fragments.get(name);
    if (known) return known;
    fragments.set(name, NOTHING);
    const fragment = fragmentOf(name);
    const size = fragment ? ofSelections(fragment.selectionSet) : NOTHING;
    fragments.set(name, size);
    return size;
  }

  return ofSelections(operation.selectionSet);
}

/** A validation rule: refuses operations that are too deep or have too many aliases. */
export function operationSizeRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const { depth, aliases } = sizeOf(operation, (name) => context.getFragment(name));
      if (depth > MAX_DEPTH)
        context.reportError(tooLarge(`${depth} levels deep; at most ${MAX_DEPTH} are allowed`));
      if (aliases > MAX_ALIASES)
        context.reportError(tooLarge(`given ${aliases} aliases; at most ${MAX_ALIASES} are allowed`));
    },
  };
}

function tooLarge(how: string): GraphQLError {
  return new GraphQLError(`The operation is ${how}.`);
}
