import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import assert from "node:assert/strict"
import * as Yaml from "yaml"
import { isQuick } from "../engine/testing.ts"
import * as Drift from "../openapi/Drift.ts"
import * as OpenApi from "../openapi/OpenApi.ts"
import type { UnusableReason } from "../openapi/Part.ts"
import { maxSchemas } from "../openapi/Part.ts"
import recorded from "./contract/openapi.json" with { type: "json" }
import { deviations } from "./deviations.ts"
import { document as ourDocument, where } from "./document.ts"

const page = Deno.readTextFileSync(new URL("./contract/list-client-sessions.md", import.meta.url))

const check = (input: string | Uint8Array): Drift.DriftReport => Drift.check(ourDocument, input, deviations)

const parse = (input: string | Uint8Array) => OpenApi.parse(input, where)

type Json = { [key: string]: unknown }

/** The object at a path of a document, for a test to change. */
const at = (document: unknown, ...path: ReadonlyArray<string | number>): Json => {
  const found = path.reduce<unknown>((value, key) => Reflect.get(Object(value), key), document)
  assert(Predicate.isObjectOrArray(found), `nothing at ${path.join("/")}`)
  return found as Json
}

const copy = (): Json => at(structuredClone(recorded))
const operation = (document: unknown): Json => at(document, "paths", "/client_sessions/list", "post")
const session = (document: unknown): Json => at(document, "components", "schemas", "client_session")
const field = (document: unknown, name: string): Json => at(session(document), "properties", name)
const requestSchema = (document: unknown): Json =>
  at(operation(document), "requestBody", "content", "application/json", "schema")
const filter = (document: unknown, name: string): Json => at(requestSchema(document), "properties", name)
const responses = (document: unknown): Json => at(operation(document), "responses")
const answer = (document: unknown): Json => at(responses(document), "200", "content", "application/json", "schema")
const answerFields = (document: unknown): Json => at(answer(document), "properties")
const remove = (document: unknown, name: string): void => {
  delete at(session(document), "properties")[name]
  optional(document, name)
}
const optional = (document: unknown, name: string): void => {
  session(document).required = recorded.components.schemas.client_session.required?.filter((key) => key !== name)
}

const read = (document: unknown): OpenApi.OpenApiOperation => Result.getOrThrow(OpenApi.read(document, where))

const mutated = (mutate: (document: Json) => void): Json => {
  const document = copy()
  mutate(document)
  return document
}

const differences = (document: unknown): ReadonlyArray<Drift.Difference> =>
  Drift.differences(ourDocument, read(document), deviations)

type Row = readonly [what: string, mutate: (document: Json) => void, ...expected: ReadonlyArray<Drift.Verdict>]

const breaks = "breaks this client"
const meaning = "changes a meaning"
const harmless = "harmless"

