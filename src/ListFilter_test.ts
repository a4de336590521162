import * as Result from "effect/Result"
import assert from "node:assert/strict"
import { ListFilter } from "../mod.ts"

const session = {
  client_session_id: "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc",
  connect_webview_ids: ["e0f522d4-a7b6-4f65-ba90-11cde67a893a", "cwv1"],
  user_identifier_key: "jane_doe",
  user_identity_id: "b4ce8233-3b35-4d2d-82ec-d48513684f0a",
  user_identity_ids: ["0a0a0a0a-3b35-4d2d-82ec-d48513684f0a"]
}
const anonymous = { client_session_id: "cst1", connect_webview_ids: [], user_identifier_key: null }

const meanings: ReadonlyArray<[string, ListFilter, boolean, boolean]> = [
  ["no filter lists all", {}, true, true],
  ["client_session_id picks one", { client_session_id: session.client_session_id }, true, false],
  ["a UUID in capitals is the same UUID", { client_session_id: session.client_session_id.toUpperCase() }, true, false],
  ["an ID that is no UUID compares exactly", { client_session_id: "CST1" }, false, false],
  ["an ID that is no UUID matches itself", { client_session_id: "cst1" }, false, true],
  ["connect_webview_id is one of the session's", { connect_webview_id: "cwv1" }, true, false],
  ["user_identifier_key matches itself", { user_identifier_key: "jane_doe" }, true, false],
  ["user_identifier_key minds the case", { user_identifier_key: "Jane_Doe" }, false, false],
  ["user_identifier_key is no prefix", { user_identifier_key: "jane" }, false, false],
  ["the word null is not a missing key", { user_identifier_key: "null" }, false, false],
  ["user_identity_id is the session's", { user_identity_id: session.user_identity_id }, true, false],
  [
    "user_identity_id is one of the deprecated list",
    { user_identity_id: "0A0A0A0A-3b35-4d2d-82ec-d48513684f0a" },
    true,
    false
  ],
  ["without: only sessions without a key", { without_user_identifier_key: true }, false, true],
  ["without = false is no constraint", { without_user_identifier_key: false }, true, true],
  ["connect_webview_id = null: only sessions without a webview", { connect_webview_id: null }, false, true],
  ["user_identity_id = null: only sessions without an identity", { user_identity_id: null }, false, true],
  ["null with another filter: both must hold", { user_identity_id: null, client_session_id: "cst2" }, false, false],
  ["all filters must hold", { user_identifier_key: "jane_doe", client_session_id: "cst1" }, false, false],
  [
    "a contradiction finds nothing",
    { user_identifier_key: "jane_doe", without_user_identifier_key: true },
    false,
    false
  ]
]

for (const [name, filter, withKey, withoutKey] of meanings) {
  Deno.test(`matches(): ${name}`, () => {
    assert.equal(ListFilter.matches(filter, session), withKey)
    assert.equal(ListFilter.matches(filter, anonymous), withoutKey)
  })
}

Deno.test("matches(): a session without an identity has none in either field, however that is written", () => {
  const filter = { user_identity_id: null }
  for (const none of [undefined, null]) {
    for (const noneInList of [undefined, null, []]) {
      const without = {
        ...anonymous,
        ...none !== undefined && { user_identity_id: none },
        ...noneInList !== undefined && { user_identity_ids: noneInList }
      }
      assert.equal(ListFilter.matches(filter, without), true)
      assert.equal(ListFilter.matches(filter, { ...without, user_identity_ids: ["a"] }), false)
      assert.equal(ListFilter.matches(filter, { ...without, user_identity_id: "a" }), false)
    }
  }
})

class Holder {
  user_identifier_key = "jane_doe"
}

