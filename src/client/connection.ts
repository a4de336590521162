/**
 * From what a runtime or a middleware says of a connection to the failure it is.
 *
 * @module
 */
import * as HttpClientError from "effect/http/HttpClientError"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { hint } from "../internal/problems.ts"
import { SeamConnectionFailed, type SeamConnectionFailedReason } from "../ListError.ts"

/** How much of what the runtime says is kept, in UTF-16 code units. */
const maxDetail = 1024

/**
 * The codes of Node's system, DNS and TLS errors, of undici's, and of Bun's; and the names of Deno's error classes.
 * Sources: nodejs.org/api/errors.html and tls.html ("X509 certificate error codes"), undici's `errors.js`, `Deno.errors`.
 */
const codes: ReadonlyArray<readonly [reason: SeamConnectionFailedReason, code: RegExp]> = [
  ["refused", /^E?CONN(?:ECTION)?REFUSED$/i],
  ["dns", /^(?:ENOTFOUND|ENODATA|ESERVFAIL|EAI_\w+)$/],
  [
    "tls",
    /CERT|CRL_|SSL|TLS|^(?:EPROTO|UNABLE_TO_\w+|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED)$/
  ],
  ["reset", /^(?:E?CONN(?:ECTION)?(?:RESET|ABORTED)|EPIPE|BrokenPipe|UND_ERR_SOCKET)$/i]
]

const advice: Readonly<Record<SeamConnectionFailedReason, string>> = {
  refused: "nothing listens there: check the endpoint",
  dns: "its host's name has no address: check the endpoint and the network",
  tls: "it can't be made secure: check the server's certificate",
  reset: "the server closed it before it answered: try again later",
  body: "the answer broke off: try again later",
  middleware: "an HttpClient in between failed: check what was put there",
  unknown: "check the endpoint and the network"
}

/** An error and its causes, nearest first. Nothing says that a chain of causes ends. */
const chain = (cause: unknown, depth = 5): ReadonlyArray<unknown> =>
  depth === 0 ? [] : cause instanceof Error ? [cause, ...chain(cause.cause, depth - 1)] : [cause]

const codesOf = (error: unknown): ReadonlyArray<string> =>
  error instanceof Error
    ? ["code" in error ? error.code : "", error.name].filter(Predicate.isString).filter(({ length }) => length <= 64)
    : []

const reasonOf = (causes: ReadonlyArray<unknown>): SeamConnectionFailedReason => {
  const found = causes.flatMap(codesOf)
  return codes.find(([, known]) => found.some((code) => known.test(code)))?.[0] ?? "unknown"
}

const textOf = (causes: ReadonlyArray<unknown>): string => {
  const texts = causes.map((cause) => cause instanceof Error ? cause.message : cause).filter(Predicate.isString)
  return [...new Set(texts)].filter((text) => text !== "").join(": ").slice(0, maxDetail)
}

/** What is known of the answer when the connection fails. */
export interface Known {
  readonly status: number | undefined
  readonly requestId: string | undefined
}

const toError = (
  cause: unknown,
  { requestId, status }: Known,
  given?: SeamConnectionFailedReason
): SeamConnectionFailed => {
  // Whoever throws objects with getters that throw gets no more than the default.
  const { detail, reason } = Result.getOrElse(
    Result.try(() => {
      const causes = chain(cause)
      return { reason: given ?? reasonOf(causes), detail: textOf(causes) }
    }),
    () => ({ reason: given ?? "unknown" as const, detail: "" })
  )
  return new SeamConnectionFailed({
    message: `The connection to Seam failed (${reason}): ${advice[reason]}.${hint("detail", detail)}`,
    reason,
    status,
    requestId,
    detail: Redacted.make(detail)
  })
}

/** The failure of a body that broke off. */
export const ofBody = (error: unknown, known: Known): SeamConnectionFailed =>
  toError(HttpClientError.isHttpClientError(error) ? error.reason.cause : error, known, "body")

/** The failure of a middleware, which may have failed with anything, or thrown it. */
export const ofMiddleware = (error: unknown, known: Known): SeamConnectionFailed => toError(error, known, "middleware")

/** The failure of a request. A request that can't be sent as it left here has been changed by a middleware. */
export const ofRequest = (error: unknown, known: Known): SeamConnectionFailed =>
  HttpClientError.isHttpClientError(error) && error.reason._tag === "TransportError"
    ? toError(error.reason.cause, known)
    : ofMiddleware(error, known)
