/* oxlint-disable typescript/no-explicit-any -- a test reads answers of any shape and asserts what is in them */
import type { MemberRole } from '#contracts';
import type { GraphClient } from '#testing';
import { FAILURE, FrontOffice, type Person } from './front-office.ts';

const ORGANIZATION = `... on Organization { id name members { nodes { role user { id } } } }`;
export const CREATE = `mutation ($input: CreateOrganizationInput!) { createOrganization(input: $input) {
  __typename ${ORGANIZATION} ${FAILURE} ... on LimitReached { limit max } } }`;
export const RENAME = `mutation ($input: RenameOrganizationInput!) { renameOrganization(input: $input) { __typename ${ORGANIZATION} ${FAILURE} } }`;
export const CHANGE_ROLE = `mutation ($input: ChangeMemberRoleInput!) { changeMemberRole(input: $input) { __typename ${ORGANIZATION} ${FAILURE} } }`;
export const REMOVE = `mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { __typename ${ORGANIZATION} ${FAILURE} } }`;
export const LEAVE = `mutation ($id: ID!) { leaveOrganization(organizationId: $id) { __typename ... on Failure { code } } }`;
export const INVITE = `mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { __typename ... on Invitation { id email role } ${FAILURE} } }`;
export const REVOKE = `mutation ($input: RevokeInvitationInput!) { revokeInvitation(input: $input) { __typename ${FAILURE} } }`;
export const ACCEPT = `mutation ($code: String!) { acceptInvitation(code: $code) { __typename ... on Membership { role organization { id } } ${FAILURE} } }`;
const LOOK = `query ($id: ID!, $first: Int, $after: String) { organization(id: $id) { name
  members(first: $first, after: $after) { nodes { role email user { id name email } } pageInfo { hasNextPage endCursor } }
  invitations { id email role } devices { nodes { id } } } }`;

/** An organization in a front office, seen by its owner. */
export class OrganizationDesk {
  private constructor(
    readonly office: FrontOffice,
    readonly owner: Person,
  ) {}

  static async open(office: FrontOffice): Promise<OrganizationDesk> {
    return new OrganizationDesk(office, await office.signUp('ORGANIZER'));
  }

  get organizationId(): string {
    return this.owner.organizationId;
  }

  /** The code of the `count`th invitation to an address. */
  async invite(email: string, role: MemberRole, count = 1): Promise<string> {
    const input = { organizationId: this.organizationId, email, role };
    await this.owner.graph.expect('Invitation', INVITE, { input });
    return (await this.office.mailTo(email, 'invites you', count)).code;
  }

  /** A new person who has accepted an invitation. */
  async join(role: MemberRole): Promise<Person> {
    const person = await this.office.signUp();
    await person.graph.expect('Membership', ACCEPT, { code: await this.invite(person.email, role) });
    return person;
  }

  async look(graph: GraphClient, more: object = {}): Promise<any> {
    return (await graph.data(LOOK, { id: this.organizationId, ...more })).organization;
  }

  /** Role by user id. */
  async roles(): Promise<Record<string, string>> {
    const { members } = await this.look(this.owner.graph, { first: 100 });
    return Object.fromEntries(members.nodes.map((member: any) => [member.user.id, member.role]));
  }

  /** The document as it is stored. */
  stored(): Promise<any> {
    return this.office.service.db
      .collection<{ _id: string }>('organizations')
      .findOne({ _id: this.organizationId });
  }
}
