/**
 * Every failure of the operation, one class each.
 *
 * What they print is this library's own: a status, names of filters, sentences. What the server or the runtime wrote is
 * there too, as `Redacted`: printing, logging or serializing an error doesn't show it, `Redacted.value` does. So all of
 * them are safe to log.
 *
 * ```ts
 * import { ClientSessions } from "@seam-effect/client-sessions"
 * import { Simulator } from "@seam-effect/client-sessions/simulator"
 * import * as Effect from "effect/Effect"
 *
 * const program = ClientSessions.list({ user_identifier_key: "jane_doe" }).pipe(
 *   Effect.catchTags({
 *     SeamUnauthorized: (error) => Effect.logError(`${error.message} (request ${error.requestId})`),
 *     SeamRateLimited: (error) => Effect.logWarning("try again later", error.retryAfter)
 *   })
 * )
 * ```
 *
 * @module
 */
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type { SeamProblem } from "./internal/problems.ts"
import type { ErrorFields, TaggedErrorClass } from "./internal/taggedError.ts"
import type { ListFilter } from "./ListFilter.ts"

/**
 * The vendor's names for errors that are known. Seen on neighbouring routes of the vendor's own fake
 * (npm `@seamapi/fake-seam-connect` 1.86.0); the contract names none.
 */
export type SeamErrorType =
  | "access_token_used_for_api_key"
  | "invalid_content_type"
  | "invalid_input"
  | "method_not_allowed"
  | "token_auth_not_accepted"
  | "unauthorized"

/**
 * How a connection failed, by the codes and classes of the runtime's errors, never by their text. Deno's `fetch` and
 * Workers give no codes: there it is `unknown`, or `body` once the answer has begun.
 *
 * - `refused`: nothing listens there.
 * - `dns`: the host's name has no address.
 * - `tls`: no secure connection could be agreed on.
 * - `reset`: the other side closed the connection before it answered.
 * - `body`: the answer had begun, and broke off.
 * - `middleware`: an `HttpClient` in between failed with an error of its own.
 * - `unknown`: anything else.
 */
export type SeamConnectionFailedReason = "refused" | "dns" | "tls" | "reset" | "body" | "middleware" | "unknown"

// Effect's `HttpClient.isTransientResponse` has the same six.
const isRetryableStatus = (status: number): boolean => [408, 429, 500, 502, 503, 504].includes(status)

const SeamInvalidFilterBase: TaggedErrorClass<"SeamInvalidFilter", SeamInvalidFilter> = /* @__PURE__ */ Data
  .TaggedError(
    "SeamInvalidFilter"
  )<ErrorFields<SeamInvalidFilter>>

/** The filter itself is wrong. Nothing was sent. */
export class SeamInvalidFilter extends SeamInvalidFilterBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamInvalidFilter"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** What is wrong, and where; values are never shown. */
  declare readonly problems: ReadonlyArray<SeamProblem>
  /** Whether the same call may succeed later: never. */
  get isRetryable(): boolean {
    return false
  }
}

const SeamBadRequestBase: TaggedErrorClass<"SeamBadRequest", SeamBadRequest> = /* @__PURE__ */ Data.TaggedError(
  "SeamBadRequest"
)<
  ErrorFields<SeamBadRequest>
>

/** 400: the vendor refused the request. */
export class SeamBadRequest extends SeamBadRequestBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamBadRequest"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** Always 400. */
  declare readonly status: 400
  /**
   * The vendor's id for the request, from the header `seam-request-id`: 1 to 64 letters, digits and hyphens. `undefined`
   * for any other text, and for one that holds the letters and digits of the credential or of a value of the filter.
   */
  declare readonly requestId: string | undefined
  /** The vendor's name for the error, if it is one that is known here. */
  declare readonly type: SeamErrorType | undefined
  /** The filters that the answer objects to, by the names in its `validation_errors`. */
  declare readonly problems: ReadonlyArray<SeamProblem>
  /** The server's own message, from the first 16 KiB of the body. `Redacted.value` shows it. */
  declare readonly serverMessage: Redacted.Redacted<string> | undefined
  /** The first 16 KiB of the body, as far as they came within a second. `Redacted.value` shows it. */
  declare readonly body: Redacted.Redacted<string>
  /** Whether the same call may succeed later: never. */
  get isRetryable(): boolean {
    return false
  }
}

