/**
 * What is wrong with a value, in the words of Effect's schemas: what compiled explanations are made of.
 *
 * @module
 */
import * as Predicate from "effect/Predicate"
import * as Rfc3339 from "./rfc3339.ts"
import { isObject } from "./value.ts"

/** Is told where something is wrong, by a path from the whole, and what was expected there. */
export type Report = (path: string, expected: string) => void

/** Reports what is wrong with a value. Where it has the wrong type, `orElse` says what else might stand there: ` | null`. */
export type Explain = (json: unknown, path: string, report: Report, orElse: string) => void

const type = (name: string, is: (json: unknown) => boolean): Explain => (json, path, report, orElse) => {
  if (!is(json)) report(path, name + orElse)
}

/** A text. */
export const string: Explain = /* @__PURE__ */ type("string", Predicate.isString)

/** `true` or `false`. */
export const boolean: Explain = /* @__PURE__ */ type("boolean", Predicate.isBoolean)

/** A number that isn't infinite. */
export const finite: Explain = (json, path, report, orElse) => {
  if (!Number.isFinite(json)) report(path, typeof json === "number" ? "a finite number" : `number${orElse}`)
}

/** RFC 3339 text. */
export const dateTime: Explain = (json, path, report, orElse) => {
  if (typeof json !== "string") report(path, `string${orElse}`)
  else if (Rfc3339.parse(json) === undefined) report(path, Rfc3339.expected)
}

/** One of some texts. */
export const oneOf = (...texts: ReadonlyArray<unknown>): Explain => (json, path, report, orElse) => {
  if (!texts.includes(json)) report(path, texts.map((text) => JSON.stringify(text)).join(" | ") + orElse)
}

/** `null`, or else a value. */
export const nullOr = (explain: Explain): Explain => (json, path, report, orElse) => {
  if (json !== null) explain(json, path, report, ` | null${orElse}`)
}

/** An array, and each of its elements. */
export const arrayOf = (explain: Explain): Explain => (json, path, report, orElse) => {
  if (Array.isArray(json)) json.forEach((element, index) => explain(element, `${path}[${index}]`, report, ""))
  else report(path, `array${orElse}`)
}

/** An object with fields, of which some may be missing. */
export const object =
  (fields: Readonly<Record<string, Explain>>, optional: ReadonlyArray<string> = []): Explain =>
  (json, path, report, orElse) => {
    if (!isObject(json)) return report(path, `object${orElse}`)
    for (const [name, explain] of Object.entries(fields)) {
      if (name in json) explain(json[name], `${path}.${name}`, report, "")
      else if (!optional.includes(name)) report(`${path}.${name}`, "a value (it is missing)")
    }
  }
