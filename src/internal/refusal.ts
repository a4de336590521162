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
import { excerpt } from "./redact.ts"

/** How much of the body of a refusal is read, in bytes. */
export const maxRefusalBytes = 16_384

/** What is known of an answer that isn't 200. */
export interface Refusal {
  readonly status: number
  readonly requestId: string | undefined
  readonly retryAfter: Duration.Duration | undefined
  /** The start of the body, not yet redacted. */
  readonly text: string
  /** Whether there was more. */
  readonly cut: boolean
  /** What must not be shown. */
  readonly secrets: ReadonlyArray<string>
}

/** The vendor's request id, as far as it can be shown. */
export const readableId = (header: string | undefined, secrets: ReadonlyArray<string>): string | undefined => {
  const id = excerpt((header ?? "").replace(/[^\x20-\x7e]/g, ""), 128, secrets)
  return id === "" ? undefined : id
}

const parse = (text: string): unknown =>
  Result.getOrUndefined(Result.try({ try: (): unknown => JSON.parse(text), catch: () => undefined }))

const get = (value: unknown, key: string): unknown => Predicate.isObject(value) ? Reflect.get(value, key) : undefined

const tree = (value: unknown, secrets: ReadonlyArray<string>, depth = 4): ValidationErrors | undefined => {
  if (!Predicate.isObject(value) || Array.isArray(value) || depth === 0) return undefined
  const messages: unknown = get(value, "_errors")
  const parts = Object.entries(value).slice(0, 32).flatMap(([key, part]) => {
    const child = key === "_errors" ? undefined : tree(part, secrets, depth - 1)
    return child === undefined ? [] : [[excerpt(key, 64, secrets), child] as const]
  })
  return Object.assign(
    {
      _errors: (Array.isArray(messages) ? messages : [])
        .filter(Predicate.isString).slice(0, 8).map((message) => excerpt(message, 256, secrets))
    },
    Object.fromEntries(parts)
  )
}

const sentence = (text: string): string =>
  text === "" ? "" : ` It says: ${text.replace(/\s+/g, " ").replace(/[. ]*$/, ".")}`

/** The error that the answer means, and never a defect, whatever stands in it. */
export const toError = ({ cut, requestId, retryAfter, secrets, status, text }: Refusal): ListError => {
  const error = get(parse(text), "error")
  const type = get(error, "type")
  const said = get(error, "message")
  const answered = {
    requestId,
    body: excerpt(text, 1024, secrets, cut),
    type: typeof type === "string" ? excerpt(type, 64, secrets) : undefined
  }
  const words = sentence(typeof said === "string" ? excerpt(said, 200, secrets) : "")
  const named = `${status}${answered.type === undefined ? "" : ` ${answered.type}`}`
  switch (true) {
    case status === 400: {
      const message = `Seam refused the request (${named}): check the filter against the contract.${words}`
      return new BadRequest({ ...answered, message, validationErrors: tree(get(error, "validation_errors"), secrets) })
    }
    case status === 401: {
      const message =
        `Seam refused the credentials (${named}): check that the key is current and belongs to this workspace.${words}`
      return new Unauthorized({ ...answered, message })
    }
    case status === 429: {
      const wait = retryAfter === undefined ? "later" : `in ${Math.ceil(Duration.toSeconds(retryAfter))} s`
      const message = `Seam limits the rate of requests (${named}): try again ${wait}.${words}`
      return new RateLimited({ ...answered, message, retryAfter })
    }
    case status >= 500 && status <= 599: {
      const message = `Seam could not answer (${named}): try again later.${words}`
      return new ServerError({ ...answered, message, status, retryAfter })
    }
    default: {
      const hint = status === 0 || (status >= 300 && status <= 399)
        ? "redirects are not followed, since the credential would travel; check the endpoint"
        : "the contract does not have it; check the endpoint"
      return new UnexpectedStatus({
        ...answered,
        message: `Unexpected status (${named}): ${hint}.${words}`,
        status,
        retryAfter
      })
    }
  }
}
