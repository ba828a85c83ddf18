import * as documents from './support/documents.ts';
import { publicGraph, signUp } from './support/house.ts';

describe('a person', () => {
  it('signs up, out and in again, and stays who they are', async () => {
    const ada = await signUp();
    expect((await ada.graph.data(documents.CURRENT_USER)).currentUser).toEqual({
      id: ada.userId,
      email: ada.email,
      roles: ['ATTENDEE'],
    });
    await ada.graph.expect('SignedOut', documents.SIGN_OUT);
    expect((await ada.graph.data(documents.CURRENT_USER)).currentUser).toBeNull();
    const input = { email: ada.email.toUpperCase(), password: ada.password };
    const session = await publicGraph.expect('Session', documents.SIGN_IN, { input });
    expect(session.user.id).toBe(ada.userId);
  });

  it('gets new tokens for a refresh token, which is worthless after sign-out', async () => {
    const ada = await signUp();
    const renewed = await publicGraph.expect('Session', documents.REFRESH, {
      refreshToken: ada.refreshToken,
    });
    await publicGraph.as(renewed.accessToken).expect('SignedOut', documents.SIGN_OUT);
    await publicGraph.expect('SessionEnded', documents.REFRESH, { refreshToken: renewed.refreshToken });
  });

  it('is told with a stable code that their token is no good', async () => {
    const ada = await signUp();
    for (const token of [`${ada.token.slice(0, -4)}AAAA`, 'aaa.bbb.ccc']) {
      const answer = await publicGraph.as(token).ask(documents.CURRENT_USER);
      expect(answer.status).toBe(401);
      expect(answer.errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
    }
  });

  it('who organizes owns an organization', async () => {
    const organizer = await signUp('ORGANIZER');
    expect(organizer.organizationId).toEqual(expect.any(String));
    const { currentUser } = await organizer.graph.data(documents.CURRENT_USER);
    expect(currentUser.roles).toContain('ORGANIZER');
  });
});
