/**
 * What the values in a question are, in words, for reports that anybody may read.
 *
 * @module
 */
import type { Item, Parameters } from "../operation/Item.ts"
import * as Items from "../operation/Item.ts"
import type { NearMissOf } from "../operation/NearMisses.ts"
import * as NearMisses from "../operation/NearMisses.ts"
import type { Operation } from "../operation/Operation.ts"
import type { Ask } from "./Ask.ts"
import { nearMiss } from "./Ask.ts"

// What is nobody's: switches, nothing, and the words that the checks bring themselves.
const isNobodys = (value: unknown): boolean =>
  value === null || typeof value === "boolean" || value === "" || value === "false" ||
  NearMisses.words.some((word) => word === value)

const article = (name: string): string => /^[aeio]/i.test(name) ? `an ${name}` : `a ${name}`

// What is nested deeper is made to be stumbled over.
const maxDepth = 8

/** What a value is: `a colour`, `a colour, lower case`. */
const describe = (name: string, value: unknown, missed: NearMissOf | undefined, depth = 0): unknown => {
  if (depth > maxDepth) return "…"
  if (Array.isArray(value)) return value.map((one) => describe(name, one, missed, depth + 1))
  if (Items.isItem(value)) return describeFields(value, {}, missed, depth + 1)
  if (isNobodys(value)) return value
  const kind = missed?.kind ?? (Items.isScalar(value) ? NearMisses.kindOf(value) : "")
  return kind === "plain" || kind === "whole" ? article(name) : `${article(name)}, ${kind}`
}

const describeFields = (body: Item, own: Parameters, missed: NearMissOf | undefined, depth = 0): Item =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) =>
      [name, Object.hasOwn(own, name) ? value : describe(name, value, missed, depth)] as const
    )
  )

const hideBody = (body: unknown, own: Parameters, missed: NearMissOf | undefined): unknown =>
  Items.isItem(body)
    ? describeFields(body, own, missed)
    : describe(typeof body === "number" ? "number" : "text", body, missed)

/** The parameters that are the declaration's or the checks' own: what is always sent, and limits. */
const ownOf = ({ always, filters }: Operation, parameters: Parameters): Parameters =>
  Object.fromEntries(
    Object.entries(parameters).filter(([name]) => Object.hasOwn(always, name) || filters[name]?.kind === "limit")
  )

/** Parameters with what their values are in their place. */
export const hideParameters = (operation: Operation, parameters: Parameters, missed?: NearMissOf): unknown =>
  hideBody(parameters, ownOf(operation, parameters), missed)

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What stands in a query for a value. */
const mark = (value: string, what: unknown): string => what === value ? value : `<${what}>`

/** A question with what its values are in their place, as far as a query, a body and headers hold any. */
export const hideAsk = (operation: Operation, ask: Ask): Ask => {
  const { authorization, body, headers, query } = ask
  const own = { ...operation.always, ...ownOf(operation, ask.parameters ?? {}) }
  const parsed = typeof body === "string" ? parse(body) : undefined
  return {
    ...ask,
    authorization: { ...authorization, ...authorization.hidden },
    ...(query !== undefined && {
      query: query.map(([name, value]) =>
        [
          name,
          Object.hasOwn(own, name) ? value : mark(value, describe(name.replace(/\[.*$/s, ""), value, ask[nearMiss]))
        ] as const
      )
    }),
    ...(headers !== undefined && {
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, name === "accept" || value === "" ? value : "<a value>"])
      )
    }),
    ...(body !== undefined && {
      body: parsed !== undefined
        ? JSON.stringify(hideBody(parsed, own, ask[nearMiss]))
        : body.length === 0
        ? ""
        : `<${body.length} ${typeof body === "string" ? "characters" : "bytes"} that are no JSON>`
    })
  }
}
