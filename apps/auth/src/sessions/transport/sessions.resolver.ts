import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { type Answer, answer, type GraphContext } from '#graphql';
import { SignIn } from '../../users/application/sign-in.ts';
import { SignUp } from '../../users/application/sign-up.ts';
import type { OpenedSession } from '../application/open-session.ts';
import { RefreshSession } from '../application/refresh-session.ts';
import { SignOut } from '../application/sign-out.ts';

@Resolver()
export class SessionsResolver {
  constructor(
    private readonly signUpCase: SignUp,
    private readonly signInCase: SignIn,
    private readonly refreshCase: RefreshSession,
    private readonly signOutCase: SignOut,
  ) {}

  @Mutation()
  async signUp(@Args('input') input: unknown): Promise<Answer> {
    return answer('Session', await this.signUpCase.execute(input), toGraph);
  }

  @Mutation()
  async signIn(@Args('input') input: unknown): Promise<Answer> {
    return answer('Session', await this.signInCase.execute(input), toGraph);
  }

  @Mutation()
  async refreshSession(@Args('refreshToken') refreshToken: string): Promise<Answer> {
    return answer('Session', await this.refreshCase.execute(refreshToken), toGraph);
  }

  @Mutation()
  async signOut(@Context() { viewer }: GraphContext): Promise<Answer> {
    return answer('SignedOut', await this.signOutCase.execute(viewer), (ended) => ended);
  }
}

function toGraph(session: OpenedSession): object {
  return { ...session, user: { ...session.user, isOwnAnswer: true } };
}