const wrong: ReadonlyArray<[string, unknown, string]> = [
  ["null", null, ""],
  ["a string", "jane_doe", ""],
  ["an array", [{ user_identifier_key: "jane_doe" }], ""],
  ["a Map", new Map([["user_identifier_key", "jane_doe"]]), ""],
  ["a class instance", new Holder(), ""],
  ["an inherited filter", Object.create({ user_identifier_key: "jane_doe" }), ""],
  [
    "a filter inherited from a bare object",
    Object.create(Object.assign(Object.create(null), { user_identifier_key: "x" })),
    "user_identifier_key"
  ],
  ["a misspelt name", { user_identifer_key: "jane_doe" }, "user_identifer_key"],
  ["a name in camel case", { userIdentifierKey: "jane_doe" }, "userIdentifierKey"],
  ["a symbol", { [Symbol("user_identifier_key")]: "jane_doe" }, "?"],
  ["an own __proto__", JSON.parse("{\"__proto__\": {\"user_identifier_key\": \"jane_doe\"}}"), "?"],
  ["a user's key for a name", { jane_doe: true }, "?"],
  [
    "a proxy that throws",
    new Proxy({}, {
      ownKeys: () => {
        throw new Error("jane_doe")
      }
    }),
    ""
  ],
  [
    "a proxy that lists nothing",
    new Proxy({ user_identifier_key: "jane_doe" }, { ownKeys: () => [] }),
    "user_identifier_key"
  ],
  [
    "a proxy that answers what it doesn't list",
    new Proxy({}, { get: (_, key) => key === "user_identity_id" ? "jane_doe" : undefined }),
    "user_identity_id"
  ],
  [
    "an inherited accessor that isn't enumerable",
    Object.create(Object.create(null, { user_identifier_key: { get: () => "jane_doe" } })),
    "user_identifier_key"
  ],
  [
    "a property that isn't enumerable, with a wrong type",
    Object.defineProperty({}, "client_session_id", { value: 5 }),
    "client_session_id"
  ],
  ["an accessor", {
    get user_identifier_key() {
      return "jane_doe"
    }
  }, "user_identifier_key"],
  ["an empty string", { user_identifier_key: "" }, "user_identifier_key"],
  ["an explicit undefined", { client_session_id: undefined }, "client_session_id"],
  ["null for client_session_id", { client_session_id: null }, "client_session_id"],
  ["null for user_identifier_key", { user_identifier_key: null }, "user_identifier_key"],
  ["null for without_user_identifier_key", { without_user_identifier_key: null }, "without_user_identifier_key"],
  ["an empty string where null may be", { user_identity_id: "" }, "user_identity_id"],
  ["a number", { user_identity_id: 7 }, "user_identity_id"],
  ["a list of IDs", { client_session_id: ["a", "b"] }, "client_session_id"],
  ["a list of one key", { user_identifier_key: ["jane_doe"] }, "user_identifier_key"],
  ["a key for a boolean", { without_user_identifier_key: "jane_doe" }, "without_user_identifier_key"],
  ["a boolean in words", { without_user_identifier_key: "true" }, "without_user_identifier_key"]
]

for (const [name, input, path] of wrong) {
  Deno.test(`validate() refuses ${name}`, () => {
    const result = ListFilter.validate(input)
    assert.ok(Result.isFailure(result))
    assert.equal(result.failure[0]?.path, path)
    assert.ok(!JSON.stringify(result.failure).includes("jane_doe"))
  })
}

Deno.test("validate() reports every wrong filter", () => {
  const result = ListFilter.validate({ client_session_id: 5, user_identifier_key: "", without_user_identifier_key: 1 })
  assert.ok(Result.isFailure(result))
  assert.deepEqual(result.failure.map(({ path }) => path), [
    "client_session_id",
    "user_identifier_key",
    "without_user_identifier_key"
  ])
})

Deno.test("validate() shows no name that could be a secret", () => {
  const result = ListFilter.validate({ seam_cst1891oqCmD: "x" })
  assert.ok(Result.isFailure(result))
  assert.ok(!JSON.stringify(result.failure).includes("1891"))
})

Deno.test("validate() keeps a filter that isn't enumerable", () => {
  const result = ListFilter.validate(Object.defineProperty({}, "user_identifier_key", { value: "jane_doe" }))
  assert.ok(Result.isSuccess(result))
  assert.deepEqual({ ...result.success }, { user_identifier_key: "jane_doe" })
})

Deno.test("validate() keeps the filters where somebody has changed the prototype of all objects", () => {
  const polluted = ["toJSON", "user_identifier_key"]
  try {
    Object.defineProperty(Object.prototype, "toJSON", { value: () => ({}), configurable: true })
    Object.defineProperty(Object.prototype, "user_identifier_key", { set: () => {}, configurable: true })
    const result = ListFilter.validate({ client_session_id: "a" })
    assert.ok(Result.isSuccess(result))
    assert.equal(JSON.stringify(result.success), "{\"client_session_id\":\"a\"}")
    const other = ListFilter.validate(JSON.parse("{\"user_identifier_key\":\"jane_doe\"}"))
    assert.ok(Result.isSuccess(other))
    assert.equal(other.success.user_identifier_key, "jane_doe")
  } finally {
    for (const name of polluted) Reflect.deleteProperty(Object.prototype, name)
  }
})

Deno.test("validate() keeps the two filters that may be null", () => {
  const result = ListFilter.validate({ connect_webview_id: null, user_identity_id: null })
  assert.ok(Result.isSuccess(result))
  assert.deepEqual({ ...result.success }, { connect_webview_id: null, user_identity_id: null })
})

Deno.test("validate() keeps all five filters, and a copy of them", () => {
  const input = {
    client_session_id: "a",
    connect_webview_id: "b",
    user_identifier_key: " spaces and Ünicode ",
    user_identity_id: "d",
    without_user_identifier_key: false
  }
  const result = ListFilter.validate(input)
  assert.ok(Result.isSuccess(result))
  assert.deepEqual({ ...result.success }, input)
  assert.deepEqual(Object.keys(input), [...ListFilter.names])
  input.client_session_id = "changed"
  assert.equal(result.success.client_session_id, "a")
})