const SeamUnauthorizedBase: TaggedErrorClass<"SeamUnauthorized", SeamUnauthorized> = /* @__PURE__ */ Data.TaggedError(
  "SeamUnauthorized"
)<ErrorFields<SeamUnauthorized>>

/** 401: the vendor refused the credentials. */
export class SeamUnauthorized extends SeamUnauthorizedBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamUnauthorized"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** Always 401. */
  declare readonly status: 401
  /**
   * The vendor's id for the request, from the header `seam-request-id`: 1 to 64 letters, digits and hyphens. `undefined`
   * for any other text, and for one that holds the letters and digits of the credential or of a value of the filter.
   */
  declare readonly requestId: string | undefined
  /** The vendor's name for the error, if it is one that is known here. */
  declare readonly type: SeamErrorType | undefined
  /** The server's own message, from the first 16 KiB of the body. `Redacted.value` shows it. */
  declare readonly serverMessage: Redacted.Redacted<string> | undefined
  /** The first 16 KiB of the body, as far as they came within a second. `Redacted.value` shows it. */
  declare readonly body: Redacted.Redacted<string>
  /** Whether the same call may succeed later: never. */
  get isRetryable(): boolean {
    return false
  }
}

const SeamRateLimitedBase: TaggedErrorClass<"SeamRateLimited", SeamRateLimited> = /* @__PURE__ */ Data.TaggedError(
  "SeamRateLimited"
)<
  ErrorFields<SeamRateLimited>
>

/** 429: after the last attempt, or at once where `Retry-After` asks for more than `retry.maxDelay`. */
export class SeamRateLimited extends SeamRateLimitedBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamRateLimited"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** Always 429. */
  declare readonly status: 429
  /**
   * The vendor's id for the request, from the header `seam-request-id`: 1 to 64 letters, digits and hyphens. `undefined`
   * for any other text, and for one that holds the letters and digits of the credential or of a value of the filter.
   */
  declare readonly requestId: string | undefined
  /** The vendor's name for the error, if it is one that is known here. */
  declare readonly type: SeamErrorType | undefined
  /** How long the vendor asks to wait, from `Retry-After` (seconds or an HTTP date; RFC 9110 section 10.2.3). */
  declare readonly retryAfter: Duration.Duration | undefined
  /** The server's own message, from the first 16 KiB of the body. `Redacted.value` shows it. */
  declare readonly serverMessage: Redacted.Redacted<string> | undefined
  /** The first 16 KiB of the body, as far as they came within a second. `Redacted.value` shows it. */
  declare readonly body: Redacted.Redacted<string>
  /** Whether the same call may succeed later: always, once {@link SeamRateLimited.retryAfter} has passed. */
  get isRetryable(): boolean {
    return true
  }
}

const SeamServerErrorBase: TaggedErrorClass<"SeamServerError", SeamServerError> = /* @__PURE__ */ Data.TaggedError(
  "SeamServerError"
)<
  ErrorFields<SeamServerError>
>

/**
 * 5xx. Of those that are retried (500, 502, 503, 504): after the last attempt, or at once where `Retry-After` asks for more
 * than `retry.maxDelay`.
 */
