/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
export interface GraphAnswer {
  readonly data: any;
  readonly errors?: readonly {
    message: string;
    path?: (string | number)[];
    extensions?: Record<string, unknown>;
  }[];
  readonly status: number;
  readonly headers: Headers;
}

/** A frontend's view of a graph: one endpoint, documents, variables, a token. */
export class GraphClient {
  constructor(
    readonly endpoint: string,
    private readonly token?: string,
  ) {}

  as(token: string | undefined): GraphClient {
    return new GraphClient(this.endpoint, token);
  }

  async ask(
    query: string,
    variables: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ): Promise<GraphAnswer> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as Omit<GraphAnswer, 'status' | 'headers'>;
    return { ...body, status: response.status, headers: response.headers };
  }

  /** The answer's data. @throws when there are GraphQL errors. */
  async data(query: string, variables: Record<string, unknown> = {}): Promise<any> {
    const { data, errors } = await this.ask(query, variables);
    if (errors) throw new Error(`unexpected GraphQL errors: ${JSON.stringify(errors)}`);
    return data;
  }

  /** The one root field of a mutation, which must have answered with `typeName`. */
  async expect(typeName: string, query: string, variables: Record<string, unknown> = {}): Promise<any> {
    const [result] = Object.values(await this.data(query, variables)) as any[];
    if (result?.__typename !== typeName)
      throw new Error(`expected ${typeName}, got ${JSON.stringify(result)}`);
    return result;
  }
}
