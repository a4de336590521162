/**
 * The ways in which a simulator misbehaves on demand.
 *
 * @module
 */
import type * as Duration from "effect/Duration"
import type { ClientSessionEncoded } from "../ClientSession.ts"
import type { ListFilter } from "../ListFilter.ts"

/** What every fault has. */
export interface FaultBase<Tag extends string> {
  /** Which fault it is. */
  readonly _tag: Tag
  /** How many requests it spoils before it stops. Default: every request. */
  readonly times?: number
}

/** Answers as it should, but later. The time passes on the `Clock` of the program, so a `TestClock` can make it pass. */
export interface Latency extends FaultBase<"Latency"> {
  /** How much later. */
  readonly duration: Duration.Input
}

/** Never finishes. */
export interface Hang extends FaultBase<"Hang"> {
  /** How many bytes of the body arrive first. Default: no answer at all, not even a status. */
  readonly after?: number
}

/**
 * The connection breaks: `layer` fails with a `TransportError`, `fetch` rejects with a `TypeError` as `fetch` does.
 * A server that serves `fetch` can't break off before the status: without `after` it answers as it does when a handler fails.
 */
export interface BrokenConnection extends FaultBase<"BrokenConnection"> {
  /** How many bytes of the body arrive first. Default: no answer at all, not even a status. */
  readonly after?: number
}

/** The body ends early, as if it were whole. */
export interface TruncatedBody extends FaultBase<"TruncatedBody"> {
  /** How many bytes of the body arrive. Default: 20, which is less than the shortest list. */
  readonly after?: number
}

/** Any other answer. */
export interface Answer extends FaultBase<"Answer"> {
  /** From 200 to 599. */
  readonly status: number
  /** Added to the request id. Default: none. */
  readonly headers?: Readonly<Record<string, string>>
  /** The body, to the letter. Default: empty. */
  readonly body?: string
}

/** 429, with the error envelope. */
export interface RateLimited extends FaultBase<"RateLimited"> {
  /** The `Retry-After` header to the letter: seconds, an HTTP date, or garbage. Default: no such header. */
  readonly retryAfter?: string
}

/** An error page for people, as proxies send them. */
export interface HtmlPage extends FaultBase<"HtmlPage"> {
  /** Default: 502. */
  readonly status?: number
}

/** A redirect, 307. */
export interface Redirect extends FaultBase<"Redirect"> {
  /** The `Location` header. */
  readonly location: string
}

/** 200, and a body that is not JSON though it says so. */
export type MalformedJson = FaultBase<"MalformedJson">

/** An error whose message repeats the `Authorization` header. */
export interface EchoedCredential extends FaultBase<"EchoedCredential"> {
  /** Default: 400. */
  readonly status?: number
}

/** Lists as if one filter, or none at all, had been sent. */
export interface IgnoredFilter extends FaultBase<"IgnoredFilter"> {
  /** The filter that is ignored. Default: all of them. */
  readonly filter?: keyof ListFilter
}

/** Lists matching sessions of the other workspaces too, after those of the caller's. */
export type OtherWorkspaces = FaultBase<"OtherWorkspaces">

/** Lists every session twice. */
export type DuplicatedSessions = FaultBase<"DuplicatedSessions">

/** Lists sessions with a value in one field that doesn't belong there. */
export interface WrongField extends FaultBase<"WrongField"> {
  /** Which field. */
  readonly field: keyof ClientSessionEncoded
  /** What stands there instead: any JSON value. Default: the field is left out. */
  readonly value?: unknown
}

/** One way to misbehave. */
export type Fault =
  | Latency
  | Hang
  | BrokenConnection
  | TruncatedBody
  | Answer
  | RateLimited
  | HtmlPage
  | Redirect
  | MalformedJson
  | EchoedCredential
  | IgnoredFilter
  | OtherWorkspaces
  | DuplicatedSessions
  | WrongField
