/**
 * The client against every mutant and every fault: no defect, the right failure class, no secret out; and with `verify`
 * on, no session outside the filter as a success.
 *
 * What is right is said by the recorded schema, the oracle and the status: nothing here asks the client's own code.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import fc from "fast-check"
import assert from "node:assert/strict"
import * as Labs from "../../contract-tests/engine/Lab.ts"
import * as Cases from "../../contract-tests/laws/cases.ts"
import type { JsonSchema } from "../../contract-tests/openapi/Schema.ts"
import * as Schema from "../../contract-tests/openapi/Schema.ts"
import type { Parameters } from "../../contract-tests/operation/Item.ts"
import * as Items from "../../contract-tests/operation/Item.ts"
import * as Operations from "../../contract-tests/operation/Operation.ts"
import { clientSessions, deviations, document, simulatorReadings } from "../../contract-tests/seam/mod.ts"
import { mutants } from "../../contract-tests/seam/mutants/Mutants.ts"
import * as Worlds from "../../contract-tests/seam/world.ts"
import { ClientSessions, Credentials, type ListError } from "../../mod.ts"
import { layerOf, quick, settle } from "../../src/internal/testing.ts"
import { type Fault, Simulator } from "../../src/simulator/mod.ts"

/** The recorded schema of the answer, less what the client is known to take (its deviations). */
const lenient = (schema: JsonSchema): JsonSchema => {
  const { format, ...rest } = schema
  const known = (field: unknown): boolean =>
    deviations.some((deviation) =>
      deviation.side === "response" && deviation.effect === "accepts more" && deviation.field === field &&
      deviation.aspect === "required"
    )
  const [items, properties, required] = [schema["items"], schema["properties"], schema["required"]]
  return {
    ...rest,
    ...format !== undefined && format !== "uuid" && { format },
    ...Items.isItem(items) && { items: lenient(items) },
    ...Array.isArray(required) && { required: required.filter((field) => !known(field)) },
    ...Items.isItem(properties) && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, field]) => [name, Items.isItem(field) ? lenient(field) : field])
      )
    }
  }
}

const validator = Schema.validator(lenient(document.response))

const { must: matches } = Labs.selection(clientSessions, simulatorReadings)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The class that an answer belongs to, by the design's table; `undefined` is a success. */
const classOf = (status: number, text: string, filter: Parameters): ListError["_tag"] | undefined => {
  if (status === 400) return "SeamBadRequest"
  if (status === 401) return "SeamUnauthorized"
  if (status === 429) return "SeamRateLimited"
  if (status >= 500) return "SeamServerError"
  if (status !== 200) return "SeamUnexpectedStatus"
  const body = parse(text)
  if (Items.at(body, "ok") === false) return "SeamInvalidResponse"
  const sessions = validator.validate(body).length === 0 ? Operations.readItems(clientSessions, body) : undefined
  if (sessions === undefined) return "SeamInvalidResponse"
  return sessions.every((session) => matches(filter, session)) ? undefined : "SeamContractViolation"
}

const run = (
  effect: Effect.Effect<unknown, ListError, ClientSessions>,
  layer: ReturnType<typeof layerOf>
): Promise<Exit.Exit<unknown, unknown>> => Effect.runPromise(Effect.exit(Effect.provide(effect, layer)))

/** The same on the test clock, which then passes every time limit. */
const runPatiently: typeof run = (effect, layer) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(Effect.provide(effect, layer))
    for (const step of [settle(), TestClock.adjust("1 minute"), settle()]) yield* step
    return yield* Fiber.await(fiber)
  }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)

const tagOf = (exit: Exit.Exit<unknown, unknown>): unknown => {
  if (Exit.isSuccess(exit)) return undefined
  const [reason, ...more] = exit.cause.reasons
  assert(reason !== undefined && more.length === 0 && Cause.isFailReason(reason), Cause.pretty(exit.cause))
  const { error } = reason
  return typeof error === "object" && error !== null && "_tag" in error ? error._tag : error
}

const shown = (exit: Exit.Exit<unknown, unknown>): string =>
  [Deno.inspect(exit, { depth: 12 }), JSON.stringify(exit), Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""].join(
    "\n"
  )

const worlds = new Map<number, Worlds.World>()

/** A world with so many sessions: the same for every mutant. */
const worldOf = (sessions: number): Worlds.World => {
  const [world] = worlds.has(sessions)
    ? [worlds.get(sessions)]
    : fc.sample(Worlds.world({ sessions }), { seed: 5, numRuns: 1 })
  assert(world !== undefined)
  worlds.set(sessions, world)
  return world
}