/** Each mutation of the recorded contract, with the verdicts that it must get: one for each difference. */
const table: ReadonlyArray<Row> = [
  ["the operation is deprecated", (document) => operation(document).deprecated = true, meaning],
  ["the operation is described otherwise", (document) => operation(document).description = "Lists.", harmless],
  ["the operation has callbacks", (document) => operation(document).callbacks = { done: {} }, meaning],

  ["another server", (document) => document.servers = [{ url: "https://example.com" }], meaning, harmless],
  ["a second server", (document) => at(document, "servers")[1] = { url: "https://eu.example.com" }, harmless],
  ["no servers", (document) => delete document.servers, meaning],
  ["a server for the operation", (document) => operation(document).servers = [{ url: "/v2" }], meaning, harmless],
  ["a slash at the server's end", (document) => at(document, "servers", 0).url = "https://connect.getseam.com/"],

  [
    "API keys refused",
    (document) => operation(document).security = recorded.paths["/client_sessions/list"].post.security.slice(1),
    breaks
  ],
  [
    "another kind of credential",
    (document) => {
      at(document, "components", "securitySchemes").client_session = { type: "http", scheme: "bearer" }
      at(operation(document), "security")[3] = { client_session: [] }
    },
    meaning
  ],
  ["no credential needed", (document) => at(operation(document), "security")[3] = {}, meaning],
  ["no security at all", (document) => delete operation(document).security, breaks, breaks, breaks],
  [
    "a key in a header",
    (document) =>
      at(document, "components", "securitySchemes").api_key = { type: "apiKey", in: "header", name: "seam-api-key" },
    breaks,
    meaning
  ],
  [
    "another kind of token",
    (document) => at(document, "components", "securitySchemes", "api_key").bearerFormat = "JWT",
    meaning
  ],
  ["a scope", (document) => at(operation(document), "security", 0).api_key = ["client_sessions:read"], breaks],
  ["a scheme described", (document) => at(document, "components", "securitySchemes", "api_key").description = "A key."],
  [
    "a scheme that the operation doesn't use",
    (document) => at(document, "components", "securitySchemes").other = { type: "http", scheme: "basic" }
  ],

  [
    "a required parameter",
    (document) =>
      operation(document).parameters = [{
        in: "header",
        name: "seam-version",
        required: true,
        schema: { type: "string" }
      }],
    breaks
  ],
  [
    "an optional parameter",
    (document) => operation(document).parameters = [{ in: "query", name: "verbose", schema: { type: "boolean" } }],
    harmless
  ],
  [
    "a parameter for pages",
    (document) =>
      at(document, "paths", "/client_sessions/list").parameters = [{
        in: "query",
        name: "limit",
        schema: { type: "number" }
      }],
    breaks
  ],
  ["no request body", (document) => delete operation(document).requestBody, breaks],
  [
    "the body as a form",
    (document) => at(operation(document), "requestBody").content = { "application/x-www-form-urlencoded": {} },
    breaks,
    harmless
  ],
  [
    "the body as a form too",
    (document) => at(operation(document), "requestBody", "content")["application/x-www-form-urlencoded"] = {},
    harmless
  ],
  ["the body required", (document) => at(operation(document), "requestBody").required = true, harmless],
  ["unknown parameters refused", (document) => requestSchema(document).additionalProperties = false, meaning],

  ["a new filter", (document) => at(requestSchema(document), "properties").customer_key = { type: "string" }, harmless],
  [
    "a filter for pages",
    (document) => at(requestSchema(document), "properties").page_cursor = { type: "string" },
    breaks
  ],
  ["a new required filter", (document) => {
    at(requestSchema(document), "properties").customer_key = { type: "string" }
    requestSchema(document).required = ["customer_key"]
  }, breaks],
  [
    "a filter renamed",
    (document) => {
      at(requestSchema(document), "properties").user_id = filter(document, "user_identifier_key")
      delete at(requestSchema(document), "properties").user_identifier_key
    },
    breaks,
    harmless
  ],
  ["a filter now required", (document) => requestSchema(document).required = ["user_identifier_key"], breaks],
  ["a filter may be null", (document) => filter(document, "user_identifier_key").nullable = true, meaning],
  [
    "a filter may be null, as the client knows",
    (document) => filter(document, "connect_webview_id").nullable = true,
    harmless
  ],
  [
    "a filter may be null or a list",
    (document) => filter(document, "user_identity_id").type = ["array", "null", "string"],
    harmless
  ],
  [
    "a filter of two types",
    (document) => filter(document, "user_identifier_key").type = ["string", "integer"],
    harmless
  ],
  ["a filter of another type", (document) => filter(document, "user_identifier_key").type = "integer", breaks],
  [
    "a filter as a list",
    (document) => {
      at(requestSchema(document), "properties").client_session_id = { type: "array", items: { type: "string" } }
    },
    breaks,
    harmless
  ],
  ["a filter that must be a UUID", (document) => filter(document, "client_session_id").format = "uuid", meaning],
  ["a filter with an enum", (document) => filter(document, "user_identifier_key").enum = ["a", "b"], meaning],
  ["a filter that may not be empty", (document) => filter(document, "user_identifier_key").minLength = 1, harmless],
  ["a filter with a length", (document) => filter(document, "user_identifier_key").minLength = 2, meaning],
  ["a filter with a default", (document) => filter(document, "without_user_identifier_key").default = true, meaning],
  ["a filter deprecated", (document) => filter(document, "user_identity_id").deprecated = true, meaning],
  [
    "a filter described otherwise",
    (document) => filter(document, "user_identity_id").description = "The user.",
    harmless
  ],

  [
    "201 in place of 200",
    (document) => {
      responses(document)["201"] = responses(document)["200"]
      delete responses(document)["200"]
    },
    breaks,
    breaks
  ],
  ["202 besides 200", (document) => responses(document)["202"] = { description: "Later" }, breaks],
  ["a redirect", (document) => responses(document)["307"] = { description: "Elsewhere" }, breaks],
  ["200 as 2XX", (document) => {
    responses(document)["2XX"] = responses(document)["200"]
    delete responses(document)["200"]
  }],
  ["429 declared", (document) => responses(document)["429"] = { description: "Slow down" }, harmless],
  ["404 declared", (document) => responses(document)["404"] = { description: "Not found" }, meaning],
  ["the other statuses declared", (document) => responses(document).default = { description: "Error" }, meaning],
  ["400 no longer declared", (document) => delete responses(document)["400"], harmless],
  [
    "a body for 401",
    (document) => at(responses(document), "401").content = { "application/json": { schema: { type: "object" } } },
    harmless
  ],
  ["401 described otherwise", (document) => at(responses(document), "401").description = "Who are you?", harmless],
  [
    "the answer as XML",
    (document) => at(responses(document), "200").content = { "application/xml": {} },
    breaks,
    harmless
  ],
  ["a header", (document) => at(responses(document), "200").headers = { "Seam-Request-Id": {} }, harmless],
  [
    "a header with limits on the rate",
    (document) => at(responses(document), "200").headers = { "X-RateLimit-Limit": {} },
    harmless
  ],
  ["a header with links to pages", (document) => at(responses(document), "200").headers = { Link: {} }, breaks],

  ["pages", (document) => answerFields(document).pagination = { type: "object" }, breaks],
  ["a cursor", (document) => answerFields(document).next_page_cursor = { type: "string" }, breaks],
  ["another field beside the sessions", (document) => answerFields(document).warnings = { type: "array" }, harmless],
  [
    "the sessions renamed",
    (document) => {
      answerFields(document).sessions = answerFields(document).client_sessions
      delete answerFields(document).client_sessions
      answer(document).required = ["sessions", "ok"]
    },
    breaks,
    harmless
  ],
  ["the sessions optional", (document) => answer(document).required = ["ok"], breaks],
  ["no ok", (document) => {
    delete answerFields(document).ok
    answer(document).required = ["client_sessions"]
  }, harmless],
  ["ok optional", (document) => answer(document).required = ["client_sessions"], harmless],
  ["ok as text", (document) => at(answerFields(document), "ok").type = "string", breaks],
  ["ok always true", (document) => at(answerFields(document), "ok").enum = [true], meaning],

  ["a required field removed", (document) => remove(document, "token"), breaks],
  ["a field removed that the client does without", (document) => remove(document, "user_identity_ids"), meaning],
  ["an optional field removed", (document) => remove(document, "customer_key"), meaning],
  [
    "a new optional field",
    (document) => at(session(document), "properties").customer_id = { type: "string" },
    harmless
  ],
  ["a new required field", (document) => {
    at(session(document), "properties").customer_id = { type: "string" }
    session(document).required = [...recorded.components.schemas.client_session.required ?? [], "customer_id"]
  }, harmless],
  [
    "a required field without a definition",
    (document) =>
      session(document).required = [...recorded.components.schemas.client_session.required ?? [], "customer_id"],
    harmless
  ],
  ["a required field now optional", (document) => optional(document, "user_identifier_key"), breaks],
  [
    "a field now optional that the client does without",
    (document) => optional(document, "user_identity_ids"),
    harmless
  ],
  [
    "an optional field now required",
    (document) =>
      session(document).required = [...recorded.components.schemas.client_session.required ?? [], "customer_key"],
    harmless
  ],
  ["a field that may be null", (document) => field(document, "expires_at").nullable = true, breaks],
  ["a field that is never null now", (document) => delete field(document, "user_identifier_key").nullable, meaning],
  ["a field of another type", (document) => field(document, "token").type = "integer", breaks],
  ["a field without a type", (document) => delete field(document, "token").type, breaks],
  ["whole devices only", (document) => field(document, "device_count").type = "integer", meaning],
  ["a date without time", (document) => field(document, "created_at").format = "date", breaks],
  ["a date without a format", (document) => delete field(document, "created_at").format, breaks],
  ["ids that are no UUIDs", (document) => delete field(document, "workspace_id").format, meaning],
  [
    "ids in a list that are no UUIDs",
    (document) => delete at(field(document, "connect_webview_ids"), "items").format,
    meaning
  ],
  ["devices counted in doubles", (document) => field(document, "device_count").format = "double", meaning],
  ["tokens that are not empty", (document) => field(document, "token").minLength = 1, meaning],
  ["tokens with a pattern", (document) => field(document, "token").pattern = "^seam_cst", meaning],
  ["a field deprecated", (document) => field(document, "customer_key").deprecated = true, meaning],
  ["a field no longer deprecated", (document) => delete field(document, "user_identity_ids").deprecated, harmless],
  ["a field described otherwise", (document) => field(document, "token").description = "Secret.", harmless],
  ["a list with an end", (document) => at(answerFields(document), "client_sessions").maxItems = 100, meaning],
  [
    "one of two kinds of session",
    (document) =>
      at(answerFields(document), "client_sessions").items = {
        oneOf: [{ $ref: "#/components/schemas/client_session" }, {
          type: "object",
          properties: { id: { type: "string" } }
        }]
      },
    ...Array.from({ length: 8 }, (): Drift.Verdict => breaks),
    breaks,
    harmless,
    harmless,
    harmless,
    harmless
  ]
]

/** A change to the recorded contract, before which it was changed too. */
interface Pair {
  readonly what: string
  readonly before: (document: Json) => void
  readonly now: (document: Json) => void
  /** The verdicts, one for each difference. */
  readonly verdicts: ReadonlyArray<Drift.Verdict>
  /** What one of the sentences says. */
  readonly says?: string
  readonly method?: "GET"
}

const asRecorded = (): void => {}

const path = (document: unknown): Json => at(document, "paths", "/client_sessions/list")

