import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import assert from "node:assert/strict"
import * as OpenApi from "../openapi/OpenApi.ts"
import * as Schema from "../openapi/Schema.ts"
import * as ClientChecks from "./ClientChecks.ts"

const todo = {
  type: "object",
  required: ["id", "state", "title"],
  properties: {
    id: { type: "integer", minimum: 1 },
    state: { type: "string", enum: ["open", "done"] },
    title: { type: "string", minLength: 1, maxLength: 80 },
    code: { type: "string", pattern: "^[A-Z]{3}$", example: "ABC" },
    due: { type: "string", format: "date", nullable: true },
    effort: { type: "number", nullable: true, enum: [1, 2, 3] },
    tags: { type: "array", items: { type: "string" } }
  }
}

const document = (item: object): OpenApi.OpenApiOperation =>
  Result.getOrThrow(OpenApi.read({
    openapi: "3.0.3",
    paths: {
      "/todos": {
        get: {
          parameters: [
            { name: "state", in: "query", schema: { type: "string", enum: ["open", "done"] } },
            { name: "owner", in: "query", required: true, schema: { type: "string" } }
          ],
          responses: { 200: { content: { "application/json": { schema: { type: "array", items: item } } } } }
        }
      }
    }
  }, { path: "/todos", items: "", method: "GET" }))

const todos = document(todo)

const { validate } = Schema.validator(todos.response)

const isFilter = (filter: unknown): boolean =>
  Schema.validator({
    type: "object",
    required: ["owner"],
    properties: { owner: { type: "string" }, state: { enum: ["open", "done"] } },
    additionalProperties: false
  }).validate(filter).length === 0

/** A client that does exactly what the document says, and shows what it declares. */
const exact: ClientChecks.ClientUnderTest = {
  decode: (body) =>
    Array.isArray(body) && validate(body).length === 0
      ? Effect.succeed(
        body.map((item) => Object.fromEntries(Object.entries(Object(item)).filter(([name]) => name in todo.properties)))
      )
      : Effect.fail("not the document's"),
  encode: (filter) => isFilter(filter) ? Effect.succeed(filter) : Effect.fail("no filter"),
  deprecated: []
}

const outcomes = async (
  client: ClientChecks.ClientUnderTest,
  operation: OpenApi.OpenApiOperation = todos
): Promise<{ readonly [name: string]: string }> =>
  Object.fromEntries(
    (await Effect.runPromise(ClientChecks.check(client, operation))).map(({ failure, name, outcome }) => [
      name,
      failure === undefined ? outcome : `${failure.counterexample} expected ${failure.expected} seen ${failure.seen}`
    ])
  )

Deno.test("check() finds nothing wrong with a client of any list that does what the document says", async () => {
  const { spec_deviations_needed, spec_response_examples, spec_request_formats, ...others } = await outcomes(exact)
  assert.deepEqual([spec_deviations_needed, spec_response_examples], ["vacuous", "vacuous"])
  assert.equal(spec_request_formats, "passed")
  for (const [name, outcome] of Object.entries(others)) assert.equal(outcome, "passed", name)
})

for (
  const [what, field, loose] of [
    ["a bound", "[].id", { id: { type: "integer" } }],
    ["an enum", "[].state", { state: { type: "string" } }],
    ["a length", "[].title", { title: { type: "string" } }]
  ] as const
) {
  Deno.test(`check() finds a client that doesn't know of ${what}`, async () => {
    const { validate } = Schema.validator(document({ ...todo, properties: { ...todo.properties, ...loose } }).response)
    const careless = {
      ...exact,
      decode: (body: unknown) =>
        Array.isArray(body) && validate(body).length === 0 ? Effect.succeed(body) : Effect.fail("no")
    }
    assert.match(
      (await outcomes(careless))["spec_response_limits"] ?? "",
      new RegExp(`^.*${field.replace("[]", "\\[\\]")} is`)
    )
  })
}

Deno.test("check() tells a limit that it has no values for", async () => {
  const unique = document({ ...todo, properties: { ...todo.properties, tags: { type: "array", uniqueItems: true } } })
  assert.equal(
    (await outcomes(exact, unique))["spec_response_limits"],
    "[].tags has uniqueItems expected a limit that these checks know seen unknown"
  )
})
