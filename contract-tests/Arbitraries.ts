/**
 * Generated data: worlds of sessions, filters drawn from them, and bodies that the operation must refuse. All of it is
 * derived from the recorded contract: a field that is new there is generated, and sent with wrong types, with no change
 * here.
 *
 * @module
 */
import fc from "fast-check"
import type { Operation } from "./Recorded.ts"
import { contract } from "./Recorded.ts"
import type { Filter, Session } from "./Session.ts"
import * as Sessions from "./Session.ts"
import type { SpecSchema } from "./SpecDocument.ts"
import { valuesOf } from "./Survey.ts"

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

/** Any value of a schema, in any way that the contract allows. */
export const value = (schema: SpecSchema): fc.Arbitrary<unknown> => {
  const plain = ((): fc.Arbitrary<unknown> => {
    switch (schema.type) {
      case "string":
        return schema.format === "uuid"
          ? fc.uuid()
          : schema.format === "date-time"
          ? instants
          : fc.string({ unit: "grapheme" })
      case "boolean":
        return fc.boolean()
      case "integer":
        return fc.nat()
      case "number":
        return fc.oneof({ weight: 4, arbitrary: fc.nat(100) }, fc.constantFrom(0.5, 1e6))
      case "array":
        return fc.array(value(schema.items ?? {}), { maxLength: 4 })
      case "object":
        return fields(schema, {})
      default:
        return fc.jsonValue()
    }
  })()
  return schema.nullable === true ? fc.option(plain) : plain
}

/** An object with every required field, any of the others, and some fields made in a way of their own. */
const fields = (
  schema: SpecSchema,
  own: { readonly [field: string]: fc.Arbitrary<unknown> }
): fc.Arbitrary<{ readonly [field: string]: unknown }> =>
  fc.record(
    Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, field]) => [name, own[name] ?? value(field)])
    ),
    { requiredKeys: [...schema.required ?? []] }
  )

/** Any session that the contract allows, related to no other. */
export const session = (operation: Operation = contract): fc.Arbitrary<WireSession> => fields(operation.session, {})

// ---------------------------------------------------------------------------------------------------------------------
// Worlds
// ---------------------------------------------------------------------------------------------------------------------

/** How large a world is. */
export interface WorldOptions {
  /** Sessions in the first workspace, exactly. 0 to 12 by default. */
  readonly sessions?: number
  /** The contract to generate by. The recorded one by default. */
  readonly operation?: Operation
}

const secret = (prefix: string): fc.Arbitrary<string> =>
  fc.stringMatching(/^[A-Za-z0-9]{24}$/).map((random) => `${prefix}${random}`)

/**
 * Worlds of two workspaces with the same users: whoever loses sight of the workspace hands out the other one's sessions.
 *
 * Sessions share users, webviews, identities and moments of creation. From 60 sessions on, every one of
 * {@link trickyKeys} is somebody's.
 */
export const world = ({ operation = contract, sessions }: WorldOptions = {}): fc.Arbitrary<World> =>
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
            fields(operation.session, {
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
              return index % 5 === 4 ? withoutList : session
            })
          )
        })
      )
    return fc.tuple(workspace(count, 0), workspace(Math.ceil(count / 2), 3))
  }).map((workspaces): World => ({ workspaces }))

// ---------------------------------------------------------------------------------------------------------------------
// Filters
// ---------------------------------------------------------------------------------------------------------------------

const strays = fc.record({
  client_session_id: fc.uuid(),
  connect_webview_id: fc.uuid(),
  user_identifier_key: fc.oneof(fc.constantFrom(...trickyKeys), fc.string({ minLength: 1, unit: "grapheme" })),
  user_identity_id: fc.uuid()
})

/**
 * Filters over some sessions: none, one, several or all parameters, with values of one session, of different ones
 * (contradictory, mostly), and now and then of none. With `nulls`, `null` where a session has no value and it may be.
 */
export const filter = (sessions: ReadonlyArray<Session>, nulls: boolean = false): fc.Arbitrary<Filter> => {
  const place = fc.nat(Math.max(0, sessions.length - 1))
  return fc.record({
    names: fc.subarray([...Sessions.parameters]),
    own: place,
    others: fc.record({
      client_session_id: place,
      connect_webview_id: place,
      user_identifier_key: place,
      user_identity_id: place
    }),
    same: fc.boolean(),
    which: fc.nat(2),
    without: fc.boolean(),
    stray: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: strays })
  }).map(({ names, others, own, same, stray, which, without }): Filter =>
    Object.assign(
      {},
      ...names.map((name): Filter => {
        if (name === "without_user_identifier_key") return { [name]: without }
        const session = sessions[same ? own : others[name]]
        const values = session === undefined ? [] : valuesOf(session, name)
        const value = stray?.[name] ?? values[which % Math.max(1, values.length)]
        if (value === undefined && nulls && Sessions.nullableParameters.includes(name)) {
          return Sessions.single(name, null)
        }
        // An empty string is no filter, whatever a session holds.
        return value === undefined || value === "" ? {} : Sessions.single(name, value)
      })
    )
  )
}