/** The same filters in the query of a GET. */
const addGet = (document: Json): void => {
  const filters = Object.entries(at(requestSchema(document), "properties"))
  const { responses, security } = operation(document)
  path(document).get = {
    security,
    responses,
    parameters: filters.map(([name, schema]) => ({ in: "query", name, schema }))
  }
}

const parameters = (document: unknown): Json => at(path(document), "get", "parameters")

/** A change to a document that has the filters in the query too. */
const inQuery = (mutate: (parameters: Json) => void) => (document: Json): void => {
  addGet(document)
  mutate(parameters(document))
}

const text = { type: "string" }

/** A field beside the sessions. */
const made = (schema: unknown) => (document: Json): void => {
  answerFields(document).made = schema
}

const thing = (properties: Json, required: ReadonlyArray<string> = Object.keys(properties)): Json => ({
  type: "object",
  properties,
  required
})

const server = (url: string, variables?: Json) => (document: Json): void => {
  document.servers = [{ url, ...variables !== undefined && { variables } }]
}

const scheme = (name: string, definition: Json = {}, scopes: ReadonlyArray<string> = []) => (document: Json): void => {
  at(document, "components", "securitySchemes")[name] = { type: "http", scheme: "bearer", ...definition }
  operation(document).security = [{ [name]: scopes }]
}

const header = (name: string) => (document: Json): void => {
  operation(document).parameters = [{ in: "header", name, required: true, schema: text }]
}

const pair = (
  what: string,
  before: Pair["before"],
  now: Pair["now"],
  verdicts: Pair["verdicts"],
  besides: Pick<Pair, "says" | "method"> = {}
): Pair => ({ what, before, now, verdicts, ...besides })

