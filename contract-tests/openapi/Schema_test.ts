import * as Result from "effect/Result"
import assert from "node:assert/strict"
import * as OpenApi from "./OpenApi.ts"
import type { JsonSchema } from "./Schema.ts"
import * as Schema from "./Schema.ts"

const keywords = (schema: JsonSchema, value: unknown): ReadonlyArray<string> =>
  Schema.validator(schema).validate(value).map(({ keyword }) => keyword)

for (
  const [what, schema, right, wrong, keyword] of [
    ["a UUID", { type: "string", format: "uuid" }, "a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc", "cst1", "format"],
    ["a time", { type: "string", format: "date-time" }, "2026-02-28T00:00:00Z", "2026-02-30T00:00:00Z", "format"],
    ["a date", { type: "string", format: "date" }, "2024-02-29", "2026-02-29", "format"],
    ["an address", { type: "string", format: "email" }, "jane@example.com", "jane", "format"],
    ["anything but a text", { not: { type: "string" } }, 1, "x", "not"],
    ["a text or null", { type: ["string", "null"] }, null, 1, "type"],
    ["one of two", { enum: ["a", "b"] }, "a", "c", "enum"],
    ["a number in bounds", { type: "number", exclusiveMinimum: 0 }, 1, 0, "exclusiveMinimum"],
    ["a number of 32 bits", { type: "integer", format: "int32" }, 2 ** 31 - 1, 2 ** 31, "maximum"],
    ["a number of 32 bits, by two", { format: "int32", allOf: [{ multipleOf: 2 }] }, 4, 3, "multipleOf"],
    ["a value from none", {}, null, undefined, "type"]
  ] satisfies ReadonlyArray<[string, JsonSchema, unknown, unknown, string]>
) {
  Deno.test(`validator() tells ${what} from what is none`, () => {
    assert.deepEqual(keywords(schema, right), [])
    assert(keywords(schema, wrong).includes(keyword))
    assert.deepEqual(Schema.validator(schema).unchecked, [])
  })
}

Deno.test("validator() says where a problem is, the innermost first, and never the value", () => {
  const schema = { type: "object", properties: { tags: { type: "array", items: { type: "string", format: "uuid" } } } }
  const problems = Schema.validator(schema).validate({ tags: ["a083ce0f-8b03-4081-ac9a-1ad2ce6aaabc", "seam_secret"] })
  assert.deepEqual(problems[0], {
    instance: "#/tags/1",
    keyword: "format",
    schema: "#/properties/tags/items/format"
  })
  assert(!JSON.stringify(problems).includes("seam_secret"))
})

Deno.test("validator() tells what it doesn't check, wherever it stands", () => {
  const schema = {
    type: "object",
    discriminator: { propertyName: "kind" },
    "x-owner": "us",
    properties: {
      photo: { type: "string", contentEncoding: "base64" },
      price: { type: "string", format: "money" },
      size: { type: "integer", format: "int32" },
      name: { type: "strnig", pattern: "(", minLength: "2", enum: "a" }
    },
    patternProperties: { "(": {} },
    allOf: [{ items: { $ref: "#/elsewhere" } }]
  }
  assert.deepEqual(Schema.validator(schema).unchecked, [
    { schema: "#/discriminator", keyword: "discriminator" },
    { schema: "#/properties/photo/contentEncoding", keyword: "contentEncoding" },
    { schema: "#/properties/price/format", keyword: "format: money" },
    { schema: "#/properties/name/type", keyword: "type" },
    { schema: "#/properties/name/pattern", keyword: "pattern" },
    { schema: "#/properties/name/minLength", keyword: "minLength" },
    { schema: "#/properties/name/enum", keyword: "enum" },
    { schema: "#/patternProperties", keyword: "patternProperties" },
    { schema: "#/allOf/0/items/$ref", keyword: "$ref" }
  ])
  const right = { photo: "", price: "", size: 1, name: "x" }
  for (const value of [right, [right]]) {
    assert.deepEqual(Schema.validator({ ...schema, type: ["object", "array"] }).validate(value), [])
  }
})

const document = (openapi: string, schema: object): object => ({
  openapi,
  components: { schemas: { thing: schema } },
  paths: {
    "/things": {
      get: {
        parameters: [
          { name: "colour", in: "query", schema: { type: "string", enum: ["red", "blue"] } },
          { name: "x-trace", in: "header", schema: { type: "string" } }
        ],
        responses: {
          200: {
            description: "OK",
            content: {
              "application/json": { schema: { type: "array", items: { $ref: "#/components/schemas/thing" } } }
            }
          }
        }
      },
      post: { responses: {} }
    }
  }
})

for (
  const [version, nullable] of [
    ["3.0.3", { type: "string", nullable: true, minLength: 1 }],
    ["3.1.0", { type: ["string", "null"], minLength: 1 }],
    ["3.1.0", { anyOf: [{ type: "string", minLength: 1 }, { type: "null" }] }]
  ] satisfies ReadonlyArray<[string, object]>
) {
  Deno.test(`read() makes the schemas of an OpenAPI ${version} operation: ${JSON.stringify(nullable)}`, () => {
    const thing = { type: "object", required: ["id"], properties: { id: { type: "integer" }, name: nullable } }
    const operation = Result.getOrThrow(
      OpenApi.read(document(version, thing), { path: "/things", items: "", method: "GET" })
    )
    assert.deepEqual(operation.parameters, { colour: { type: "string", enum: ["red", "blue"] } })
    assert.deepEqual([operation.methods, operation.statuses], [["GET", "POST"], ["200"]])
    const { unchecked, validate } = Schema.validator(operation.response)
    assert.deepEqual(unchecked, [])
    assert.deepEqual(validate([{ id: 1, name: null }, { id: 2, name: "x" }, { id: 3 }]), [])
    for (const wrong of [{}, { id: 1.5 }, { id: 1, name: 2 }, { id: 1, name: "" }, 3]) {
      assert.notDeepEqual(validate([wrong]), [], JSON.stringify(wrong))
    }
  })
}

