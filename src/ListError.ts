/**
 * Every way the operation can fail, one tagged class each.
 *
 * All of them are safe to log: tokens, keys and filter values are taken out of whatever they carry, and no `cause` leads
 * back to the request.
 *
 * ```ts
 * import { ClientSessions } from "@seam-effect/client-sessions"
 * import { Simulator } from "@seam-effect/client-sessions/simulator"
 * import * as Effect from "effect/Effect"
 *
 * const program = ClientSessions.list({ user_identifier_key: "jane_doe" }).pipe(
 *   Effect.catchTags({
 *     Unauthorized: (error) => Effect.logError(`${error.message} (request ${error.requestId})`),
 *     RateLimited: (error) => Effect.logWarning("try again later", error.retryAfter)
 *   })
 * )
 * ```
 *
 * @module
 */
import type * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import type * as Duration from "effect/Duration"
import type { SeamProblem } from "./internal/problems.ts"
import type { ListFilter } from "./ListFilter.ts"

/** What an error is made from: its message and its own fields. */
export type ErrorFields<E extends Cause.YieldableError> = Omit<
  E,
  Exclude<keyof Cause.YieldableError, "message"> | "_tag"
>

/** What every error about an answer has. */
export interface Answered extends Cause.YieldableError {
  /** One sentence that a person can act on. */
  readonly message: string
  /** The vendor's id for the request, from the header `seam-request-id`; at most 128 characters. */
  readonly requestId: string | undefined
}

/** What every error about an answer that isn't 200 has. */
export interface Refused extends Answered {
  /** The start of the answer's body with secrets taken out; at most 1,024 characters. */
  readonly body: string
  /** The vendor's name for the error, such as `invalid_input`, where the body has one; at most 64 characters. */
  readonly type: string | undefined
}

/** What every refusal that may be a passing one has. */
export interface Passing extends Refused {
  /** How long the vendor asks to wait, from `Retry-After` (seconds or an HTTP date; RFC 9110 section 10.2.3). */
  readonly retryAfter: Duration.Duration | undefined
}

/**
 * What a 400 answer says of each parameter: a tree of messages, as the vendor sends it
 * (`{"_errors": [], "client_session_id": {"_errors": ["Expected string, received number"]}}`).
 *
 * It is made from the first 16 KiB of the body.
 */
export interface ValidationErrors {
  /** The messages for this parameter; at most 256 characters each. */
  readonly _errors: ReadonlyArray<string>
  /** Its parts. */
  readonly [parameter: string]: ValidationErrors | ReadonlyArray<string>
}

/** The filter itself is wrong. Nothing was sent. */
export interface InvalidFilter extends Cause.YieldableError {
  /** The tag. */
  readonly _tag: "InvalidFilter"
  /** One sentence that a person can act on. */
  readonly message: string
  /** What is wrong, and where; values are never shown. */
  readonly problems: ReadonlyArray<SeamProblem>
}

/** The class of {@link InvalidFilter}. */
export const InvalidFilter: new(fields: ErrorFields<InvalidFilter>) => InvalidFilter = Data.TaggedError(
  "InvalidFilter"
)<ErrorFields<InvalidFilter>>

/** 400: the vendor refused the request. */
export interface BadRequest extends Refused {
  /** The tag. */
  readonly _tag: "BadRequest"
  /** What the vendor says of each parameter. */
  readonly validationErrors: ValidationErrors | undefined
}

/** The class of {@link BadRequest}. */
export const BadRequest: new(fields: ErrorFields<BadRequest>) => BadRequest = Data.TaggedError("BadRequest")<
  ErrorFields<BadRequest>
>

/** 401: the vendor refused the credentials. */
export interface Unauthorized extends Refused {
  /** The tag. */
  readonly _tag: "Unauthorized"
}

/** The class of {@link Unauthorized}. */
export const Unauthorized: new(fields: ErrorFields<Unauthorized>) => Unauthorized = Data.TaggedError("Unauthorized")<
  ErrorFields<Unauthorized>
>

