import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import assert from "node:assert/strict"
import type { Deviation } from "../../contract-tests/client/mod.ts"
import { ClientChecks } from "../../contract-tests/client/mod.ts"
import type { CheckResult } from "../../contract-tests/engine/Report.ts"
import * as OpenApi from "../../contract-tests/openapi/OpenApi.ts"
import recorded from "../../contract-tests/seam/contract/openapi.json" with { type: "json" }
import { where } from "../../contract-tests/seam/document.ts"
import { deviations as ours } from "../../contract-tests/seam/mod.ts"
import { ourClient } from "./ourClient.ts"

const read = (path: string): string => Deno.readTextFileSync(new URL(path, import.meta.url))

/** The members of an object type that carry `@deprecated`. */
const deprecatedMembers = (source: string, name: string): ReadonlyArray<string> => {
  const body = new RegExp(`^export (?:interface ${name}|type ${name} =) \\{\n([\\s\\S]*?)^\\}`, "m").exec(source)?.[1]
  assert(body !== undefined, `type ${name} not found`)
  return [...body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)/g)]
    .filter(([, comment = ""]) => comment.includes("@deprecated"))
    .map(([, , member = ""]) => member)
}

const sessionSource = read("../../src/ClientSession.ts")
const deprecatedFields = deprecatedMembers(sessionSource, "ClientSession")

Deno.test("ourClient names what the source marks as deprecated", () => {
  assert.deepEqual(ourClient.deprecated, [
    ...deprecatedFields.map((name) => `client_sessions[].${name}`),
    ...deprecatedMembers(read("../../src/ListFilter.ts"), "ListFilter")
  ])
})

const run = (
  client: ClientChecks.ClientUnderTest,
  deviations: ReadonlyArray<Deviation> = ours,
  document: unknown = recorded
): Promise<ReadonlyArray<CheckResult>> =>
  Effect.runPromise(ClientChecks.check(client, Result.getOrThrow(OpenApi.read(document, where)), deviations))

/** The names of the checks that did not pass. */
const notPassed = (results: ReadonlyArray<CheckResult>): ReadonlyArray<string> =>
  results.filter(({ outcome }) => outcome !== "passed").map(({ name }) => name)

Deno.test("check() finds our client to be what the contract says, but for the listed deviations", async () => {
  const results = await run(ourClient)
  assert.deepEqual(results.flatMap(({ failure, name }) => failure === undefined ? [] : [{ name, ...failure }]), [])
  assert.deepEqual(notPassed(results), [])
  for (const { bites, cases, name } of results) assert(bites > 0 && bites <= cases, name)
})

Deno.test("check() has every name of its catalogue once, with a sentence", async () => {
  const results = await run(ourClient)
  assert.deepEqual(results.map(({ name }) => name), ClientChecks.catalogue.map(({ name }) => name))
  assert.equal(new Set(results.map(({ name }) => name)).size, results.length)
  for (const { kind, name, sentence } of ClientChecks.catalogue) {
    assert.equal(kind, "spec")
    assert.match(name, /^spec_[a-z_]+$/)
    assert.match(sentence, /^[A-Z].*\.$/)
  }
})

Deno.test("ClientSession and its schema mark the same fields as deprecated", () => {
  assert.deepEqual(deprecatedMembers(sessionSource, "ClientSessionFields"), deprecatedFields)
  assert.notEqual(deprecatedFields.length, 0)
})

const checkOf = (deviation: Deviation): string => {
  const plurals = { name: "names", type: "types", format: "formats", value: "values" } as const
  const { aspect, side } = deviation
  return `spec_${side}_${
    aspect === "name" || aspect === "type" || aspect === "format" || aspect === "value" ? plurals[aspect] : aspect
  }`
}

Deno.test("check() needs every one of the listed deviations", async (test) => {
  for (const deviation of ours) {
    await test.step(`${deviation.side} ${deviation.field}: ${deviation.aspect}`, async () => {
      const results = await run(ourClient, ours.filter((other) => other !== deviation))
      assert.deepEqual(notPassed(results), [checkOf(deviation)])
      const failure = results.find(({ name }) => name === checkOf(deviation))?.failure
      assert(String(failure?.counterexample).includes(deviation.field), String(failure?.counterexample))
    })
  }
})

Deno.test("check() fails on a deviation that the client doesn't have", async () => {
  const needless: ReadonlyArray<Deviation> = [
    {
      side: "response",
      field: "client_sessions[].token",
      aspect: "required",
      effect: "accepts more",
      instead: "may be missing",
      because: "",
      section: ""
    },
    {
      side: "response",
      field: "client_sessions[].user_identity_ids",
      aspect: "required",
      effect: "accepts less",
      instead: "the other way round",
      because: "",
      section: ""
    },
    {
      side: "request",
      field: "no_such_filter",
      aspect: "limits",
      effect: "accepts less",
      instead: "is about nothing",
      because: "",
      section: ""
    }
  ]
  for (const deviation of needless) {
    const results = await run(ourClient, [...ours, deviation])
    assert.deepEqual(notPassed(results), ["spec_deviations_needed"])
    const failure = results.find(({ outcome }) => outcome === "failed")?.failure
    assert(String(failure?.counterexample).includes(deviation.field), String(failure?.counterexample))
  }
})

