/**
 * From an answer that isn't 200 to the error it means.
 *
 * @module
 */
import * as Duration from "effect/Duration"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import {
  BadRequest,
  type ListError,
  RateLimited,
  ServerError,
  Unauthorized,
  UnexpectedStatus,
  type ValidationErrors
} from "../ListError.ts"

/** What is known of an answer that isn't 200. */
export interface Refusal {
  readonly status: number
  readonly requestId: string | undefined
  readonly retryAfter: Duration.Duration | undefined
  /** The start of the body. */
  readonly text: string
  /** Whether there was more. */
  readonly cut: boolean
  /** Takes the secrets out of a text and bounds it, in UTF-16 units. */
  readonly clean: (text: string, limit: number) => string
  /** Whether a text may be shown as a name. */
  readonly isName: (text: string) => boolean
}

const parse = (text: string): unknown => Result.getOrUndefined(Result.try((): unknown => JSON.parse(text)))

const get = (value: unknown, key: string): unknown => Predicate.isObject(value) ? Reflect.get(value, key) : undefined

const tree = (value: unknown, { clean, isName }: Refusal): ValidationErrors | undefined => {
  const grow = (value: unknown): ValidationErrors | undefined => {
    if (!Predicate.isObject(value)) return undefined
    const messages = get(value, "_errors")
    const parts = Object.entries(value).flatMap(([key, part]) => {
      const child = key !== "_errors" && isName(key) ? grow(part) : undefined
      return child === undefined ? [] : [[key, child] as const]
    })
    return Object.assign({
      _errors: (Array.isArray(messages) ? messages : []).filter(Predicate.isString).map((text) => clean(text, 256))
    }, Object.fromEntries(parts))
  }
  return grow(value)
}

/** The error that the answer means, and never a defect, whatever stands in it. */
export const toError = (refusal: Refusal): ListError => {
  const { clean, cut, isName, requestId, retryAfter, status, text } = refusal
  const error = get(parse(text), "error")
  const [given, said] = [get(error, "type"), get(error, "message")]
  const type = typeof given === "string" && isName(given) ? given : undefined
  // Where the text was cut off, its last word may be the start of a secret that nothing recognises any more.
  const refused = { requestId, type, body: clean(cut ? text.replace(/\S*$/, "") : text, 1024) }
  const passing = { ...refused, status, retryAfter }
  const message = (what: string): string =>
    `${what} (${type === undefined ? status : `${status} ${type}`}).${
      typeof said === "string" ? ` It says: ${clean(said, 200).replace(/\s+/g, " ")}` : ""
    }`
  switch (status) {
    case 400:
      return new BadRequest({
        ...refused,
        message: message("Seam refused the request: check the filter against the contract"),
        validationErrors: tree(get(error, "validation_errors"), refusal)
      })
    case 401:
      return new Unauthorized({
        ...refused,
        message: message("Seam refused the credentials: check that the key is current and belongs to this workspace")
      })
    case 429: {
      const wait = retryAfter === undefined ? "later" : `in ${Math.ceil(Duration.toSeconds(retryAfter))} s`
      return new RateLimited({
        ...refused,
        message: message(`Seam limits the rate of requests: try again ${wait}`),
        retryAfter
      })
    }
  }
  return status >= 500 && status <= 599
    ? new ServerError({ ...passing, message: message("Seam could not answer: try again later") })
    : new UnexpectedStatus({
      ...passing,
      message: message("The contract does not have this status, and redirects are not followed: check the endpoint")
    })
}