const pairs: ReadonlyArray<Pair> = [
  // Filters
  pair("an empty filter was not taken", asRecorded, (document) => filter(document, "user_identity_id").minLength = 1, [
    harmless
  ], { says: "never sends an empty one" }),
  pair(
    "an empty value of a filter that the client sends",
    (document) => {
      at(requestSchema(document), "properties").name = text
    },
    (document) => {
      at(requestSchema(document), "properties").name = { ...text, minLength: 1 }
    },
    [meaning],
    { says: "an empty one was taken" }
  ),
  pair(
    "an empty filter taken again",
    (document) => filter(document, "user_identity_id").minLength = 1,
    asRecorded,
    [harmless],
    { says: "still taken" }
  ),
  pair(
    "a longer filter taken",
    (document) => filter(document, "user_identity_id").maxLength = 9,
    (document) => filter(document, "user_identity_id").maxLength = 20,
    [harmless]
  ),
  pair(
    "a shorter filter only",
    (document) => filter(document, "user_identity_id").maxLength = 20,
    (document) => filter(document, "user_identity_id").maxLength = 9,
    [meaning]
  ),
  pair(
    "one more value of a filter",
    (document) => filter(document, "user_identity_id").enum = ["a"],
    (document) => filter(document, "user_identity_id").enum = ["b", "a"],
    [harmless]
  ),
  pair(
    "one value of a filter less",
    (document) => filter(document, "user_identity_id").enum = ["a", "b"],
    (document) => filter(document, "user_identity_id").enum = ["b"],
    [meaning]
  ),
  pair(
    "a filter of any format",
    (document) => filter(document, "user_identity_id").format = "uuid",
    asRecorded,
    [harmless]
  ),
  ...[
    { type: ["string", "null"] },
    { anyOf: [text, { type: "null" }] },
    { oneOf: [{ type: "null" }, text] },
    { oneOf: [{ enum: [null] }, text] },
    { ...text, nullable: true }
  ].flatMap((schema) => [
    pair(
      `null as a filter: ${JSON.stringify(schema)}`,
      asRecorded,
      (document) => {
        const { description, ...rest } = filter(document, "user_identifier_key")
        at(requestSchema(document), "properties").user_identifier_key = {
          description,
          ...rest,
          type: undefined,
          ...schema
        }
      },
      [meaning],
      { says: "null is a question of its own" }
    ),
    pair(
      `null as a filter that the client sends: ${JSON.stringify(schema)}`,
      asRecorded,
      (document) => {
        const { description, ...rest } = filter(document, "connect_webview_id")
        at(requestSchema(document), "properties").connect_webview_id = {
          description,
          ...rest,
          type: undefined,
          ...schema
        }
      },
      [harmless],
      { says: "sends null already" }
    )
  ]),
  pair(
    "null refused again",
    (document) => filter(document, "connect_webview_id").nullable = true,
    asRecorded,
    [breaks]
  ),
  pair(
    "one of two filters needed",
    asRecorded,
    (document) => {
      requestSchema(document).anyOf = [{ required: ["client_session_id"] }, { required: ["user_identity_id"] }]
    },
    [meaning],
    { says: "client_session_id or user_identity_id now" }
  ),
  pair(
    "neither of two filters needed",
    (document) => {
      requestSchema(document).anyOf = [{ required: ["client_session_id"] }, { required: ["user_identity_id"] }]
    },
    asRecorded,
    [harmless]
  ),

  // Pages
  ...["pagination", "nextPageCursor", "has_more", "links", "next", "total_pages", "nextLink"].map((name) =>
    pair(`pages by the field ${name}`, asRecorded, (document) => answerFields(document)[name] = text, [breaks], {
      says: "no longer hold every item"
    })
  ),
  ...["rate_limit", "deadline", "texts", "linked"].map((name) =>
    pair(`no pages by the field ${name}`, asRecorded, (document) => answerFields(document)[name] = text, [harmless])
  ),
  ...["Link", "X-Next-Page", "X-Pagination-Cursor"].map((name) =>
    pair(`pages by the header ${name}`, asRecorded, (document) => {
      at(responses(document), "200").headers = { [name]: {} }
    }, [breaks])
  ),
  ...["limit", "page_cursor", "pageSize", "offset", "starting_after"].map((name) =>
    pair(`pages by the filter ${name}`, asRecorded, (document) => {
      at(requestSchema(document), "properties")[name] = text
    }, [breaks])
  ),
  pair("pages inside of what there was", made(thing({})), made(thing({ has_next_page: { type: "boolean" } })), [
    breaks
  ]),
  pair("pages no more", made({ ...text }), asRecorded, [harmless]),
  pair(
    "pages by the query of a GET",
    addGet,
    inQuery((parameters) => parameters[5] = { in: "query", name: "limit", schema: text }),
    [breaks],
    { method: "GET" }
  ),

  // Credentials
  pair("a scheme renamed", scheme("one"), scheme("two"), [harmless], { says: "one before, two now" }),
  pair("a scheme renamed, and another", scheme("one"), scheme("two", { scheme: "basic" }), [breaks, meaning]),
  pair("a scheme renamed, for another scope", scheme("one", {}, ["read"]), scheme("two", {}, ["write"]), [
    breaks,
    meaning
  ]),
  pair("a scheme of the same name changed", scheme("one"), scheme("one", { scheme: "basic" }), [breaks]),
  pair("scopes in another order", scheme("one", {}, ["a", "b"]), scheme("one", {}, ["b", "a"]), []),
  pair("two schemes swapped", asRecorded, (document) => {
    const schemes = at(document, "components", "securitySchemes")
    const { api_key, pat_with_workspace } = schemes
    Object.assign(schemes, { api_key: pat_with_workspace, pat_with_workspace: api_key })
  }, [harmless, harmless]),
  pair("two schemes together renamed", (document) => {
    scheme("a")(document)
    scheme("z", { scheme: "basic" })(document)
    operation(document).security = [{ a: [], z: [] }]
  }, (document) => {
    scheme("m")(document)
    scheme("b", { scheme: "basic" })(document)
    operation(document).security = [{ m: [], b: [] }]
  }, [harmless]),

  // Headers
  ...["Accept", "content-type", "AUTHORIZATION", "User-Agent"].flatMap((name) => [
    pair(`a required header ${name}`, asRecorded, header(name), [harmless]),
    pair(`a required header ${name} no more`, header(name), asRecorded, [harmless])
  ]),
  pair("a required header of its own", asRecorded, header("Accept-Version"), [breaks]),
  pair("a header in another case", header("Seam-Version"), header("seam-version"), [harmless]),

  // Servers
  pair(
    "a server by variables",
    server("https://a.example/v1"),
    server("https://{host}/{v}", {
      host: { default: "a.example", enum: ["a.example", "b.example"] },
      v: { default: "v1" }
    }),
    [harmless],
    { says: "variables" }
  ),
  pair(
    "a server by other variables",
    server("https://a.example/v1"),
    server("https://{host}/v1", { host: { default: "b.example" } }),
    [meaning, harmless]
  ),
  pair(
    "a server by a variable without a default",
    server("https://a.example"),
    server("https://{host}", { host: {} }),
    [
      meaning,
      harmless
    ],
    { says: "https://{host}" }
  ),
  pair(
    "a port as a number",
    server("http://a.example:8080"),
    server("http://a.example:{port}/", { port: { default: 8080 } }),
    [harmless]
  ),

  // One of several objects
  pair(
    "one of two objects",
    made(thing({ a: text, b: text, c: text }, ["a"])),
    made({ oneOf: [thing({ a: text, b: text }), thing({ a: text, c: text })] }),
    []
  ),
  pair(
    "any of them, in another order",
    made({ oneOf: [thing({ a: text, b: text }), thing({ a: { type: "integer" }, c: text })] }),
    made({ anyOf: [thing({ c: text, a: { type: "integer" } }), thing({ b: text, a: text })] }),
    []
  ),
  pair(
    "a field in one of them only",
    made({ anyOf: [thing({ a: text, b: text }), thing({ a: text, b: text, c: text })] }),
    made({ anyOf: [thing({ a: text, b: text }), thing({ a: text, c: text })] }),
    [breaks],
    { says: "made.b is now optional" }
  ),
  pair(
    "a field of either type",
    made(thing({ a: text })),
    made({ anyOf: [thing({ a: text }), thing({ a: { type: "integer" } })] }),
    [breaks],
    { says: "integer or string now" }
  ),
  pair(
    "a field of either format",
    made(thing({ a: { ...text, format: "uuid" } })),
    made({ anyOf: [thing({ a: { ...text, format: "uuid" } }), thing({ a: { ...text, format: "date" } })] }),
    [breaks],
    { says: "date or uuid now" }
  ),
  pair(
    "a limit that both have",
    made(thing({ a: { ...text, maxLength: 5 } })),
    made({ anyOf: [thing({ a: { ...text, maxLength: 5, title: "A" } }), thing({ a: { maxLength: 5, ...text } })] }),
    []
  ),
  pair(
    "a limit that one of them has not",
    made(thing({ a: { ...text, maxLength: 5 } })),
    made({ anyOf: [thing({ a: { ...text, maxLength: 5 } }), thing({ a: text })] }),
    [meaning]
  ),
  pair(
    "a limit on texts, beside numbers",
    made({ type: ["string", "integer"], maxLength: 5 }),
    made({ oneOf: [{ ...text, maxLength: 5 }, { type: "integer" }] }),
    []
  ),
  pair("values one by one", made({ ...text, enum: ["b", "a"] }), made({ oneOf: [{ const: "a" }, { const: "b" }] }), []),
  pair(
    "one of two objects, or null",
    made({ ...thing({ a: text, b: text }, []), nullable: true }),
    made({ anyOf: [{ type: "null" }, thing({ a: text }), thing({ b: text })] }),
    []
  ),
  pair(
    "one of two objects beside fields of its own",
    made(thing({ a: text, b: text, c: text }, ["a"])),
    made({ allOf: [thing({ a: text }), { oneOf: [thing({ b: text }), thing({ c: text })] }] }),
    []
  ),
  pair(
    "one of two lists",
    made({ type: "array", items: { type: ["integer", "string"] } }),
    made({
      oneOf: [{ type: "array", items: text }, { type: "array", items: { type: "integer" } }]
    }),
    []
  ),
  pair(
    "by reference, with a discriminator",
    made({ ...thing({ kind: text, b: text }, ["kind"]), title: "Made" }),
    (document) => {
      Object.assign(at(document, "components", "schemas"), {
        one: { allOf: [{ $ref: "#/components/schemas/base" }] },
        two: { allOf: [{ $ref: "#/components/schemas/base" }, thing({ b: text })] },
        base: thing({ kind: text })
      })
      made({
        title: "Made",
        oneOf: [{ $ref: "#/components/schemas/one" }, { $ref: "#/components/schemas/two" }],
        discriminator: { propertyName: "kind" }
      })(document)
    },
    [harmless],
    { says: "discriminator" }
  ),
  pair(
    "one of two kinds of session, one with more",
    asRecorded,
    (document) => {
      at(answerFields(document), "client_sessions").items = {
        anyOf: [
          { $ref: "#/components/schemas/client_session" },
          { allOf: [{ $ref: "#/components/schemas/client_session" }, thing({ more: text })] }
        ],
        description: session(document).description,
        "x-route-path": session(document)["x-route-path"]
      }
    },
    [harmless],
    { says: "client_sessions[].more is new" }
  ),
  pair(
    "one of two answers",
    asRecorded,
    (document) => {
      const { client_sessions, ok } = answerFields(document)
      at(responses(document), "200", "content", "application/json").schema = {
        oneOf: [thing({ client_sessions, ok }), thing({ error: text, ok })]
      }
    },
    [breaks, harmless],
    { says: "client_sessions is now optional" }
  ),
  pair("one of two requests", asRecorded, (document) => {
    const { connect_webview_id, ...others } = at(requestSchema(document), "properties")
    at(operation(document), "requestBody", "content", "application/json").schema = {
      oneOf: [thing({ connect_webview_id }, []), thing(others, [])]
    }
  }, []),

  // GET beside POST
  pair("GET too", asRecorded, addGet, [harmless], { says: "GET /client_sessions/list is new" }),
  pair("GET no more", addGet, asRecorded, [meaning], { says: "GET /client_sessions/list is gone" }),
  pair("GET deprecated", addGet, (document) => {
    addGet(document)
    at(path(document), "get").deprecated = true
  }, [meaning]),
  ...([
    ["without a filter", (parameters) => Array.prototype.shift.call(parameters), [meaning]],
    ["with another filter", (parameters) => parameters[5] = { in: "query", name: "more" }, [harmless]],
    ["with a filter that it needs", (parameters) => at(parameters, 0).required = true, [meaning]],
    ["with a new filter that it needs", (parameters) => {
      parameters[5] = { in: "query", name: "more", required: true }
    }, [meaning]],
    ["with a longer filter", (parameters) => at(parameters, 0).schema = { ...text, maxLength: 99 }, [meaning]],
    ["with null", (parameters) => at(parameters, 0).schema = { ...text, nullable: true }, [meaning]],
    ["with numbers too", (parameters) => at(parameters, 0).schema = { type: ["string", "integer"] }, [harmless]]
  ] satisfies ReadonlyArray<readonly [string, (parameters: Json) => void, ReadonlyArray<Drift.Verdict>]>).map((
    [what, mutate, verdicts]
  ) =>
    pair(`GET ${what}`, (document) => {
      addGet(document)
      at(parameters(document), 0).schema = text
    }, (document) => {
      addGet(document)
      at(parameters(document), 0).schema = text
      mutate(parameters(document))
    }, verdicts)
  ),

  pair(
    "GET with a filter of any format",
    inQuery((parameters) => {
      at(parameters, 0).schema = { ...text, format: "uuid" }
    }),
    addGet,
    [harmless, harmless]
  ),

  // An operation by query
  ...([
    ["a filter gone", (parameters) => Array.prototype.shift.call(parameters), [breaks]],
    ["a filter required", (parameters) => at(parameters, 0).required = true, [breaks]],
    ["a new filter", (parameters) => parameters[5] = { in: "query", name: "more" }, [harmless]],
    ["a new filter required", (parameters) => parameters[5] = { in: "query", name: "more", required: true }, [breaks]],
    ["a filter of another type", (parameters) => at(parameters, 0).schema = { type: "boolean" }, [breaks, harmless]],
    ["a filter deprecated", (parameters) => at(parameters, 0).deprecated = true, [meaning]],
    ["a filter described otherwise", (parameters) => at(parameters, 0).description = "Else.", [harmless]],
    ["lists by commas", (parameters) => at(parameters, 0).explode = false, [meaning]],
    [
      "lists as usual, in so many words",
      (parameters) => Object.assign(at(parameters, 0), { style: "form", explode: true }),
      []
    ],
    ["a filter in a header", (parameters) => at(parameters, 0).in = "header", [breaks, harmless]]
  ] satisfies ReadonlyArray<readonly [string, (parameters: Json) => void, ReadonlyArray<Drift.Verdict>]>).map((
    [what, mutate, verdicts]
  ) => pair(`by query: ${what}`, addGet, inQuery(mutate), verdicts, { method: "GET" })),

  // Words
  pair(
    "other words",
    (document) => field(document, "token").description = "The secret.",
    (document) => field(document, "token").description = "A secret.",
    [harmless],
    { says: "description: \"The secret.\" before, \"A secret.\" now" }
  ),
  pair(
    "other words at the end of many",
    (document) => field(document, "token").description = `${"Much. ".repeat(50)}Secret.`,
    (document) => field(document, "token").description = `${"Much. ".repeat(50)}Public.\u001b[2J`,
    [harmless],
    { says: "Secret.\" before, …. Much. Much. Much. Public.\\u001b[2J\" now" }
  )
]

