/**
 * Declarations that have every kind of filter, and data for them.
 *
 * @module
 */
import fc from "fast-check"
import * as Filter from "../operation/Filter.ts"
import type { Operation } from "../operation/Operation.ts"
import * as Operations from "../operation/Operation.ts"
import { trickyKeys } from "../seam/world.ts"
import type { Data, Row } from "./server.ts"

const operation = {
  path: "/things",
  items: "things",
  id: "id",
  tenant: "tenant",
  credentials: { variable: "THINGS_KEY", otherVariable: "OTHER_THINGS_KEY" }
} as const

const title = Filter.equals("title")

/** Declarations that have every kind of filter between them, each once by POST and once by GET. */
export const declarations: { readonly [what: string]: (by: "body" | "query") => Operation } = {
  words: (by) =>
    Operations.make({
      ...operation,
      by,
      filters: {
        title,
        titles: Filter.oneOf("title"),
        code: Filter.prefix("code"),
        contact: Filter.anyOf(["email", "other_emails"]),
        limit: Filter.limit({ max: 100 })
      }
    }),
  relations: (by) =>
    Operations.make({
      ...operation,
      by,
      filters: {
        id: Filter.equals("id", { uuid: true }),
        ids: Filter.oneOf("id", { uuid: true }),
        owner: Filter.equals("owner.id", { uuid: true, null: true }),
        unowned: Filter.isNull("owner.id"),
        tag: Filter.member("tags", { null: true }),
        tagged: Filter.notNull("tags")
      }
    }),
  ranges: (by) =>
    Operations.make({
      ...operation,
      by,
      filters: {
        made_before: Filter.before("made"),
        made_after: Filter.after("made"),
        below: Filter.before("priority"),
        above: Filter.after("priority"),
        priority: Filter.equals("priority"),
        priorities: Filter.oneOf("priority"),
        done: Filter.equals("done"),
        parity: Filter.make({
          fields: ["priority"],
          values: ({ priority }) => [Number(priority) % 2 === 1 ? "odd" : "even"],
          asks: (value, { priority }) => value === (Number(priority) % 2 === 1 ? "odd" : "even")
        })
      }
    }),
  pages: (by) =>
    Operations.make({
      ...operation,
      by,
      pages: { cursor: "cursor", next: "next" },
      filters: { title, tag: Filter.member("tags", { null: true }), done: Filter.equals("done") }
    }),
  required: (by) =>
    Operations.make({
      ...operation,
      by,
      required: [{ oneOf: ["since", "ids"], otherwise: { since: -100 } }],
      filters: { since: Filter.after("priority"), ids: Filter.oneOf("id", { uuid: true }), title }
    })
}

const times = fc.record({
  millis: fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2024, 0, 20) }),
  fraction: fc.constantFrom("", ".5", ".250", ".123456", ".123457")
}).map(({ fraction, millis }) => `${new Date(millis).toISOString().slice(0, 19)}${fraction}Z`)

const codes = ["A-1", "A-10", "A-100", "a-1", "B-1", "AB-1", "A_1", "XA-1", "A%1x"]
const tags = ["home", "Home", "work", "homework", "a,b"]

/** Things of two tenants: with texts that software stumbles over, and some without an owner, tags or other addresses. */
export const data = (count: number): fc.Arbitrary<Data> =>
  fc.record({
    texts: fc.shuffledSubarray([...trickyKeys], { minLength: trickyKeys.length }),
    owners: fc.array(fc.uuid(), { minLength: 5, maxLength: 5 })
  }).chain(({ owners, texts }) => {
    const rows = (tenant: string, count: number): fc.Arbitrary<ReadonlyArray<Row>> =>
      fc.array(
        fc.record({
          id: fc.uuid(),
          tenant: fc.constant(tenant),
          done: fc.boolean(),
          priority: fc.integer({ min: -3, max: 12 }),
          owner: fc.constantFrom(...owners, null, undefined).map((id) => id === undefined ? null : { id }),
          tags: fc.shuffledSubarray(tags, { maxLength: 3 }),
          email: fc.constantFrom(
            "jane@example.com",
            "Jane@example.com",
            "joe@example.com",
            "joe@example.com.au",
            " amy@example.com"
          ),
          other_emails: fc.subarray(["jane@example.com", "joe+1@example.com", "bob@example.com"], { maxLength: 2 }),
          made: times,
          code: fc.constantFrom(...codes)
        }),
        { minLength: count, maxLength: count }
      ).map((rows) => rows.map((row, at): Row => ({ ...row, title: texts[at % texts.length] ?? "" })))
    return fc.record({ own: rows("own", count), others: rows("other", Math.ceil(count / 3)) })
  })
