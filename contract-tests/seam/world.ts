/**
 * Generated worlds of sessions, for tests. They are derived from the recorded contract: a field that is new there is
 * generated with no change here.
 *
 * @module
 */
import fc from "fast-check"
import type { OpenApiOperation } from "../openapi/OpenApi.ts"
import type { JsonSchema } from "../openapi/Schema.ts"
import * as Items from "../operation/Item.ts"
import { document } from "./document.ts"

/** A session as on the wire. */
export type WireSession = { readonly [field: string]: unknown }

/** A workspace with the credentials that open it and everything in it. */
export interface Workspace {
  /** Its id, which every one of its sessions has too. */
  readonly workspace_id: string
  /** Opens this workspace alone. */
  readonly api_key: string
  /** Opens it together with its id. */
  readonly personal_access_token: string
  /** All of its sessions, in no particular order. */
  readonly sessions: ReadonlyArray<WireSession>
}

/** A whole world: workspaces that must not see each other. */
export interface World {
  /** Two, the first of which is the larger. */
  readonly workspaces: ReadonlyArray<Workspace>
}

// ---------------------------------------------------------------------------------------------------------------------
// Values
// ---------------------------------------------------------------------------------------------------------------------

/**
 * User identifier keys that software stumbles over: each has a neighbour that a careless comparison takes for it. The
 * keys are a customer's own, so anything may be in them.
 */
export const trickyKeys: ReadonlyArray<string> = [
  "jane_doe",
  "jane_do",
  "jane_doe_2",
  "Jane_Doe",
  "JANE_DOE",
  "jane doe",
  " jane_doe",
  "jane_doe ",
  "jane%doe",
  "jane_d*e",
  "j\u0430ne_doe",
  "jane\u200b_doe",
  "jane\u0000doe",
  "jane\u0000smith",
  "jane\ndoe",
  "\u0001",
  "jos\u00e9",
  "jose\u0301",
  "jose",
  "Stra\u00dfe",
  "STRASSE",
  "\u{1f9d1}\u200d\u{1f680}",
  "\u{1d4a5}ane",
  "\u{1f600}",
  "\u{1f601}",
  "\u202eeod_enaj",
  "null",
  "undefined",
  "true",
  "0",
  "00",
  "1",
  "01",
  "1.0",
  "1e0",
  "__proto__",
  "constructor",
  "user@example.com",
  "user+1@example.com",
  "9007199254740993",
  "/home/jane",
  "a&b=c#d/e?f",
  "\"quoted\"",
  "back\\slash",
  "x' OR '1'='1",
  "[]",
  "{}",
  "k".repeat(300),
  `${"k".repeat(299)}l`,
  "\u00fc".repeat(1_000)
]

const instants: fc.Arbitrary<string> = fc.record({
  millis: fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2035, 0, 1) }),
  fraction: fc.constantFrom("", ".000", ".123", ".123456", ".123457", ".123456789", ".9")
}).map(({ fraction, millis }) => `${new Date(millis).toISOString().slice(0, 19)}${fraction}Z`)

const typesOf = ({ type }: JsonSchema): ReadonlyArray<unknown> => Array.isArray(type) ? type : [type]

const schemaAt = (schema: JsonSchema, path: string): JsonSchema => {
  const found = Items.at(schema, path)
  return Items.isItem(found) ? found : {}
}

/** Any value of a schema, in any way that the contract allows. */
export const value = (schema: JsonSchema): fc.Arbitrary<unknown> => {
  const types = typesOf(schema)
  const plain = ((): fc.Arbitrary<unknown> => {
    switch (types.find((type) => type !== "null")) {
      case "string":
        return schema["format"] === "uuid"
          ? fc.uuid()
          : schema["format"] === "date-time"
          ? instants
          : fc.string({ unit: "grapheme" })
      case "boolean":
        return fc.boolean()
      case "integer":
        return fc.nat()
      case "number":
        return fc.oneof({ weight: 4, arbitrary: fc.nat(100) }, fc.constantFrom(0.5, 1e6))
      case "array":
        return fc.array(value(schemaAt(schema, "items")), { maxLength: 4 })
      case "object":
        return fields(schema, {})
      default:
        return fc.jsonValue()
    }
  })()
  return types.includes("null") ? fc.option(plain) : plain
}