/** A body or filter as our client would take it, after something was done to its first session. */
const withSession = (body: unknown, to: (session: Record<string, unknown>) => Record<string, unknown>): unknown =>
  Predicate.isObject(body) && Array.isArray(body.client_sessions)
    ? {
      ...body,
      client_sessions: body.client_sessions.map((session: unknown) =>
        Predicate.isObject(session) ? to({ ...session }) : session
      )
    }
    : body

const sessionsSeen = (
  to: (session: Record<string, unknown>) => Record<string, unknown>
): ClientChecks.ClientUnderTest => ({
  ...ourClient,
  decode: (body) =>
    Effect.map(
      ourClient.decode(body),
      (sessions) => sessions.map((session) => to(Object.fromEntries(Object.entries(Object(session)))))
    )
})

const bodiesTaken = (
  to: (session: Record<string, unknown>) => Record<string, unknown>
): ClientChecks.ClientUnderTest => ({
  ...ourClient,
  decode: (body) => ourClient.decode(withSession(body, to))
})

const filtersSent = (encode: ClientChecks.ClientUnderTest["encode"]): ClientChecks.ClientUnderTest => ({
  ...ourClient,
  encode
})

const without = (key: string) => ({ [key]: _, ...rest }: Record<string, unknown>) => rest

const entriesOf = (filter: unknown): Record<string, unknown> => Object.fromEntries(Object.entries(Object(filter)))

/** Clients that are wrong in one way, and the checks that must say so. */
const broken: ReadonlyArray<readonly [string, ClientChecks.ClientUnderTest, ReadonlyArray<string>]> = [
  ["loses a field", sessionsSeen(without("customer_key")), ["spec_response_names", "spec_response_values"]],
  [
    "does without a field that is required",
    bodiesTaken((session) => ({ workspace_id: "w", ...session })),
    ["spec_response_required"]
  ],
  [
    "insists on a field that is optional",
    {
      ...ourClient,
      decode: (body) => JSON.stringify(body).includes("customer_key") ? ourClient.decode(body) : Effect.fail("")
    },
    ["spec_response_required", "spec_response_examples"]
  ],
  [
    "takes null for a workspace",
    bodiesTaken((session) => session.workspace_id === null ? { ...session, workspace_id: "none" } : session),
    ["spec_response_nullable"]
  ],
  [
    "refuses sessions without a user",
    bodiesTaken((session) => ({ ...session, user_identifier_key: session.user_identifier_key ?? 0 })),
    ["spec_response_nullable"]
  ],
  [
    "takes a number for text",
    bodiesTaken((session) => ({ ...session, token: typeof session.token === "number" ? "1" : session.token })),
    ["spec_response_types"]
  ],
  [
    "takes a date without time",
    bodiesTaken((session) => ({
      ...session,
      created_at: session.created_at === "2025-06-18" ? "2025-06-18T00:00:00Z" : session.created_at
    })),
    ["spec_response_formats"]
  ],
  [
    "refuses a leap second",
    bodiesTaken((session) => ({ ...session, expires_at: String(session.expires_at).replace(":60Z", "") })),
    // Whatever is no text becomes text here, and is refused as before.
    ["spec_response_formats"]
  ],
  [
    "refuses an empty key",
    bodiesTaken((session) => ({ ...session, user_identifier_key: session.user_identifier_key || 0 })),
    ["spec_response_nullable", "spec_response_limits"]
  ],
  [
    "changes a value",
    sessionsSeen((session) => ({ ...session, user_identifier_key: "TEXT" })),
    ["spec_response_values"]
  ],
  [
    "shows what it was not told of",
    {
      ...ourClient,
      decode: (body) =>
        Effect.map(ourClient.decode(body), (sessions) =>
          sessions.map((session, index) => {
            const raw = Predicate.isObject(body) && Array.isArray(body.client_sessions)
              ? body.client_sessions[index]
              : {}
            return { ...Object(raw), ...Object(session) }
          }))
    },
    ["spec_response_undeclared"]
  ],
  [
    "refuses what it was not told of",
    {
      ...ourClient,
      decode: (body) => JSON.stringify(body).includes("not_in_") ? Effect.fail("") : ourClient.decode(body)
    },
    ["spec_response_undeclared"]
  ],
  ["marks nothing as deprecated", { ...ourClient, deprecated: [] }, ["spec_response_deprecated"]],
  [
    "marks a filter as deprecated",
    { ...ourClient, deprecated: [...ourClient.deprecated ?? [], "user_identity_id"] },
    ["spec_request_deprecated"]
  ],
  ["dies", { ...ourClient, decode: () => Effect.die("") }, [
    "spec_response_names",
    "spec_response_required",
    "spec_response_nullable",
    "spec_response_types",
    "spec_response_formats",
    "spec_response_limits",
    "spec_response_values",
    "spec_response_undeclared",
    "spec_response_examples",
    "spec_deviations_needed"
  ]],
  [
    "sends another name",
    filtersSent((filter) =>
      Effect.map(ourClient.encode(filter), (body) => {
        const { user_identity_id, ...rest } = entriesOf(body)
        return user_identity_id === undefined ? body : { ...rest, user_identity: user_identity_id }
      })
    ),
    ["spec_request_names", "spec_request_values"]
  ],
  [
    "drops a filter",
    filtersSent((filter) =>
      Effect.map(ourClient.encode(filter), (body) => without("connect_webview_id")(entriesOf(body)))
    ),
    ["spec_request_names", "spec_request_values"]
  ],
  [
    "sends more than it was given",
    filtersSent((filter) => Effect.map(ourClient.encode(filter), (body) => ({ ...entriesOf(body), limit: 10 }))),
    ["spec_request_values"]
  ],
  [
    "insists on a filter",
    filtersSent((filter) => Object.keys(Object(filter)).length === 0 ? Effect.fail("") : ourClient.encode(filter)),
    ["spec_request_required", "spec_request_types"]
  ],
  [
    "reads null as no filter",
    filtersSent((filter) =>
      Predicate.isObject(filter)
        ? ourClient.encode(Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null)))
        : ourClient.encode(filter)
    ),
    ["spec_request_nullable"]
  ],
  [
    "reads text as a boolean",
    filtersSent((filter) =>
      entriesOf(filter).without_user_identifier_key === "text"
        ? ourClient.encode({ without_user_identifier_key: true })
        : ourClient.encode(filter)
    ),
    ["spec_request_types"]
  ],
  [
    "insists on UUIDs",
    filtersSent((filter) =>
      entriesOf(filter).client_session_id === "cst1" ? Effect.fail("") : ourClient.encode(filter)
    ),
    ["spec_request_formats"]
  ],
  [
    "refuses long keys",
    filtersSent((filter) => JSON.stringify(filter ?? null).length > 1000 ? Effect.fail("") : ourClient.encode(filter)),
    ["spec_request_limits"]
  ],
  [
    "sends what the contract doesn't know",
    filtersSent((filter) => {
      const { not_in_the_contract, ...rest } = entriesOf(filter)
      return not_in_the_contract === undefined
        ? ourClient.encode(filter)
        : Effect.map(ourClient.encode(rest), (body) => ({ ...entriesOf(body), not_in_the_contract }))
    }),
    ["spec_request_undeclared"]
  ]
]

