/**
 * A case of the fuzzer: all that is given to a client and done to it in one call of `list` and one of `stream`.
 *
 * @module
 */
import * as fc from "fast-check"
import { bodies, type Body } from "./bodies.ts"
import { canary } from "./hostile.ts"
import { accessToken, filters, options } from "./inputs.ts"
import { middlewares } from "./middlewares.ts"

/** What a request comes to. */
export type Answer =
  | { readonly _tag: "Response"; readonly status: number; readonly headers: ReadonlyArray<string>; readonly body: Body }
  /** `fetch` fails: with an error by its name in {@link rejections}. */
  | { readonly _tag: "Rejection"; readonly error: string }
  /** `fetch` gives what is no response, by its name in {@link noResponses}. */
  | { readonly _tag: "NoResponse"; readonly value: string }
  /** No answer comes. */
  | { readonly _tag: "Silence" }

/** A case. */
export interface Case {
  /** The first request gets the first of them and so on; further ones the last. */
  readonly answers: ReadonlyArray<Answer>
  /** By its name in `middlewares`. */
  readonly middleware: string
  /** By its name in `filters`. */
  readonly filter: string
  /** By its name in `options`. */
  readonly options: string
  /** Whether all that could be shown of a failure is looked at: a good part of what a case takes. */
  readonly isShown: boolean
}

/** A header, and what it must come to. */
export interface HeaderCase {
  readonly name: string
  readonly value: string
  /** Of `Retry-After`: the time that it asks for from the epoch on, in milliseconds; `undefined` if it asks for none. */
  readonly wait?: number | undefined
  /** Of `seam-request-id`: whether a failure shows it. */
  readonly isShown?: boolean
}

const retryAfter: ReadonlyArray<readonly [value: string, wait: number | undefined]> = [
  ["0", 0],
  ["1", 1000],
  [" 7 ", 7000],
  ["007", 7000],
  ["29", 29_000],
  ["3, 5", 5000],
  ["86400", 86_400_000],
  ["9".repeat(400), Infinity],
  ["Thu, 01 Jan 1970 00:00:10 GMT", 10_000],
  ["Fri, 31 Dec 9999 23:59:59 GMT", Infinity],
  ["Thursday, 01-Jan-70 00:00:10 GMT", 10_000],
  ["-5", undefined],
  ["1.5", undefined],
  ["1e3", undefined],
  ["soon", undefined],
  ["", undefined],
  ["0x10", undefined],
  ["NaN", undefined],
  ["\u00b2", undefined],
  [`${canary}wait`, undefined]
]

const requestIds: ReadonlyArray<readonly [value: string, isShown: boolean]> = [
  ["3f1c2d4e-0000-4000-8000-000000000000", true],
  ["request-7", true],
  ["A".repeat(64), true],
  ["A".repeat(65), false],
  ["", false],
  [`${canary}id`, false],
  [accessToken, false],
  [accessToken.replaceAll("_", "-").toUpperCase(), false],
  ["request 7", false],
  ["<script>", false],
  ["caf\u00e9", false]
]

/** Every header that an answer may have, by its name. */
export const headers: Readonly<Record<string, HeaderCase>> = {
  ...Object.fromEntries(
    retryAfter.map(([value, wait]) => [`Retry-After: ${value}`, { name: "retry-after", value, wait }])
  ),
  ...Object.fromEntries(
    requestIds.map(([value, isShown]) => [`seam-request-id: ${value}`, { name: "seam-request-id", value, isShown }])
  ),
  ...Object.fromEntries(
    [
      ["content-type", "text/html; charset=utf-16"],
      ["content-type", `${canary}type`],
      ["content-length", "5"],
      ["content-encoding", "gzip"],
      ["transfer-encoding", "chunked"],
      ["location", `https://${canary}host/`],
      ["www-authenticate", `Bearer ${canary}realm`],
      ["set-cookie", `${canary}cookie=1`],
      ["x-huge", "x".repeat(20_000)],
      ["__proto__", `${canary}proto`]
    ].map(([name = "", value = ""]) => [`${name}: ${value.slice(0, 30)}`, { name, value }])
  )
}

/** Codes of errors that `fetch` fails with, or what else it fails with. */
export const rejections: Readonly<Record<string, { readonly error: () => unknown; readonly isFinal?: boolean }>> = {
  ...Object.fromEntries(
    ["ECONNREFUSED", "ENOTFOUND", "ECONNRESET", "EPIPE", "", `${canary}code`].map((code) => [code, {
      error: () => Object.assign(new TypeError(`${canary}fetch`), { code })
    }])
  ),
  CERT_HAS_EXPIRED: {
    error: () =>
      new TypeError(`${canary}fetch`, { cause: Object.assign(new Error(canary), { code: "CERT_HAS_EXPIRED" }) }),
    isFinal: true
  },
  "a text": { error: () => `${canary}text` },
  nothing: { error: () => undefined },
  "an object that throws": {
    error: () => ({
      get message() {
        throw new Error(`${canary}message`)
      },
      get cause() {
        throw new Error(`${canary}cause`)
      }
    })
  },
  "an error that is its own cause": {
    error: () => {
      const error = new Error(`${canary}self`)
      error.cause = error
      return error
    }
  }
}

