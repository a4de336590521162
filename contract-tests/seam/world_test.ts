import * as Result from "effect/Result"
import fc from "fast-check"
import assert from "node:assert/strict"
import * as OpenApi from "../openapi/OpenApi.ts"
import * as Schema from "../openapi/Schema.ts"
import * as Items from "../operation/Item.ts"
import recorded from "./contract/openapi.json" with { type: "json" }
import { document, where } from "./document.ts"
import * as Worlds from "./world.ts"

const sample = <A>(arbitrary: fc.Arbitrary<A>, numRuns = 100): ReadonlyArray<A> =>
  fc.sample(arbitrary, { seed: 1, numRuns })

const [world] = sample(Worlds.world({ sessions: 60 }), 1)
assert(world !== undefined)
const [own, other] = world.workspaces
assert(own !== undefined && other !== undefined)
const { sessions } = own

const validator = Schema.validator(document.item)

Deno.test("session() and world() make what the recorded schema allows", () => {
  const worlds = sample(Worlds.world(), 20).flatMap(({ workspaces }) => workspaces.flatMap(({ sessions }) => sessions))
  for (const session of [...sample(Worlds.session()), ...own.sessions, ...worlds]) {
    assert.deepEqual(validator.validate(session), [])
  }
})

Deno.test("session() makes every field, and leaves out those that may be missing", () => {
  const made = sample(Worlds.session())
  const requiredFields = Items.at(document.item, "required")
  for (const field of Object.keys(Items.at(document.item, "properties") ?? {})) {
    const required = Array.isArray(requiredFields) && requiredFields.includes(field)
    assert(made.some((session) => field in session), field)
    assert.equal(made.every((session) => field in session), required, field)
  }
})

Deno.test("session() takes up a field that is new in the contract", () => {
  const { components } = recorded
  const { client_session } = components.schemas
  const newer = Result.getOrThrow(OpenApi.read({
    ...recorded,
    components: {
      ...components,
      schemas: {
        client_session: {
          ...client_session,
          properties: {
            ...client_session.properties,
            revoked_at: { type: "string", format: "date-time", nullable: true }
          },
          required: [...client_session.required, "revoked_at"]
        }
      }
    }
  }, where))
  const revoked = sample(Worlds.session(newer)).map(({ revoked_at }) => revoked_at)
  assert(revoked.some((value) => value === null))
  assert(revoked.some((value) => typeof value === "string" && !Number.isNaN(Date.parse(value))))
  assert(revoked.every((value) => value === null || typeof value === "string"))
  const inWorlds = sample(Worlds.world({ sessions: 5, operation: newer }), 1).flatMap(({ workspaces }) =>
    workspaces[0]?.sessions
  )
  assert(inWorlds.every((session) => session !== undefined && "revoked_at" in session))
})

Deno.test("world() has everything in it that software stumbles over", () => {
  const keys = new Set(sessions.map(({ user_identifier_key }) => user_identifier_key))
  assert.deepEqual([null, ...Worlds.trickyKeys].filter((key) => !keys.has(key)), [])
  const shared = (field: string): boolean => {
    const all = sessions.flatMap((session) => Items.scalarsAt(session, field))
    return new Set(all).size < all.length
  }
  assert(shared("connect_webview_ids") && shared("user_identity_id") && shared("created_at"))
  assert(sessions.some((session) => Items.scalarsAt(session, "connect_webview_ids").length > 2))
  assert(sessions.some((session) => /\.\d{6}Z$/.test(Items.textAt(session, "created_at") ?? "")))
  assert(
    own.sessions.some(({ connected_account_ids }) =>
      Array.isArray(connected_account_ids) && connected_account_ids.length >= 50
    )
  )
})

Deno.test("world() has some sessions, but not all, without a webview and without an identity", () => {
  const some = (which: (session: Worlds.WireSession) => boolean): void => {
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