Deno.test("list(), and in the long tests stream(), against every mutant: the right class, nothing outside the filter, no secret", async (test) => {
  const seen = new Map<string, number>()
  for (const mutant of mutants) {
    await test.step(mutant.name, async () => {
      const world = worldOf(mutant.sessions ?? 60)
      const [own] = world.workspaces
      assert(own !== undefined)
      const survey = { items: own.sessions }
      const filters = fc.sample(Cases.combinations({ operation: clientSessions, survey, takesNull: false }), {
        seed: 7,
        numRuns: quick ? 3 : 12
      })
      const secrets = [
        own.api_key,
        own.personal_access_token,
        ...own.sessions.map(({ token }) => String(token))
      ]
      assert(secrets.length > 40)
      const server = mutant.serve(world)
      for (const filter of [{}, { connect_webview_id: null }, { user_identity_id: null }, ...filters]) {
        let answered: ListError["_tag"] | undefined | "nothing" = "nothing"
        const layer = layerOf(async (request) => {
          const response = await server(request)
          answered = await response.clone().text().then(
            (text) => classOf(response.status, text, filter),
            () => "SeamConnectionFailed"
          )
          return response
        }, {
          retry: { attempts: 1 },
          credentials: mutant.credential === "personal access token"
            ? Credentials.PersonalAccessToken(own.personal_access_token, own.workspace_id)
            : Credentials.ApiKey(own.api_key)
        })
        // The stream reads with the same decoder.
        const streamed = quick ? [] : [Stream.runCollect(ClientSessions.stream(filter))]
        for (const effect of [ClientSessions.list(filter), ...streamed]) {
          const exit = await run(effect, layer)
          const name = JSON.stringify(filter)
          assert.equal(tagOf(exit), answered, name)
          seen.set(String(answered), (seen.get(String(answered)) ?? 0) + 1)
          const text = shown(exit)
          for (const secret of secrets) assert(!text.includes(secret), `a secret in: ${text}`)
        }
      }
    })
  }
  // Nothing of this shows much if every answer were of the same class.
  for (
    const tag of [
      "undefined",
      "SeamBadRequest",
      "SeamServerError",
      "SeamInvalidResponse",
      "SeamContractViolation",
      "SeamUnexpectedStatus"
    ]
  ) {
    assert((seen.get(tag) ?? 0) > 0, `${tag} never came: ${JSON.stringify([...seen])}`)
  }
})

const secret = "seam_sim1documented"

const faults: ReadonlyArray<[Fault, ListError["_tag"] | undefined]> = [
  [{ _tag: "Latency", duration: 0 }, undefined],
  [{ _tag: "Hang" }, "SeamTimedOut"],
  [{ _tag: "Hang", after: 30 }, "SeamTimedOut"],
  [{ _tag: "BrokenConnection" }, "SeamConnectionFailed"],
  [{ _tag: "BrokenConnection", after: 30 }, "SeamConnectionFailed"],
  [{ _tag: "TruncatedBody" }, "SeamInvalidResponse"],
  [{ _tag: "TruncatedBody", after: 0 }, "SeamInvalidResponse"],
  [{ _tag: "Answer", status: 201 }, "SeamUnexpectedStatus"],
  [{ _tag: "Answer", status: 204 }, "SeamUnexpectedStatus"],
  [{ _tag: "Answer", status: 400, body: `no such key ${secret}` }, "SeamBadRequest"],
  [{ _tag: "Answer", status: 401 }, "SeamUnauthorized"],
  [{ _tag: "Answer", status: 404 }, "SeamUnexpectedStatus"],
  [{ _tag: "Answer", status: 500 }, "SeamServerError"],
  [{ _tag: "Answer", status: 503 }, "SeamServerError"],
  [{ _tag: "RateLimited" }, "SeamRateLimited"],
  [{ _tag: "RateLimited", retryAfter: "garbage" }, "SeamRateLimited"],
  [{ _tag: "HtmlPage" }, "SeamServerError"],
  [{ _tag: "HtmlPage", status: 200 }, "SeamInvalidResponse"],
  [{ _tag: "Redirect", location: "https://elsewhere.example" }, "SeamUnexpectedStatus"],
  [{ _tag: "MalformedJson" }, "SeamInvalidResponse"],
  [{ _tag: "EchoedCredential" }, "SeamBadRequest"],
  [{ _tag: "EchoedCredential", status: 401 }, "SeamUnauthorized"],
  [{ _tag: "IgnoredFilter" }, "SeamContractViolation"],
  [{ _tag: "IgnoredFilter", filter: "user_identifier_key" }, "SeamContractViolation"],
  [{ _tag: "IgnoredFilter", filter: "connect_webview_id" }, undefined],
  [{ _tag: "OtherWorkspaces" }, undefined],
  [{ _tag: "DuplicatedSessions" }, undefined],
  [{ _tag: "WrongField", field: "token" }, "SeamInvalidResponse"],
  [{ _tag: "WrongField", field: "created_at", value: secret }, "SeamInvalidResponse"]
]

Deno.test("list() and stream() against every fault of the simulator: the right class, no secret", async (test) => {
  const filter = { user_identifier_key: "jane_doe" }
  const stranger = {
    ...Simulator.documented.sessions[0],
    user_identifier_key: "someone_else",
    client_session_id: "cst2"
  }
  for (const [fault, expected] of faults) {
    await test.step(Deno.inspect(fault), async () => {
      const [documented] = Simulator.documented.sessions
      assert(documented !== undefined)
      const workspace = { ...Simulator.documented, sessions: [documented, { ...documented, ...stranger }] }
      const { fetch } = Simulator.make({ workspaces: [workspace], faults: [fault] })
      const layer = layerOf(fetch, { credentials: Credentials.ApiKey(secret), retry: { attempts: 1 } })
      for (const effect of [ClientSessions.list(filter), Stream.runCollect(ClientSessions.stream(filter))]) {
        const exit = await runPatiently(effect, layer)
        assert.equal(tagOf(exit), expected)
        const text = shown(exit)
        assert(!text.includes(secret) && !text.includes(documented.token), text)
      }
    })
  }
})