/** What `fetch` may give in place of a response. */
export const noResponses: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  text: () => canary,
  "an object": () => ({}),
  "a throw": () => {
    throw new Error(canary)
  }
}

const keys = <A>(record: Readonly<Record<string, A>>, is: (value: A) => boolean = () => true): fc.Arbitrary<string> =>
  fc.constantFrom(...Object.entries(record).filter(([, value]) => is(value)).map(([name]) => name))

const statuses = fc.oneof(
  { withCrossShrink: true },
  { weight: 15, arbitrary: fc.constantFrom(302, 400, 401, 404, 408, 429, 429, 500, 501, 502, 503, 503, 504) },
  { weight: 10, arbitrary: fc.integer({ min: 200, max: 599 }) }
)

/** Leaves out what has no meaning together. */
const sensible = (fuzzed: Case): Case => {
  const { then } = middlewares[fuzzed.middleware] ?? {}
  return {
    ...fuzzed,
    answers: fuzzed.answers.map((answer) => {
      // What becomes of no response in a middleware is for that to say.
      if (answer._tag === "NoResponse" && fuzzed.middleware !== "no middleware") return { _tag: "Silence" }
      // Whoever reads chunk after chunk of nothing never ends, and never lets anybody else go on; nor does anybody but the client
      // look at what the chunks are.
      return answer._tag === "Response" && ["odd", "void"].includes(answer.body.ending) &&
          (then === "reads" || then === "drains")
        ? { ...answer, body: { ...answer.body, ending: "break" } }
        : answer
    })
  }
}

/** The cases that a seed makes. */
export const cases = (seed: number): fc.Arbitrary<Case> => {
  const { ofLists, ofRefusals } = bodies(seed)
  const responses = (status: fc.Arbitrary<number>, body: fc.Arbitrary<Body>): fc.Arbitrary<Answer> =>
    fc.record({
      _tag: fc.constant("Response"),
      status,
      headers: fc.oneof(
        { withCrossShrink: true },
        { weight: 3, arbitrary: fc.constant<ReadonlyArray<string>>([]) },
        { weight: 2, arbitrary: fc.array(keys(headers), { minLength: 1, maxLength: 2 }) }
      ),
      body
    })
  const answer: fc.Arbitrary<Answer> = fc.oneof<Array<fc.WeightedArbitrary<Answer>>>(
    { withCrossShrink: true },
    { weight: 31, arbitrary: responses(fc.constant(200), ofLists) },
    { weight: 10, arbitrary: responses(statuses, ofRefusals) },
    { weight: 3, arbitrary: keys(rejections).map((error) => ({ _tag: "Rejection", error })) },
    { weight: 1, arbitrary: keys(noResponses).map((value) => ({ _tag: "NoResponse", value })) },
    { weight: 1, arbitrary: fc.constant({ _tag: "Silence" }) }
  )
  return fc.record({
    answers: fc.oneof(
      { withCrossShrink: true },
      { weight: 3, arbitrary: fc.array(answer, { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.array(answer, { minLength: 2, maxLength: 3 }) }
    ),
    middleware: fc.oneof(
      { withCrossShrink: true },
      { weight: 55, arbitrary: fc.constant("no middleware") },
      { weight: 25, arbitrary: keys(middlewares, ({ then }) => then !== "fails" && then !== "configuration") },
      { weight: 12, arbitrary: keys(middlewares, ({ then }) => then === "fails") },
      { weight: 3, arbitrary: keys(middlewares, ({ then }) => then === "configuration") }
    ),
    filter: fc.oneof(
      { withCrossShrink: true },
      { weight: 60, arbitrary: fc.constant("no filter") },
      { weight: 35, arbitrary: keys(filters, ({ isValid }) => isValid) },
      { weight: 5, arbitrary: keys(filters, ({ isValid }) => !isValid) }
    ),
    options: fc.oneof(
      { withCrossShrink: true },
      { weight: 25, arbitrary: fc.constant("no options") },
      { weight: 45, arbitrary: fc.constant("one attempt") },
      { weight: 27, arbitrary: keys(options, ({ isValid }) => isValid) },
      { weight: 3, arbitrary: keys(options, ({ isValid }) => !isValid) }
    ),
    isShown: fc.nat(3).map((number) => number === 0)
  }).map(sensible)
}