/** 429, on the last attempt too. */
export interface RateLimited extends Passing {
  /** The tag. */
  readonly _tag: "RateLimited"
}

/** The class of {@link RateLimited}. */
export const RateLimited: new(fields: ErrorFields<RateLimited>) => RateLimited = Data.TaggedError("RateLimited")<
  ErrorFields<RateLimited>
>

/** 5xx, on the last attempt too where the status is one that is retried (500, 502, 503, 504). */
export interface ServerError extends Passing {
  /** The tag. */
  readonly _tag: "ServerError"
  /** The status, from 500 to 599. */
  readonly status: number
}

/** The class of {@link ServerError}. */
export const ServerError: new(fields: ErrorFields<ServerError>) => ServerError = Data.TaggedError("ServerError")<
  ErrorFields<ServerError>
>

/** Any other status than those of the contract. Redirects are not followed and end here. */
export interface UnexpectedStatus extends Passing {
  /** The tag. */
  readonly _tag: "UnexpectedStatus"
  /** The status. */
  readonly status: number
}

/** The class of {@link UnexpectedStatus}. */
export const UnexpectedStatus: new(fields: ErrorFields<UnexpectedStatus>) => UnexpectedStatus = Data.TaggedError(
  "UnexpectedStatus"
)<ErrorFields<UnexpectedStatus>>

/** 200, but the body isn't what the contract says. */
export interface InvalidResponse extends Answered {
  /** The tag. */
  readonly _tag: "InvalidResponse"
  /** Where the body differs from the contract and what was expected there; at most 20, and never a value. */
  readonly problems: ReadonlyArray<SeamProblem>
  /** How many problems there are in all, listed or not. */
  readonly total: number
}

/** The class of {@link InvalidResponse}. */
export const InvalidResponse: new(fields: ErrorFields<InvalidResponse>) => InvalidResponse = Data.TaggedError(
  "InvalidResponse"
)<ErrorFields<InvalidResponse>>

/** 200 and well-formed, but with sessions that the filter excludes: the server did not apply it. */
export interface ContractViolation extends Answered {
  /** The tag. */
  readonly _tag: "ContractViolation"
  /** The names of the filters that were asked for. */
  readonly filters: ReadonlyArray<keyof ListFilter>
  /** How many sessions in the answer the filter excludes. In a stream: how many of those that had arrived. */
  readonly excluded: number
  /** How many sessions the answer holds. In a stream: how many had arrived. */
  readonly total: number
}

/** The class of {@link ContractViolation}. */
export const ContractViolation: new(fields: ErrorFields<ContractViolation>) => ContractViolation = Data.TaggedError(
  "ContractViolation"
)<ErrorFields<ContractViolation>>

/** No answer, or one that broke off; on the last attempt too. */
export interface ConnectionFailed extends Answered {
  /** The tag. */
  readonly _tag: "ConnectionFailed"
  /** What the runtime said, with secrets taken out; at most 256 characters. */
  readonly detail: string
}

/** The class of {@link ConnectionFailed}. */
export const ConnectionFailed: new(fields: ErrorFields<ConnectionFailed>) => ConnectionFailed = Data.TaggedError(
  "ConnectionFailed"
)<ErrorFields<ConnectionFailed>>

/** The time limit of an attempt passed. Not retried. */
export interface TimedOut extends Answered {
  /** The tag. */
  readonly _tag: "TimedOut"
  /** The limit that passed. */
  readonly limit: Duration.Duration
}

/** The class of {@link TimedOut}. */
export const TimedOut: new(fields: ErrorFields<TimedOut>) => TimedOut = Data.TaggedError("TimedOut")<
  ErrorFields<TimedOut>
>

/** Every failure of `ClientSessions.list` and `ClientSessions.stream`. */
export type ListError =
  | InvalidFilter
  | BadRequest
  | Unauthorized
  | RateLimited
  | ServerError
  | UnexpectedStatus
  | InvalidResponse
  | ContractViolation
  | ConnectionFailed
  | TimedOut
