import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import assert from "node:assert/strict"
import { ClientSession } from "../mod.ts"
import { example } from "./internal/testing.ts"

const decode = Schema.decodeUnknownResult(ClientSession)
const accepts = (input: unknown): boolean => Result.isSuccess(decode(input))

Deno.test("ClientSession decodes the contract's example", () => {
  const session = Schema.decodeUnknownSync(ClientSession)(example)
  assert.equal(DateTime.formatIso(session.created_at), "2025-06-15T16:54:17.946Z")
  assert.equal(DateTime.formatIso(session.expires_at), "2025-06-18T06:10:42.000Z")
  assert.equal(Redacted.value(session.token), example.token)
  const { created_at: _1, expires_at: _2, token: _3, ...rest } = session
  const { created_at: _4, expires_at: _5, token: _6, customer_id: _7, ...wire } = example
  assert.deepEqual(rest, wire)
})

Deno.test("ClientSession encodes what it decoded, to the millisecond", () => {
  const { customer_id: _, ...wire } = example
  assert.deepEqual(Schema.encodeSync(ClientSession)(Schema.decodeUnknownSync(ClientSession)(example)), {
    ...wire,
    created_at: "2025-06-15T16:54:17.946Z"
  })
})

for (const text of ["9999-12-31T23:59:59-08:00", "0000-01-01T00:00:00+01:00", "9999-12-31T23:59:60Z"]) {
  Deno.test(`ClientSession encodes ${text} to text that decodes to the same time`, () => {
    const session = Schema.decodeUnknownSync(ClientSession)({ ...example, expires_at: text })
    const again = Schema.decodeUnknownSync(ClientSession)(Schema.encodeSync(ClientSession)(session))
    assert.deepEqual(again.expires_at, session.expires_at)
  })
}

Deno.test("ClientSession refuses to encode a date that RFC 3339 has no text for", () => {
  const session = Schema.decodeUnknownSync(ClientSession)(example)
  for (const date of ["+010001-01-01T00:00:00Z", "-000002-01-01T00:00:00Z"]) {
    const encoded = Schema.encodeResult(ClientSession)({ ...session, expires_at: DateTime.makeUnsafe(date) })
    assert.ok(Result.isFailure(encoded))
    assert.match(encoded.failure.message, /a time in the years 0 to 9999[^]*expires_at/)
  }
})

Deno.test("ClientSession reads null in an optional field as a missing one", () => {
  const nulls = { user_identity_id: null, user_identity_ids: null, customer_key: null }
  const session = Schema.decodeUnknownSync(ClientSession)({ ...example, ...nulls })
  for (const name of Object.keys(nulls)) assert.ok(!(name in session), name)
})

Deno.test("ClientSession.mapFields makes a type of one's own", () => {
  const WithoutToken = ClientSession.mapFields(Struct.omit(["token"]))
  const session = Schema.decodeUnknownSync(WithoutToken)(example)
  assert.ok(!("token" in session))
  assert.equal(DateTime.formatIso(session.created_at), "2025-06-15T16:54:17.946Z")
  const Ids = Schema.Struct({ id: ClientSession.fields.client_session_id, expires_at: ClientSession.fields.expires_at })
  const ids = Schema.decodeUnknownSync(Ids)({ id: example.client_session_id, expires_at: example.expires_at })
  assert.equal(DateTime.formatIso(ids.expires_at), "2025-06-18T06:10:42.000Z")
})

Deno.test("ClientSession shows its token to nobody who doesn't ask for it", () => {
  const session = Schema.decodeUnknownSync(ClientSession)(example)
  for (
    const shown of [
      JSON.stringify(session),
      Deno.inspect(session, { depth: 9 }),
      String(session.token),
      JSON.stringify({ ...session })
    ]
  ) {
    assert.ok(!shown.includes("seam_cst"), shown)
  }
})

const required = [
  "client_session_id",
  "workspace_id",
  "created_at",
  "expires_at",
  "token",
  "user_identifier_key",
  "device_count",
  "connected_account_ids",
  "connect_webview_ids"
]

for (const field of required) {
  Deno.test(`ClientSession needs ${field}`, () => {
    const { [field]: _, ...rest } = { ...example } as Record<string, unknown>
    assert.ok(!accepts(rest))
    assert.ok(!accepts({ ...example, [field]: { wrong: "type" } }))
    assert.equal(accepts({ ...example, [field]: null }), field === "user_identifier_key")
  })
}

for (const field of ["user_identity_id", "user_identity_ids", "customer_key"]) {
  Deno.test(`ClientSession does without ${field}, but not with a wrong one`, () => {
    const { [field]: _, ...rest } = { ...example } as Record<string, unknown>
    assert.ok(accepts(rest))
    assert.ok(!accepts({ ...example, [field]: 5 }))
  })
}

const dates: ReadonlyArray<[string, string | undefined]> = [
  ["2025-06-15T16:54:17Z", "2025-06-15T16:54:17.000Z"],
  ["2025-06-15t16:54:17.9z", "2025-06-15T16:54:17.900Z"],
  ["2025-06-15T16:54:17.946999999Z", "2025-06-15T16:54:17.946Z"],
  ["2025-06-15T18:54:17+02:00", "2025-06-15T16:54:17.000Z"],
  ["2025-06-15T11:24:17-05:30", "2025-06-15T16:54:17.000Z"],
  ["2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"],
  ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"],
  ["2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00.000Z"],
  ["2016-12-31T22:59:60Z", undefined],
  ["2025-02-29T00:00:00Z", undefined],
  ["2025-02-30T00:00:00Z", undefined],
  ["2025-13-01T00:00:00Z", undefined],
  ["2025-00-01T00:00:00Z", undefined],
  ["2025-01-00T00:00:00Z", undefined],
  ["2025-06-15T24:00:00Z", undefined],
  ["2025-06-15T16:60:00Z", undefined],
  ["2025-06-15T16:54:61Z", undefined],
  ["2025-06-15T16:54:17", undefined],
  ["2025-06-15T16:54:17.Z", undefined],
  ["2025-06-15 16:54:17Z", undefined],
  ["2025-06-15T16:54Z", undefined],
  ["2025-06-15", undefined],
  ["2025-06-15T16:54:17+0200", undefined],
  ["2025-06-15T16:54:17+24:00", undefined],
  [" 2025-06-15T16:54:17Z", undefined],
  ["2025-06-15T16:54:17Z\n", undefined],
  ["yesterday", undefined],
  ["1750006457946", undefined],
  ["", undefined]
]

for (const [text, expected] of dates) {
  Deno.test(`ClientSession ${expected === undefined ? "refuses" : "reads"} the date ${JSON.stringify(text)}`, () => {
    const session = decode({ ...example, created_at: text })
    assert.equal(Result.isSuccess(session) ? DateTime.formatIso(session.success.created_at) : undefined, expected)
  })
}
