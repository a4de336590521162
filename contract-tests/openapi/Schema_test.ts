import * as Result from "effect/Result"
import assert from "node:assert/strict"
import type { JsonSchema } from "./OpenApi.ts"
import * as OpenApi from "./OpenApi.ts"
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
    ["a number in bounds", { type: "number", exclusiveMinimum: 0 }, 1, 0, "exclusiveMinimum"]
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
      size: { type: "integer", format: "int32" }
    },
    allOf: [{ items: { $ref: "#/elsewhere" } }]
  }
  assert.deepEqual(Schema.validator(schema).unchecked, [
    { schema: "#/discriminator", keyword: "discriminator" },
    { schema: "#/properties/photo/contentEncoding", keyword: "contentEncoding" },
    { schema: "#/properties/price/format", keyword: "format: money" },
    { schema: "#/allOf/0/items/$ref", keyword: "$ref" }
  ])
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
    assert.deepEqual(operation.parameters, { colour: { type: "string", enum: ["blue", "red"] } })
    assert.deepEqual([operation.methods, operation.statuses], [["GET", "POST"], ["200"]])
    const { unchecked, validate } = Schema.validator(operation.response)
    assert.deepEqual(unchecked, [])
    assert.deepEqual(validate([{ id: 1, name: null }, { id: 2, name: "x" }, { id: 3 }]), [])
    for (const wrong of [{}, { id: 1.5 }, { id: 1, name: 2 }, { id: 1, name: "" }, 3]) {
      assert.notDeepEqual(validate([wrong]), [], JSON.stringify(wrong))
    }
  })
}

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
})