export class SeamServerError extends SeamServerErrorBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamServerError"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** The status, from 500 to 599. */
  declare readonly status: number
  /**
   * The vendor's id for the request, from the header `seam-request-id`: 1 to 64 letters, digits and hyphens. `undefined`
   * for any other text, and for one that holds the letters and digits of the credential or of a value of the filter.
   */
  declare readonly requestId: string | undefined
  /** The vendor's name for the error, if it is one that is known here. */
  declare readonly type: SeamErrorType | undefined
  /** How long the vendor asks to wait, from `Retry-After` (seconds or an HTTP date; RFC 9110 section 10.2.3). */
  declare readonly retryAfter: Duration.Duration | undefined
  /** The server's own message, from the first 16 KiB of the body. `Redacted.value` shows it. */
  declare readonly serverMessage: Redacted.Redacted<string> | undefined
  /** The first 16 KiB of the body, as far as they came within a second. `Redacted.value` shows it. */
  declare readonly body: Redacted.Redacted<string>
  /** Whether the same call may succeed later: for 500, 502, 503 and 504. */
  get isRetryable(): boolean {
    return isRetryableStatus(this.status)
  }
}

const SeamUnexpectedStatusBase: TaggedErrorClass<"SeamUnexpectedStatus", SeamUnexpectedStatus> = /* @__PURE__ */ Data
  .TaggedError(
    "SeamUnexpectedStatus"
  )<ErrorFields<SeamUnexpectedStatus>>

/** Any other status than those of the contract. Redirects are not followed and end here. */
export class SeamUnexpectedStatus extends SeamUnexpectedStatusBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamUnexpectedStatus"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** Such as 404. */
  declare readonly status: number
  /**
   * The vendor's id for the request, from the header `seam-request-id`: 1 to 64 letters, digits and hyphens. `undefined`
   * for any other text, and for one that holds the letters and digits of the credential or of a value of the filter.
   */
  declare readonly requestId: string | undefined
  /** The vendor's name for the error, if it is one that is known here. */
  declare readonly type: SeamErrorType | undefined
  /** How long the vendor asks to wait, from `Retry-After` (seconds or an HTTP date; RFC 9110 section 10.2.3). */
  declare readonly retryAfter: Duration.Duration | undefined
  /** The server's own message, from the first 16 KiB of the body. `Redacted.value` shows it. */
  declare readonly serverMessage: Redacted.Redacted<string> | undefined
  /** The first 16 KiB of the body, as far as they came within a second. `Redacted.value` shows it. */
  declare readonly body: Redacted.Redacted<string>
  /** Whether the same call may succeed later: for 408. */
  get isRetryable(): boolean {
    return isRetryableStatus(this.status)
  }
}

const SeamInvalidResponseBase: TaggedErrorClass<"SeamInvalidResponse", SeamInvalidResponse> = /* @__PURE__ */ Data
  .TaggedError(
    "SeamInvalidResponse"
  )<ErrorFields<SeamInvalidResponse>>

/** 200, but the body isn't what the contract says; `ok: false` too, whatever else is there. */
export class SeamInvalidResponse extends SeamInvalidResponseBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamInvalidResponse"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** Always 200. */
  declare readonly status: 200
  /**
   * The vendor's id for the request, from the header `seam-request-id`: 1 to 64 letters, digits and hyphens. `undefined`
   * for any other text, and for one that holds the letters and digits of the credential or of a value of the filter.
   */
  declare readonly requestId: string | undefined
  /** Where the body differs from the contract and what was expected there; at most 20, and never a value. */
  declare readonly problems: ReadonlyArray<SeamProblem>
  /**
   * How many problems there are, listed or not, as far as the body was read: `list` ends with the session that has the
   * thousandth, `stream` with the one that has the first.
   */
  declare readonly total: number
  /**
   * The start of the body: at most 1,024 characters, and up to the first `[`, `client_session` or `token` in it, so that it
   * holds nothing of a session. Empty where it begins with one. `Redacted.value` shows it.
   */
  declare readonly body: Redacted.Redacted<string>
  /** Whether the same call may succeed later: never. */
  get isRetryable(): boolean {
    return false
  }
}

