const FAILURE = `... on Failure { code message }`;
const INVALID = `... on InvalidInput { field }`;
const SECTION = `sectionId name group seats sellable accessible`;
const PLAN = `id name status version organization { id } venue { id name } seats sellable accessible
  sections { ${SECTION} } createdAt publishedAt`;
const answerOf = (field: string, failures: string): string => `${field} { __typename
  ... on SeatingPlan { ${PLAN} } ${FAILURE} ${failures} }`;

export const CREATE_PLAN = `mutation ($input: CreateSeatingPlanInput!) {
  ${answerOf('createSeatingPlan(input: $input)', INVALID)} }`;
export const GENERATE_PLAN = `mutation ($input: GenerateSeatingPlanInput!) {
  ${answerOf('generateSeatingPlan(input: $input)', INVALID)} }`;
export const UPDATE_PLAN = `mutation ($id: ID!, $input: UpdateSeatingPlanInput!) {
  ${answerOf('updateSeatingPlan(id: $id, input: $input)', `${INVALID} ... on WrongState { currentState }`)} }`;
export const PUBLISH_PLAN = `mutation ($id: ID!) { ${answerOf('publishSeatingPlan(id: $id)', '')} }`;
export const PLAN_BY_ID = `query ($id: ID!) { seatingPlan(id: $id) { ${PLAN} document } }`;
export const DRAWING = `query ($id: ID!, $sectionIds: [ID!]!) { seatingPlan(id: $id) {
  stage { x y width depth } bounds { minX minY maxX maxY }
  section(sectionId: "stalls") { ${SECTION} outline rows { label seats distance } }
  seatMap(sectionIds: $sectionIds) { sectionId ids x y accessible companion blocked } } }`;
export const PLANS_OF_VENUE = `query ($id: ID!, $first: Int, $after: String) { venue(id: $id) {
  seatingPlans(first: $first, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } } } }`;
export const UPDATE_VENUE = `mutation ($id: ID!, $input: UpdateVenueInput!) { updateVenue(id: $id, input: $input) {
  __typename ... on Venue { id name address city latitude longitude capacity } ${FAILURE} ${INVALID} } }`;

/** Two short rows before a stage, the second curved, with an aisle. */
export const smallHall = {
  stage: { x: 0, y: 0, width: 6, depth: 4 },
  bounds: { minX: -10, minY: -5, maxX: 10, maxY: 15 },
  sections: [
    {
      id: 'stalls',
      name: 'Stalls',
      x: 0,
      y: 5,
      rows: [
        {
          label: 'A',
          x: -1,
          y: 0,
          runs: [
            { first: 5, count: 3, step: -2 },
            { first: 2, count: 2, step: 2, gap: 1 },
          ],
        },
        {
          label: 'B',
          x: -1,
          y: 1,
          heading: 10,
          radius: -6,
          runs: [{ first: 1, count: 4 }],
          accessible: [1],
          companion: [2],
          blocked: [4],
        },
      ],
    },
  ],
};
