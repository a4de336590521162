import { Validator } from "@cfworker/json-schema"
import fc from "fast-check"
import assert from "node:assert/strict"
import * as Arbitraries from "./Arbitraries.ts"
import * as Recorded from "./Recorded.ts"
import type { Filter, Session } from "./Session.ts"
import * as Sessions from "./Session.ts"
import { specDocument } from "./SpecDocument.ts"

const sample = <A>(arbitrary: fc.Arbitrary<A>, numRuns = 100): ReadonlyArray<A> =>
  fc.sample(arbitrary, { seed: 1, numRuns })

const [world] = sample(Arbitraries.world({ sessions: 60 }), 1)
assert(world !== undefined)
const [own, other] = world.workspaces
assert(own !== undefined && other !== undefined)
const sessions = own.sessions.flatMap((session) => Sessions.read(session) ?? [])

const validator = new Validator(Recorded.toJsonSchema(Recorded.contract.session), "7", false)

Deno.test("session() and world() make what the recorded schema allows", () => {
  const worlds = sample(Arbitraries.world(), 20).flatMap(({ workspaces }) =>
    workspaces.flatMap(({ sessions }) => sessions)
  )
  for (const session of [...sample(Arbitraries.session()), ...own.sessions, ...worlds]) {
    assert.deepEqual(validator.validate(session).errors, [])
  }
})

Deno.test("session() makes every field, and leaves out those that may be missing", () => {
  const made = sample(Arbitraries.session())
  for (const field of Object.keys(Recorded.contract.session.properties ?? {})) {
    const required = Recorded.contract.session.required?.includes(field) === true
    assert(made.some((session) => field in session), field)
    assert.equal(made.every((session) => field in session), required, field)
  }
})

Deno.test("session() and wrongTypeBodies() take up a field that is new in the contract", () => {
  const { components, paths } = specDocument
  const { post } = paths["/client_sessions/list"]
  const { schema } = post.requestBody.content["application/json"]
  const { client_session } = components.schemas
  const operation = Recorded.operation({
    ...specDocument,
    paths: {
      "/client_sessions/list": {
        post: {
          ...post,
          requestBody: {
            content: {
              "application/json": {
                schema: { ...schema, properties: { ...schema.properties, revoked: { type: "boolean" } } }
              }
            }
          }
        }
      }
    },
    components: {
      ...components,
      schemas: {
        client_session: {
          ...client_session,
          properties: {
            ...client_session.properties,
            revoked_at: { type: "string", format: "date-time", nullable: true }
          },
          required: [...client_session.required ?? [], "revoked_at"]
        }
      }
    }
  })
  const revoked = sample(Arbitraries.session(operation)).map(({ revoked_at }) => revoked_at)
  assert(revoked.some((value) => value === null))
  assert(revoked.some((value) => typeof value === "string" && !Number.isNaN(Date.parse(value))))
  assert(revoked.every((value) => value === null || typeof value === "string"))
  const inWorlds = sample(Arbitraries.world({ sessions: 5, operation }), 1).flatMap(({ workspaces }) =>
    workspaces[0]?.sessions
  )
  assert(inWorlds.every((session) => session !== undefined && "revoked_at" in session))
  assert(Arbitraries.wrongTypeBodies({}, operation).some(({ why }) => why === "revoked is string"))
})

Deno.test("world() has everything in it that software stumbles over", () => {
  const keys = new Set(sessions.map(({ user_identifier_key }) => user_identifier_key))
  assert.deepEqual([null, ...Arbitraries.trickyKeys].filter((key) => !keys.has(key)), [])
  const shared = (of: (session: Session) => ReadonlyArray<string | undefined>): boolean => {
    const all = sessions.flatMap(of).filter((value) => value !== undefined)
    return new Set(all).size < all.length
  }
  assert(shared(({ connect_webview_ids }) => connect_webview_ids))
  assert(shared(({ user_identity_id }) => [user_identity_id]))
  assert(shared(({ created_at }) => [created_at]))
  assert(sessions.some(({ connect_webview_ids }) => connect_webview_ids.length > 2))
  assert(sessions.some(({ created_at }) => /\.\d{6}Z$/.test(created_at ?? "")))
  assert(
    own.sessions.some(({ connected_account_ids }) =>
      Array.isArray(connected_account_ids) && connected_account_ids.length >= 50
    )
  )
})