Deno.test("differences() gives each change its verdict, whatever was before", async (test) => {
  for (const { before, method = "POST", now, says, verdicts, what } of pairs) {
    await test.step(what, () => {
      const found = between(mutated(before), mutated(now), method)
      const report = Drift.report(found).lines.join("\n")
      assert.deepEqual(found.map(({ verdict }) => verdict), verdicts, report)
      if (says !== undefined) assert(found.some(({ sentence }) => sentence.includes(says)), report)
    })
  }
})

const between = (before: Json, now: Json, method: "GET" | "POST" = "POST"): ReadonlyArray<Drift.Difference> => {
  const [one, other] = [before, now].map((document) => Result.getOrThrow(OpenApi.read(document, { ...where, method })))
  assert(one !== undefined && other !== undefined)
  return Drift.differences(one, other, deviations)
}

Deno.test("differences() gives each kind of change its verdict", async (test) => {
  for (const [what, mutate, ...expected] of table) {
    await test.step(what, () => {
      const found = differences(mutated(mutate))
      assert.deepEqual(found.map(({ verdict }) => verdict), expected, Drift.report(found).lines.join("\n"))
    })
  }
})

Deno.test("differences() calls every difference since 2026-08 harmless", () => {
  const parameters = ["client_session_id", "connect_webview_id", "user_identifier_key", "user_identity_id"]
  const found = differences(mutated((document) => {
    for (const name of ["connect_webview_id", "user_identity_id"]) filter(document, name).nullable = true
    for (const name of ["client_session_id", "user_identifier_key"]) filter(document, name).minLength = 1
    at(document, "paths", "/client_sessions/list").get = {
      operationId: "clientSessionsListGet",
      parameters: parameters.map((name) => ({ in: "query", name, schema: filter(document, name) })),
      responses: responses(document)
    }
  }))
  assert.deepEqual(
    found.map(({ change, place, verdict }) => `${place.split("/").at(-1)} ${change}: ${verdict}`),
    [
      "get added: harmless",
      "client_session_id no longer empty: harmless",
      "connect_webview_id more types: harmless",
      "user_identifier_key no longer empty: harmless",
      "user_identity_id more types: harmless"
    ]
  )
  assert.equal(Drift.report(found).exitCode, 0)
})

Deno.test("differences() says what changed, where, and why it matters, in a sentence", () => {
  const found = differences(mutated((document) => field(document, "expires_at").nullable = true))
  assert.deepEqual(found, [{
    place: "/responses/200/content/application~1json/schema/properties/client_sessions/items/properties/expires_at",
    kind: "item field",
    change: "more types",
    verdict: "breaks this client",
    sentence: "the item field client_sessions[].expires_at may have more types (string before, null or string now): " +
      "the client refuses values of the new types."
  }])
})

Deno.test("differences() has a use for every rule", () => {
  // Both ways round, as some rules are about what the recorded contract already is.
  const found = table.flatMap(([, mutate]) => {
    const other = read(mutated(mutate))
    return [...Drift.differences(ourDocument, other, deviations), ...Drift.differences(other, ourDocument, deviations)]
  }).concat(pairs.flatMap(({ before, method, now }) => between(mutated(before), mutated(now), method)))
  for (const { because, changes, on, verdict } of Drift.rules) {
    const uses = found.filter(({ change, kind, sentence, ...difference }) =>
      (on === "anything" || on.includes(kind)) && changes.includes(change) && difference.verdict === verdict &&
      sentence.endsWith(`: ${because}.`)
    )
    assert.notEqual(uses.length, 0, because)
  }
})