const SeamContractViolationBase: TaggedErrorClass<"SeamContractViolation", SeamContractViolation> = /* @__PURE__ */ Data
  .TaggedError(
    "SeamContractViolation"
  )<ErrorFields<SeamContractViolation>>

/** 200 and well-formed, but with sessions that the filter excludes: the server did not apply it. */
export class SeamContractViolation extends SeamContractViolationBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamContractViolation"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** Always 200. */
  declare readonly status: 200
  /**
   * The vendor's id for the request, from the header `seam-request-id`: 1 to 64 letters, digits and hyphens. `undefined`
   * for any other text, and for one that holds the letters and digits of the credential or of a value of the filter.
   */
  declare readonly requestId: string | undefined
  /** The names of the filters that were asked for. */
  declare readonly filters: ReadonlyArray<keyof ListFilter>
  /** How many sessions in the answer the filter excludes. In a stream: how many of those that had arrived. */
  declare readonly excluded: number
  /** How many sessions the answer holds. In a stream: how many had arrived. */
  declare readonly total: number
  /** Whether the same call may succeed later: never. */
  get isRetryable(): boolean {
    return false
  }
}

const SeamConnectionFailedBase: TaggedErrorClass<"SeamConnectionFailed", SeamConnectionFailed> = /* @__PURE__ */ Data
  .TaggedError(
    "SeamConnectionFailed"
  )<ErrorFields<SeamConnectionFailed>>

/** No answer, or one that broke off. Of those that are retried: after the last attempt. */
export class SeamConnectionFailed extends SeamConnectionFailedBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamConnectionFailed"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** How it failed, as far as the runtime says. */
  declare readonly reason: SeamConnectionFailedReason
  /** The status, if it had come. */
  declare readonly status: number | undefined
  /**
   * The vendor's id for the request, from the header `seam-request-id`: 1 to 64 letters, digits and hyphens. `undefined`
   * for any other text, and for one that holds the letters and digits of the credential or of a value of the filter.
   */
  declare readonly requestId: string | undefined
  /** What the runtime or the middleware said, at most 1,024 characters. `Redacted.value` shows it. */
  declare readonly detail: Redacted.Redacted<string>
  /** Whether the same call may succeed later: for each {@link SeamConnectionFailed.reason} but `tls` and `middleware`. */
  get isRetryable(): boolean {
    return this.reason !== "tls" && this.reason !== "middleware"
  }
}

const SeamTimedOutBase: TaggedErrorClass<"SeamTimedOut", SeamTimedOut> = /* @__PURE__ */ Data.TaggedError(
  "SeamTimedOut"
)<
  ErrorFields<SeamTimedOut>
>

/** The time limit of an attempt passed before the status was known, or in the body of a 200. */
export class SeamTimedOut extends SeamTimedOutBase {
  /** For `Effect.catchTag` and `Effect.catchTags`. */
  declare readonly _tag: "SeamTimedOut"
  /** What happened and what to do about it, in a few sentences. */
  declare readonly message: string
  /** The limit that passed. */
  declare readonly limit: Duration.Duration
  /** The status, if it had come. */
  declare readonly status: number | undefined
  /**
   * The vendor's id for the request, from the header `seam-request-id`: 1 to 64 letters, digits and hyphens. `undefined`
   * for any other text, and for one that holds the letters and digits of the credential or of a value of the filter.
   */
  declare readonly requestId: string | undefined
  /**
   * Whether the same call is worth making again at once: no. It has taken the whole time limit, so that three attempts
   * would outlast most callers; and a server that is too slow is not helped by more requests.
   */
  get isRetryable(): boolean {
    return false
  }
}

/** Every failure of `ClientSessions.list` and `ClientSessions.stream`. */
export type ListError =
  | SeamInvalidFilter
  | SeamBadRequest
  | SeamUnauthorized
  | SeamRateLimited
  | SeamServerError
  | SeamUnexpectedStatus
  | SeamInvalidResponse
  | SeamContractViolation
  | SeamConnectionFailed
  | SeamTimedOut