Deno.test("world() has some sessions, but not all, without a webview and without an identity", () => {
  const some = (which: (session: Arbitraries.WireSession) => boolean): void => {
    const found = own.sessions.filter(which).length
    assert(found > 0 && found < own.sessions.length, `${found}`)
  }
  const isEmpty = (field: unknown): boolean => Array.isArray(field) && field.length === 0
  some((session) => isEmpty(session["connect_webview_ids"]))
  some((session) => !("user_identity_id" in session) && !("user_identity_ids" in session))
  some((session) => !("user_identity_id" in session) && isEmpty(session["user_identity_ids"]))
  some((session) => !("user_identity_id" in session) && !isEmpty(session["user_identity_ids"] ?? []))
})

Deno.test("world() has two workspaces with the same users and no common session", () => {
  assert.notEqual(own.workspace_id, other.workspace_id)
  assert.notEqual(own.api_key, other.api_key)
  const ids = new Set(own.sessions.map(({ client_session_id }) => client_session_id))
  assert.equal(ids.size, own.sessions.length)
  assert(!other.sessions.some(({ client_session_id }) => ids.has(client_session_id)))
  const keys = new Set(own.sessions.map(({ user_identifier_key }) => user_identifier_key))
  assert(
    other.sessions.some(({ user_identifier_key }) => user_identifier_key !== null && keys.has(user_identifier_key))
  )
})

Deno.test("filter() makes none, one, several and all filters, consistent and contradictory", () => {
  const made = sample(Arbitraries.filter(sessions), 1_000)
  const sizes = new Set(made.map((filter) => Object.keys(filter).length))
  assert.deepEqual([...sizes].sort(), [0, 1, 2, 3, 4, 5])
  const contradictory = ({ user_identifier_key, without_user_identifier_key }: Filter): boolean =>
    user_identifier_key !== undefined && without_user_identifier_key === true
  assert(made.some(contradictory))
  assert(made.some((filter) => !contradictory(filter)))
})

Deno.test("filter() makes null only where it may be, and only if told to", () => {
  const nullIn = (made: ReadonlyArray<Filter>): ReadonlyArray<string> => [
    ...new Set(
      made.flatMap((filter) => Object.entries(filter).flatMap(([name, value]) => value === null ? [name] : []))
    )
  ]
  assert.deepEqual(nullIn(sample(Arbitraries.filter(sessions), 1_000)), [])
  const made = sample(Arbitraries.filter(sessions, true), 1_000)
  assert.deepEqual([...nullIn(made)].sort(), [...Sessions.nullableParameters])
  assert(made.some((filter) => Object.keys(filter).length > 1 && !Object.values(filter).includes(null)))
  assert(made.some((filter) => Object.keys(filter).length > 1 && Object.values(filter).includes(null)))
})

Deno.test("wrongTypeBodies() leaves null out where it may be", () => {
  const why = Arbitraries.wrongTypeBodies({}, Recorded.contract, Sessions.nullableParameters).map(({ why }) => why)
  assert.deepEqual(
    Sessions.parameters.filter((name) => !why.includes(`${name} is null`)),
    [...Sessions.nullableParameters]
  )
})

Deno.test("wrongTypeBodies() and malformedBodies are what the recorded contract forbids", () => {
  const request = new Validator(Recorded.toJsonSchema({ type: "object", properties: Recorded.contract.filters }), "7")
  const parse = (body: string): unknown => {
    try {
      return JSON.parse(body)
    } catch {
      return undefined
    }
  }
  const bodies = [...Arbitraries.wrongTypeBodies({ user_identifier_key: "jane_doe" }), ...Arbitraries.malformedBodies]
  for (const { body } of bodies) {
    const parsed = parse(body)
    assert(parsed === undefined || !request.validate(parsed).valid, body)
  }
  for (const name of Object.keys(Recorded.contract.filters)) {
    assert(bodies.some(({ why }) => why.startsWith(`${name} is `)), name)
  }
})