/** The recorded contract in other words: no difference may be found. */
const rewordings: ReadonlyArray<readonly [string, (document: Json) => void]> = [
  ["OpenAPI 3.1 with a list of types", (document) => {
    document.openapi = "3.1.0"
    delete field(document, "user_identifier_key").nullable
    field(document, "user_identifier_key").type = ["string", "null"]
  }],
  ["a null alternative", (document) => {
    const { nullable: _, type, ...rest } = field(document, "user_identifier_key")
    at(session(document), "properties").user_identifier_key = { ...rest, anyOf: [{ type }, { type: "null" }] }
  }],
  ["the schema inline", (document) => at(answerFields(document), "client_sessions").items = session(document)],
  ["a reference to a reference", (document) => {
    at(document, "components", "schemas").session = { $ref: "#/components/schemas/client_session" }
    at(answerFields(document), "client_sessions").items = { $ref: "#/components/schemas/session" }
  }],
  ["an escaped reference", (document) => {
    at(document, "components", "schemas")["a/b c"] = session(document)
    at(answerFields(document), "client_sessions").items = { $ref: "#/components/schemas/a~1b%20c" }
  }],
  ["allOf", (document) => {
    const { properties, required, ...rest } = session(document)
    const { token, ...others } = at(properties)
    at(document, "components", "schemas").client_session = {
      ...rest,
      allOf: [{ properties: others, required }, { type: "object", properties: { token } }]
    }
  }],
  ["a nullable reference", (document) => {
    const { nullable: _, ...key } = field(document, "user_identifier_key")
    at(document, "components", "schemas").key = key
    at(session(document), "properties").user_identifier_key = {
      nullable: true,
      allOf: [{ $ref: "#/components/schemas/key" }]
    }
  }],
  ["references for everything", (document) => {
    const post = operation(document)
    Object.assign(at(document, "components"), {
      requestBodies: { list: post.requestBody },
      responses: { list: responses(document)["200"] },
      pathItems: { list: at(document, "paths", "/client_sessions/list") }
    })
    post.requestBody = { $ref: "#/components/requestBodies/list" }
    responses(document)["200"] = { $ref: "#/components/responses/list" }
    at(document, "paths")["/client_sessions/list"] = { $ref: "#/components/pathItems/list" }
  }],
  ["a parameter of the media type", (document) => {
    at(responses(document), "200").content = { "Application/JSON; charset=utf-8": { schema: answer(document) } }
  }],
  ["other operations", (document) => {
    at(document, "paths")["/devices/list"] = { post: { requestBody: { $ref: "#/nowhere" } } }
  }],
  ["security for the whole document", (document) => {
    document.security = operation(document).security
    delete operation(document).security
  }],
  ["additional properties allowed in so many words", (document) => session(document).additionalProperties = true]
]

Deno.test("differences() finds no difference in the same contract put in other words", async (test) => {
  for (const [what, reword] of rewordings) {
    await test.step(what, () => {
      const document = mutated(reword)
      assert.notDeepEqual(document, recorded)
      assert.deepEqual(differences(document), [])
    })
  }
})

/** Schemas of some levels, out of everything that a schema may be made of. */
const schemas = (levels: number): fc.Arbitrary<Json> => {
  const inner = levels === 0 ? fc.constant({}) : schemas(levels - 1)
  return fc.record({
    type: fc.constantFrom("string", "object", "array", "integer", ["string", "null"]),
    format: fc.constantFrom("uuid", "date"),
    nullable: fc.boolean(),
    deprecated: fc.boolean(),
    description: fc.string(),
    enum: fc.array(fc.oneof(fc.string(), fc.integer())),
    minimum: fc.integer(),
    exclusiveMinimum: fc.boolean(),
    properties: fc.dictionary(fc.constantFrom("a", "b/c", "__proto__", "constructor"), inner, { maxKeys: 2 }),
    required: fc.array(fc.constantFrom("a", "z")),
    items: inner,
    allOf: fc.array(inner, { maxLength: 2 }),
    oneOf: fc.array(inner, { maxLength: 2 }),
    anyOf: fc.array(inner, { maxLength: 2 }),
    additionalProperties: fc.oneof(fc.boolean(), inner),
    $ref: fc.constantFrom("#/components/schemas/client_session", "#/components/schemas/made")
  }, { requiredKeys: [] })
}

const documents = schemas(3).map((schema) =>
  mutated((document) => {
    at(document, "components", "schemas").made = schema
    answerFields(document).made = { $ref: "#/components/schemas/made" }
    at(requestSchema(document), "properties").made = structuredClone(schema)
  })
)

const shuffled = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shuffled)
    : Predicate.isObject(value)
    ? Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, shuffled(inner)]))
    : value

Deno.test("differences() of a document with itself is empty, in any order of keys, and never throws", () => {
  const numRuns = isQuick ? 40 : 300
  let compared = 0
  fc.assert(
    fc.property(documents, (document) => {
      const one = OpenApi.read(document, where)
      const other = OpenApi.read(shuffled(document), where)
      if (Result.isFailure(one)) {
        assert(Result.isFailure(other))
        assert.match(one.failure.reason, /cyclic reference|not OpenAPI 3|too large/)
        return
      }
      compared++
      assert.deepEqual(Drift.differences(one.success, Result.getOrThrow(other)), [])
    }),
    { numRuns }
  )
  // About two of five can be read: so few by chance are not seen in a lifetime.
  assert(compared > numRuns / 20, `only ${compared} documents could be read`)
})

Deno.test("differences() holds a schema within itself for the same as its like", () => {
  const nested = mutated((document) =>
    at(session(document), "properties").parent = { $ref: "#/components/schemas/client_session" }
  )
  assert.deepEqual(differences(nested).map(({ verdict }) => verdict), ["harmless"])
  assert.deepEqual(Drift.differences(read(nested), read(nested)), [])
})

Deno.test("parse() reads the recorded page, and its YAML and JSON alone, as the same operation", () => {
  const yaml = /^````yaml[^\n]*\n([\s\S]*?)^````/m.exec(page)?.[1]
  assert(yaml !== undefined)
  for (const text of [page, yaml, JSON.stringify(recorded), page.replaceAll("\n", "\r\n"), `\uFEFF${yaml}`]) {
    assert.deepEqual(parse(text), Result.succeed(ourDocument))
  }
})

Deno.test("parse() passes over blocks of a page that are something else", () => {
  const example = "```json\n{\"client_session_id\": 1}\n```\n\n~~~yaml\n- no\n- document\n~~~\n\n"
  assert.deepEqual(parse(example + page), Result.succeed(ourDocument))
})

/** Ways to write the recorded document, each as a text or as bytes. */
const yaml = Yaml.stringify(recorded)

const utf16 = (text: string, mark: boolean, isBig: boolean): Uint8Array => {
  const units = Uint16Array.from(`${mark ? "\uFEFF" : ""}${text}`, (character) => character.charCodeAt(0))
  const bytes = new Uint8Array(2 * units.length)
  units.forEach((unit, index) => new DataView(bytes.buffer).setUint16(2 * index, unit, !isBig))
  return bytes
}

const fenced = (open: string, close: string, body = yaml): string =>
  `# Page\n\nWords.\n\n${open}\n${body}${close}\n\nMore.\n`