Deno.test("check() finds each way in which a client can be wrong, by the check that is meant to", async (test) => {
  for (const [name, subject, checks] of broken) {
    await test.step(`a client that ${name}`, async () => {
      assert.deepEqual(notPassed(await run(subject)), checks)
    })
  }
  await test.step("every check but the one about deviations is among them", async () => {
    const caught = new Set(broken.flatMap(([, , checks]) => checks))
    assert.deepEqual((await run(ourClient)).map(({ name }) => name).filter((name) => !caught.has(name)), [])
  })
})

Deno.test("check() skips what a client doesn't tell, and says so", async () => {
  const { deprecated: _, ...untold } = ourClient
  const results = await run(untold)
  assert.deepEqual(notPassed(results), ["spec_response_deprecated", "spec_request_deprecated"])
  assert.deepEqual(results.filter(({ outcome }) => outcome === "skipped").length, 2)
})

/** The recorded contract with another session schema. */
const withProperty = (name: string, property: object): unknown => {
  const { client_session } = recorded.components.schemas
  return {
    ...recorded,
    components: {
      ...recorded.components,
      schemas: { client_session: { ...client_session, properties: { ...client_session.properties, [name]: property } } }
    }
  }
}

Deno.test("check() judges by the contract it is given: a new field there is asked for", async () => {
  const results = await run(ourClient, ours, withProperty("nickname", { type: "string" }))
  assert.deepEqual(notPassed(results), [
    "spec_response_names",
    "spec_response_nullable",
    "spec_response_types",
    "spec_response_values"
  ])
})

Deno.test("check() does not pass over a format that it has no values for", async () => {
  const results = await run(
    ourClient,
    ours,
    withProperty("customer_key", { type: "string", format: "email" })
  )
  assert(notPassed(results).includes("spec_response_formats"))
})

Deno.test("the deviations of ours name headings that the contract's README has", () => {
  const headings = new Set(
    [...read("../../contract-tests/seam/contract/README.md").matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading)
  )
  for (const { field, section } of ours) assert(headings.has(section), `${field}: ${section}`)
})