/** Schemas of an OpenAPI document, with values that they allow and values that they don't. */
const schemas: ReadonlyArray<
  readonly [what: string, schema: object, right: ReadonlyArray<unknown>, wrong: ReadonlyArray<unknown>]
> = [
  ["two limits of one kind", { allOf: [{ type: "number", minimum: 1 }, { minimum: 3 }] }, [3], [0, 2]],
  ["two patterns", { allOf: [{ type: "string", pattern: "^a" }, { pattern: "b$" }] }, ["ab"], ["a", "b"]],
  ["two formats", { allOf: [{ type: "string", format: "date" }, { format: "uuid" }] }, [], ["2026-01-01"]],
  [
    "two rules for other fields",
    {
      properties: { id: {} },
      allOf: [{ additionalProperties: { type: "string" } }, { additionalProperties: { minLength: 2 } }]
    },
    [{ id: 1, name: "ab" }],
    [{ id: 1, name: "a" }, { name: 3 }]
  ],
  ["an enum or null, in 3.0", { type: "string", nullable: true, enum: ["a"] }, [null, "a"], ["b", 1]],
  ["an enum or null, in 3.1", { anyOf: [{ type: "string", enum: ["a"] }, { type: "null" }] }, [null, "a"], ["b", 1]],
  ["an enum that lacks one of its types", { type: ["string", "null"], enum: ["a"] }, ["a"], [null]],
  [
    "one of two or null, in 3.0",
    {
      nullable: true,
      oneOf: [{ type: "string" }, { type: "integer" }]
    },
    [null, "a", 1],
    [1.5]
  ],
  ["all of two or null, in 3.0", { nullable: true, allOf: [{ type: "string" }, { minLength: 1 }] }, [null, "a"], [
    "",
    1
  ]],
  [
    "any of two or null, in 3.1",
    { anyOf: [{ type: "string" }, { type: "integer" }, { type: "null" }] },
    [null, "a", 1],
    [1.5]
  ],
  [
    "nullable far inside",
    { oneOf: [{ properties: { a: { nullable: true, allOf: [{ type: "string" }] } } }, { type: "integer" }] },
    [{ a: null }, { a: "x" }, 1],
    [{ a: 1 }, "x"]
  ],
  [
    "a bound of 3.0 far inside",
    { additionalProperties: { type: "number", minimum: 5, exclusiveMinimum: true } },
    [{ a: 6 }],
    [{ a: 5 }]
  ],
  ["a field that must not be", { type: "object", properties: { a: false } }, [{}], [{ a: 1 }]],
  ["a value that looks like a schema", { enum: [{ nullable: true }] }, [{ nullable: true }], [{}]]
]

const thingOf = (thing: object): JsonSchema =>
  Result.getOrThrow(OpenApi.read(document("3.1.0", thing), { path: "/things", items: "", method: "GET" })).item

for (const [what, schema, right, wrong] of schemas) {
  Deno.test(`read() makes a schema of ${what} that tells right from wrong`, () => {
    const { unchecked, validate } = Schema.validator(thingOf(schema))
    assert.deepEqual(unchecked, [])
    for (const value of right) assert.deepEqual(validate(value), [], JSON.stringify(value))
    for (const value of wrong) assert.notDeepEqual(validate(value), [], JSON.stringify(value))
  })
}

Deno.test("read() leaves in a schema what it doesn't know, to be told as unchecked", () => {
  const { unchecked } = Schema.validator(thingOf({
    oneOf: [{ type: "file" }, { type: "string", format: "money" }],
    discriminator: { propertyName: "kind" }
  }))
  assert.deepEqual(unchecked.map(({ keyword }) => keyword).sort(), ["discriminator", "format: money", "type"])
})

Deno.test("read() requires no field of `optional`", () => {
  const thing = { type: "object", required: ["id", "owner"], properties: { id: {}, owner: {} } }
  const where = { path: "/things", items: "", method: "GET", optional: ["[].owner"] } as const
  const { item, parts } = Result.getOrThrow(OpenApi.read(document("3.0.0", thing), where))
  assert.deepEqual(item["required"], ["id"])
  assert([...parts.values()].some(({ name, required }) => name === "[].owner" && required))
})

Deno.test("read() tells a schema that contains itself as unchecked, and doesn't loop", () => {
  const tree = {
    type: "object",
    properties: { id: { type: "integer" }, child: { $ref: "#/components/schemas/thing" } }
  }
  const { response } = Result.getOrThrow(
    OpenApi.read(document("3.1.0", tree), { path: "/things", items: "", method: "GET" })
  )
  assert(Schema.validator(response).unchecked.some(({ keyword }) => keyword === "$ref"))
  assert.notDeepEqual(Schema.validator(response).validate([{ id: "x" }]), [])
  assert.deepEqual(Schema.validator(response).validate([{ id: 1, child: { id: 2, child: { id: 3 } } }]), [])
})