const spellings: ReadonlyArray<readonly [what: string, input: string | Uint8Array]> = [
  ["UTF-8 with a mark", new TextEncoder().encode(`\uFEFF${yaml}`)],
  ["UTF-8", new TextEncoder().encode(JSON.stringify(recorded))],
  ...[true, false].flatMap((mark) =>
    [true, false].flatMap((isBig) =>
      [yaml, JSON.stringify(recorded)].map((text) =>
        [`UTF-16${isBig ? "BE" : "LE"}${mark ? " with a mark" : ""}`, utf16(text, mark, isBig)] as const
      )
    )
  ),
  ...["```", "~~~", "`````", "~~~~~~~"].flatMap((mark) =>
    [
      "",
      "yaml",
      "yml",
      " yaml  ",
      "\tyaml",
      "YAML /openapi.json post /client_sessions/list",
      "{.yaml}",
      "{.yaml .numberLines}",
      "yaml title=\"openapi.yaml\""
    ].map((info) => [`a fence ${mark}${info}`, fenced(`${mark}${info}`, mark)] as const)
  ),
  ["a fence of JSON", fenced("```json", "```", `${JSON.stringify(recorded, null, 2)}\n`)],
  ["a fence that ends at a longer one", fenced("```yaml", "`````  ")],
  ["a fence that ends with the page", `# Page\n\n\`\`\`yaml\n${yaml}`],
  ["a fence of three in one of four", fenced("````yaml", "````", `x-other: |\n  \`\`\`json\n  {}\n  \`\`\`\n${yaml}`)],
  ["a fence of tildes in one of backticks", fenced("```yaml", "```", `x-other: |\n  ~~~yaml\n  {}\n  ~~~\n${yaml}`)],
  [
    "an indented fence",
    fenced("   ~~~ yaml", "  ~~~", yaml.split("\n").map((line) => line === "" ? "" : `   ${line}`).join("\n"))
  ],
  ["a document with a fence in a description", `${yaml}x-other: |\n  \`\`\`yaml\n  openapi: 3.0.0\n  \`\`\`\n`],
  ["a fence after others", "```\n$ curl\n```\n\n```sh\ncurl\n```\n" + fenced("```", "```")],
  ...["3.0", "3.1", "\"3.1\"", "3.2", "3", "3.1.1"].map((version) =>
    [`the version ${version}`, yaml.replace("openapi: 3.0.0", `openapi: ${version}`)] as const
  ),
  ["an alias", yaml.replace("components:", "x-a: &a { type: integer }\nx-b: *a\ncomponents:")]
]

Deno.test("parse() reads the document however it is written", async (test) => {
  for (const [what, input] of spellings) {
    await test.step(what, () => assert.deepEqual(parse(input), Result.succeed(ourDocument)))
  }
})

Deno.test("openapi.json is the document in the recorded page, whole", () => {
  const yaml = /^````yaml \/openapi\.json post \/client_sessions\/list\n([\s\S]*?)^````/m.exec(page)?.[1]
  assert(yaml !== undefined)
  assert.deepEqual(recorded, Yaml.parse(yaml))
})

const json = (mutate: (document: Json) => void): string => JSON.stringify(mutated(mutate))

const chain = (length: number): string =>
  json((document) => {
    const all = at(document, "components", "schemas")
    for (let n = 0; n < length; n++) {
      all[`link${n}`] = { properties: { next: { $ref: `#/components/schemas/link${n + 1}` } } }
    }
    all[`link${length}`] = { type: "string" }
    answerFields(document).chain = { $ref: "#/components/schemas/link0" }
  })

/** Inputs that can't be compared, each with its reason and a part of its message. */
const unusable: ReadonlyArray<readonly [string, string | Uint8Array, UnusableReason, RegExp]> = [
  ["nothing", "", "not OpenAPI 3", /not an object/],
  ["text", "Just some words.", "not OpenAPI 3", /not an object/],
  ["HTML", "<!doctype html>\n<p>a: b: c</p>", "unreadable", /isn't YAML/],
  ["broken JSON", "{\"openapi\": \"3.0.0\"", "unreadable", /starts like JSON/],
  ["broken YAML", "openapi: 3.0.0\npaths: [", "unreadable", /isn't YAML: .*line/],
  ["a list", "[]", "not OpenAPI 3", /not an object/],
  ["another document", "{\"name\": \"x\"}", "not OpenAPI 3", /no `openapi/],
  ["Swagger 2.0", "swagger: \"2.0\"\npaths: {}", "not OpenAPI 3", /convert it/],
  ["Swagger 2.0 as a number", "swagger: 2.0\npaths: {}", "not OpenAPI 3", /convert it/],
  ["bytes that are no UTF-8", Uint8Array.of(0x7b, 0xff, 0xc0), "unreadable", /isn't text in UTF-8/],
  ["bytes that are no UTF-16", Uint8Array.of(0xff, 0xfe, 0x00, 0xd8), "unreadable", /isn't text in UTF-16LE/],
  ["half a character of UTF-16", Uint8Array.of(0xfe, 0xff, 0x00), "unreadable", /isn't text in UTF-16BE/],
  ["no bytes", new Uint8Array(), "not OpenAPI 3", /not an object/],
  [
    "a parameter that is text",
    json((document) => operation(document).parameters = ["x"]),
    "not OpenAPI 3",
    /parameter/
  ],
  ["OpenAPI 4", "openapi: 4.0.0", "not OpenAPI 3", /no `openapi: 3/],
  ["a page without a document", "# Page\n\n```json\n{\"a\": 1}\n```\n", "not OpenAPI 3", /no `openapi/],
  [
    "a page with a document that has a fault",
    "```yaml\nopenapi: 3.0.0\n```\n\n```json\n{\"a\": 1}\n```\n",
    "no such operation",
    /no \/client_sessions\/list/
  ],
  ["no such path", json((document) => document.paths = {}), "no such operation", /no \/client_sessions\/list/],
  ["no paths", json((document) => delete document.paths), "no such operation", /no \/client_sessions\/list/],
  [
    "the operation under GET only",
    json((document) => document.paths = { "/client_sessions/list": { get: {} } }),
    "no such operation",
    /with GET only, not POST/
  ],
  [
    "a reference that leads nowhere",
    json((document) => delete at(document, "components", "schemas").client_session),
    "broken reference",
    /#\/components\/schemas\/client_session leads nowhere/
  ],
  [
    "a reference to what every object inherits",
    json((document) => at(answerFields(document), "client_sessions").items = { $ref: "#/components/constructor" }),
    "broken reference",
    /leads nowhere/
  ],
  [
    "a reference to another file",
    json((document) => at(answerFields(document), "client_sessions").items = { $ref: "session.yaml" }),
    "broken reference",
    /out of the document/
  ],
  [
    "a security scheme that is not defined",
    json((document) => delete at(document, "components", "securitySchemes").api_key),
    "broken reference",
    /api_key/
  ],
  [
    "a reference to itself",
    json((document) => session(document).$ref = "#/components/schemas/client_session"),
    "cyclic reference",
    /leads back/
  ],
  [
    "references in a circle",
    json((document) => {
      at(document, "components", "schemas").client_session = { $ref: "#/components/schemas/b" }
      at(document, "components", "schemas").b = { allOf: [{ $ref: "#/components/schemas/client_session" }] }
    }),
    "cyclic reference",
    /leads back/
  ],
  [
    "a path that refers to itself",
    json((document) => document.paths = { "/client_sessions/list": { $ref: "#/paths/~1client_sessions~1list" } }),
    "cyclic reference",
    /leads back/
  ],
  [
    "a schema that is a number",
    json((document) => at(session(document), "properties").token = 1),
    "not OpenAPI 3",
    /schema/
  ],
  ["a document that is too long", " ".repeat(OpenApi.maxLength + 1), "too large", /at most 16000000/],
  ["deep JSON", "[".repeat(100_000) + "]".repeat(100_000), "too large", /levels/],
  ["deep YAML", "[".repeat(100_000), "unreadable", /JSON/],
  ["deep YAML in lines", "- ".repeat(100_000), "too large", /levels/],
  ["a page of fences", "```\n".repeat(100_000), "too large", /more than 1000 blocks/],
  ["YAML that contains itself", "&a\nopenapi: 3.0.0\npaths: *a\n", "too large", /levels/],
  [
    "YAML that would fill the memory",
    "a: &a [x, x]\n" + [..."bcdefghijklmnopqrstuvwxyz"].map((name, n) => {
      const before = String.fromCharCode(97 + n)
      return `${name}: &${name} [${Array(10).fill(`*${before}`).join(", ")}]\n`
    }).join(""),
    "too large",
    /With every alias/
  ],
  ["too many aliases", `x-a: &a 1\nx-b: [${"*a,".repeat(10_001)}]\n`, "too large", /more than 10000 aliases/],
  [
    "a long text many times",
    `x-a: &a "${"x".repeat(100_000)}"\nx-b: [${"*a,".repeat(200)}]\n`,
    "too large",
    /every alias/
  ],
  [
    "YAML that would fill the memory by merging",
    "x0: &x0 { a: 1 }\n" +
    Array.from({ length: 40 }, (_, n) => `x${n + 1}: &x${n + 1} { <<: *x${n}, b: { <<: *x${n} }, c: *x${n} }\n`).join(
      ""
    ),
    "too large",
    /every alias/
  ],
  [
    "YAML that merges too much",
    `x0: &x0 { ${Array.from({ length: 2000 }, (_, n) => `k${n}: 1`).join(", ")} }\n` +
    `x1: [${"{ <<: *x0 },".repeat(101)}]\n`,
    "too large",
    /merges more than 200000 keys/
  ],
  ["YAML that merges itself", "openapi: 3.0.0\nx: &x { <<: *x }\n", "too large", /levels/],
  [
    "descriptions that expand without end",
    json((document) => {
      const all = at(document, "components", "schemas")
      all.long = { type: "string", description: "x".repeat(100_000) }
      answerFields(document).made = thing(
        Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f${n}`, { $ref: "#/components/schemas/long" }]))
      )
    }),
    "too large",
    /16000000 characters/
  ],
  [
    "names of types without end",
    json((document) => {
      at(document, "components", "schemas").many = { type: Array.from({ length: 10_000 }, (_, n) => `t${n}`) }
      answerFields(document).made = thing(
        Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f${n}`, { $ref: "#/components/schemas/many" }]))
      )
    }),
    "too large",
    /16000000 characters/
  ],
  ["a long chain of schemas", chain(5000), "too large", /levels/],
  [
    "schemas that expand without end",
    json((document) => {
      const all = at(document, "components", "schemas")
      for (let n = 0; n < 30; n++) {
        const next = { $ref: `#/components/schemas/s${n + 1}` }
        all[`s${n}`] = { properties: { a: next, b: next } }
      }
      all.s30 = { type: "string" }
      answerFields(document).wide = { $ref: "#/components/schemas/s0" }
    }),
    "too large",
    new RegExp(`more than ${maxSchemas}`)
  ]
]

