import * as DateTime from "effect/DateTime"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
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