/** An object with every required field, any of the others, and some fields made in a way of their own. */
const fields = (
  schema: JsonSchema,
  own: { readonly [field: string]: fc.Arbitrary<unknown> }
): fc.Arbitrary<{ readonly [field: string]: unknown }> => {
  const required = Items.at(schema, "required")
  return fc.record(
    Object.fromEntries(
      Object.keys(schemaAt(schema, "properties")).map((name) => [
        name,
        own[name] ?? value(schemaAt(schemaAt(schema, "properties"), name))
      ])
    ),
    { requiredKeys: Array.isArray(required) ? required.filter((name) => typeof name === "string") : [] }
  )
}

/** Any session that the contract allows, related to no other. */
export const session = (operation: OpenApiOperation = document): fc.Arbitrary<WireSession> => fields(operation.item, {})

// ---------------------------------------------------------------------------------------------------------------------
// Worlds
// ---------------------------------------------------------------------------------------------------------------------

/** How large a world is. */
export interface WorldOptions {
  /** Sessions in the first workspace, exactly. 0 to 12 by default. */
  readonly sessions?: number
  /** The contract to generate by. The recorded one by default. */
  readonly operation?: OpenApiOperation
}

const secret = (prefix: string): fc.Arbitrary<string> =>
  fc.stringMatching(/^[A-Za-z0-9]{24}$/).map((random) => `${prefix}${random}`)

/**
 * Worlds of two workspaces with the same users: whoever loses sight of the workspace hands out the other one's sessions.
 *
 * Sessions share users, webviews, identities and moments of creation. From 60 sessions on, every one of
 * {@link trickyKeys} is somebody's.
 */
export const world = ({ operation = document, sessions }: WorldOptions = {}): fc.Arbitrary<World> =>
  fc.record({
    keys: fc.shuffledSubarray([...trickyKeys], { minLength: trickyKeys.length }),
    webviews: fc.array(fc.uuid(), { minLength: 6, maxLength: 6 }),
    identities: fc.array(fc.uuid(), { minLength: 8, maxLength: 8 }),
    moments: fc.array(instants, { minLength: 5, maxLength: 5 }),
    count: sessions === undefined ? fc.nat(12) : fc.constant(sessions)
  }).chain(({ count, identities, keys, moments, webviews }) => {
    const workspace = (count: number, at: number): fc.Arbitrary<Workspace> =>
      fc.uuid().chain((workspace_id) =>
        fc.record({
          workspace_id: fc.constant(workspace_id),
          api_key: secret("seam_"),
          personal_access_token: secret("seam_at1"),
          sessions: fc.array(
            fields(operation.item, {
              client_session_id: fc.uuid(),
              workspace_id: fc.constant(workspace_id),
              token: secret("seam_cst1"),
              created_at: fc.oneof(fc.constantFrom(...moments), instants),
              user_identity_id: fc.constantFrom(...identities),
              user_identity_ids: fc.subarray(identities, { maxLength: 3 }),
              connect_webview_ids: fc.oneof(
                { weight: 9, arbitrary: fc.shuffledSubarray(webviews, { maxLength: 3 }) },
                { weight: 1, arbitrary: fc.shuffledSubarray(webviews) }
              ),
              connected_account_ids: fc.oneof(
                { weight: 19, arbitrary: fc.array(fc.uuid(), { maxLength: 2 }) },
                { weight: 1, arbitrary: fc.array(fc.uuid(), { minLength: 50, maxLength: 200 }) }
              ),
              user_identifier_key: fc.nat()
            }),
            { minLength: count, maxLength: count }
          ).map((drafts) =>
            drafts.map((draft, index): WireSession => {
              const draw = Number(draft["user_identifier_key"])
              // One in six has no key; the others go through the keys in turn, so that each is somebody's, and share.
              const place = index + at
              const key = keys[(index < keys.length * 1.2 ? place - Math.floor(place / 6) : draw) % keys.length]
              const session: WireSession = { ...draft, user_identifier_key: place % 6 === 5 ? null : key }
              // The schema requires the deprecated list; the page's own examples lack it.
              const { user_identity_ids: _, ...withoutList } = session
              if (index % 5 === 4) return withoutList
              // In a world of some size there is somebody whose identities are in the deprecated list alone.
              const { user_identity_id: __, ...withoutIdentity } = session
              return index % 20 === 7 ? { ...withoutIdentity, user_identity_ids: identities.slice(0, 2) } : session
            })
          )
        })
      )
    return fc.tuple(workspace(count, 0), workspace(Math.ceil(count / 2), 3))
  }).map((workspaces): World => ({ workspaces }))