Deno.test("parse() reads YAML that merges as if it was written out", () => {
  const merged = (fields: string): ReadonlyArray<Drift.Difference> => {
    const document = `x-id: &id { type: string, format: uuid }
x-old: &old { deprecated: true, format: date }
${yaml.replace(/^ {8}customer_key:\n(?: {10}.*\n)+/m, `        customer_key: ${fields}\n`)}`
    return Drift.differences(ourDocument, Result.getOrThrow(parse(document)), deviations)
      .filter(({ change, place }) => place.endsWith("customer_key") && change !== "other wording")
  }
  const changes = (fields: string): ReadonlyArray<string> =>
    merged(fields).map(({ change, sentence }) =>
      `${change} ${/none before, (\w+) now/.exec(sentence)?.[1] ?? ""}`.trim()
    )
  assert.deepEqual(changes("{ type: string }"), [])
  assert.deepEqual(changes("{ <<: *id }"), ["other format uuid"])
  assert.deepEqual(changes("{ format: time, <<: *id }"), ["other format time"])
  assert.deepEqual(changes("{ <<: *id, format: time }"), ["other format time"])
  assert.deepEqual(changes("{ <<: [*id, *old] }"), ["other format uuid", "now deprecated"])
  assert.deepEqual(changes("{ <<: [*old, *id] }"), ["other format date", "now deprecated"])
  assert.deepEqual(changes("{ <<: { <<: *id }, format: time }"), ["other format time"])
})

Deno.test("parse() takes as many aliases as an honest document has", () => {
  const document = yaml.replace(
    "paths:",
    `x-error: &error { type: object, properties: { message: { type: string } } }
x-all: [${"*error, ".repeat(5000)}]
paths:`
  )
  assert.deepEqual(parse(document), Result.succeed(ourDocument))
})

Deno.test("parse() says why an input can't be used", async (test) => {
  for (const [what, text, reason, message] of unusable) {
    await test.step(what, () => {
      const result = parse(text)
      assert(Result.isFailure(result))
      assert.equal(result.failure.reason, reason, result.failure.message)
      assert.match(result.failure.message, message)
      const { exitCode, lines } = check(text)
      assert.equal(exitCode, 2)
      assert.deepEqual(lines, [`Can't be compared (${reason}): ${result.failure.message}`])
    })
  }
})

Deno.test("check() exits with 0, 1 or 2 and ends with the sum", () => {
  assert.deepEqual(check(page), { lines: ["No difference from the recorded contract."], exitCode: 0 })
  const words = check(json((document) => field(document, "token").description = "Secret."))
  assert.equal(words.exitCode, 0)
  assert.equal(words.lines.at(-1), "Differences from the recorded contract: 1 harmless.")
  const graver = check(json((document) => {
    field(document, "token").description = "Secret."
    field(document, "customer_key").deprecated = true
  }))
  assert.equal(graver.exitCode, 1)
  assert.equal(graver.lines.at(-1), "Differences from the recorded contract: 1 changes a meaning, 1 harmless.")
  assert.equal(check("{}").exitCode, 2)
})

Deno.test("check() speaks of this client where it knows its deviations, and else of any", () => {
  const other = json((document) => remove(document, "token"))
  assert.match(check(other).lines.join(), /^breaks this client: .*: 1 breaks this client\.$/)
  assert.match(Drift.check(ourDocument, other).lines.join(), /^breaks a client: .*: 1 breaks a client\.$/)
})

Deno.test("check() prints nothing of a document that could drive a terminal", () => {
  const { lines } = check(json((document) => {
    at(session(document), "properties")["\u001b[2J\u202e\n"] = { type: "string" }
    field(document, "token").pattern = "\u001b]0;title\u0007".repeat(100)
    filter(document, "user_identity_id").format = "\u001b[31m"
  }))
  assert(lines.length > 3)
  const unusable = check(json((document) => session(document).$ref = `#/${"\u001b[2J".repeat(500)}`))
  assert.equal(unusable.exitCode, 2)
  for (const line of [...lines, ...unusable.lines]) {
    assert.doesNotMatch(line, /\p{C}/u)
    assert(line.length < 500)
  }
})