// ---------------------------------------------------------------------------------------------------------------------
// What must be refused
// ---------------------------------------------------------------------------------------------------------------------

/** A body that the contract doesn't allow, and why. */
export interface BadBody {
  /** What is wrong with it, in a few words. */
  readonly why: string
  /** The body itself, to the letter. */
  readonly body: string
}

const wrongTypes: { readonly [type: string]: ReadonlyArray<unknown> } = {
  string: [null, 0, 1, true, false, [], {}, ["x"], { "$ne": "" }],
  boolean: [null, 0, 1, "", "true", "false", [], {}]
}

const jsonType = (value: unknown): string => value === null ? "null" : Array.isArray(value) ? "array" : typeof value

/**
 * Bodies with a parameter of a wrong type, alone and beside a right one. `existing` makes the right ones; for those that
 * are `nullable`, `null` is no wrong type.
 */
export const wrongTypeBodies = (
  existing: Filter = {},
  operation: Operation = contract,
  nullable: ReadonlyArray<string> = []
): ReadonlyArray<BadBody> =>
  Object.entries(operation.filters).flatMap(([name, schema]) =>
    (wrongTypes[schema.type ?? ""] ?? []).flatMap((value) => {
      if (value === null && nullable.includes(name)) return []
      const { [name]: _, ...others }: { readonly [name: string]: unknown } = { ...existing }
      const why = `${name} is ${jsonType(value)}`
      return [
        { why, body: JSON.stringify({ [name]: value }) },
        ...(Object.keys(others).length === 0
          ? []
          : [{ why: `${why} beside another filter`, body: JSON.stringify({ ...others, [name]: value }) }])
      ]
    })
  )

/** Bodies that are no JSON object. */
export const malformedBodies: ReadonlyArray<BadBody> = [
  ...["[]", "[{}]", "\"{}\"", "1", "true", "null"].map((body) => ({ why: "JSON, but no object", body })),
  ...[
    "{",
    "{]",
    "{\"client_session_id\":",
    "{\"client_session_id\":\"x\",}",
    "{client_session_id:\"x\"}",
    "{}{}",
    "{} x",
    "nul",
    "{'a':1}",
    "client_session_id=x"
  ]
    .map((body) => ({ why: "not JSON", body }))
]

/** Bodies of any kind at all: good, bad, odd and hostile. What the answer should be is not known; that there is one is. */
export const anyBody = (operation: Operation = contract): fc.Arbitrary<string | Uint8Array<ArrayBuffer>> => {
  const names = Object.keys(operation.filters)
  const text = fc.oneof(
    fc.constantFrom(...trickyKeys),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom("", "\ud800", "\u0000", "x".repeat(20_000))
  )
  const parameters = fc.dictionary(
    fc.oneof(
      fc.constantFrom(...names),
      fc.constantFrom("__proto__", "toString", "length", "", "workspace_id", "limit", "page_cursor")
    ),
    fc.oneof(
      { weight: 3, arbitrary: text },
      fc.boolean(),
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(1e308, -0, 2 ** 53)
    ),
    { maxKeys: 6 }
  )
  return fc.oneof(
    { weight: 6, arbitrary: parameters.map((body) => JSON.stringify(body)) },
    {
      weight: 2,
      arbitrary: fc.tuple(parameters, fc.nat(30)).map(([body, cut]) => JSON.stringify(body).slice(0, -1 - cut))
    },
    fc.json(),
    fc.constantFrom(
      "",
      " ",
      "\ufeff{}",
      "{\"client_session_id\":1e999}",
      `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
      `${"{\"a\":".repeat(5_000)}1${"}".repeat(5_000)}`,
      "{\"client_session_id\":\"a\",\"client_session_id\":\"b\"}",
      "{\"user_identifier_key\":\"\\ud800\"}",
      "{\"user_identifier_key\":\"\\u0000\"}"
    ),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => new Uint8Array(bytes))
  )
}
